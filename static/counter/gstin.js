// @ts-check
/** Is a GSTIN one that can be? `webapp/kernel/gstin.py` in JavaScript; the vectors hold the two together. */

import { OTHER_COUNTRY, STATE_CODES } from './gst_rules.js';
import { ValueError } from './money.js';

/** Codes no longer given, and the code that took their place. @type {Readonly<Record<string, string>>} */
export const RETIRED_STATES = Object.freeze({ 25: '26', 28: '37' });

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SHAPES = new RegExp(
  '^[0-9]{2}(?:[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][1-9A-JZ]' +
    '|[A-Z]{4}[0-9]{5}[A-Z][0-9]Z' +
    '|[0-9]{2}[A-Z]{3}[0-9]{5}(?:[UO]N|NR|OS))[0-9A-Z]$',
);

/**
 * The GSTIN in capitals without spaces. ValueError for a wrong length, character, state, shape or check digit.
 * @param {string} text
 */
export function checkGstin(text) {
  const number = text.replaceAll(' ', '').replaceAll('-', '').trim().toUpperCase();
  const length = [...number].length;
  if (length !== 15) throw new ValueError(`A GSTIN has 15 characters; this has ${length}.`);
  if (![...number].every((sign) => ALPHABET.includes(sign))) {
    throw new ValueError('A GSTIN has only the letters A to Z and the digits 0 to 9.');
  }
  const prefix = number.slice(0, 2);
  const known = prefix === '99' || Object.hasOwn(RETIRED_STATES, prefix) || STATE_CODES.has(prefix);
  if (!known || prefix === OTHER_COUNTRY) {
    throw new ValueError(`A GSTIN begins with the code of a state, such as 27 for Maharashtra; ${prefix} is none.`);
  }
  if (!SHAPES.test(number)) {
    throw new ValueError("After the state's two digits a GSTIN has the PAN and three more characters. Check each one.");
  }
  if (!isLuhn36(number)) {
    throw new ValueError('The last character does not fit the others: one character of this GSTIN is mistyped.');
  }
  return number;
}

/**
 * The present state code of a checked GSTIN; null for the centre's 99, which is no state.
 * @param {string} gstin
 */
export function stateOfGstin(gstin) {
  const prefix = gstin.slice(0, 2);
  const code = Object.hasOwn(RETIRED_STATES, prefix) ? RETIRED_STATES[prefix] : prefix;
  return STATE_CODES.has(code) ? code : null;
}

/** Luhn's check in base 36. @param {string} number */
function isLuhn36(number) {
  let sum = 0;
  [...number].reverse().forEach((sign, index) => {
    const value = ALPHABET.indexOf(sign) * (index % 2 ? 2 : 1);
    sum += Math.floor(value / 36) + (value % 36);
  });
  return sum % 36 === 0;
}
