// @ts-check
/** Text a person typed, as the books take it. */

export const MOST_NAME = 500;

// Control characters, and halves of a character that nothing can store; line breaks may stay where a text has lines.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;
const UNPRINTABLE_BUT_BREAKS = /[\p{Cs}\u0000-\u0009\u000b-\u001f\u007f-\u009f]/gu;

/**
 * Trimmed, without control characters, at most `most` characters.
 * @param {string|null|undefined} text @param {number} [most] @param {boolean} [lines] line breaks may stay
 */
export function plainText(text, most = MOST_NAME, lines = false) {
  const plain = (text ?? '').replace(lines ? UNPRINTABLE_BUT_BREAKS : UNPRINTABLE, ' ').trim();
  return [...plain].slice(0, most).join('');
}
