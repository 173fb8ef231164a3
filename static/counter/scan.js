// @ts-check
/** Barcodes: their spellings, the scale's own codes, and the scanner that types like a keyboard. */

import { rounded } from './money.js';

const GAP_MS = 50; // a scanner types a character in some 8 ms, a person in 140
const FLUSH_MS = 80; // a scanner that sends no Enter
const LEAST = 6;

/**
 * The ways one code may be printed: UPC-A is an EAN-13 with a nought before it.
 * @param {string} code
 */
export function spellings(code) {
  const upper = code.toUpperCase();
  if (/^[0-9]{12}$/.test(code)) return [code, `0${code}`];
  if (/^0[0-9]{12}$/.test(code)) return [code, code.slice(1)];
  return upper === code ? [code] : [code, upper];
}

/**
 * Does the last digit of an EAN-8, UPC-A or EAN-13 fit?
 * @param {string} code
 */
export function fitsCheckDigit(code) {
  const digits = [...code].reverse().map(Number);
  return digits.reduce((sum, digit, index) => sum + digit * (index % 2 ? 3 : 1), 0) % 10 === 0;
}

/** What stands on the scale's labels until the shop says otherwise. @type {Scale} */
const USUAL_SCALE = {
  holds: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`2${n}`, n < 5 ? 'weight' : 'price'])), item_digits: 5, value_digits: 5, paise: 1,
};

/**
 * @typedef {{holds: Record<string, 'weight'|'price'>, item_digits: number, value_digits: number, paise: number}} Scale `shop.scale`: what a
 *   prefix holds, how many digits are the item's and the value's, and how many paise are one of a price label's unit
 *
 * A label of the shop's own scale: EAN-13 from 20 to 29 = prefix, item, weight in grams or price, check digit. The item is known by its
 * digits, with or without the prefix, as code or SKU.
 * @param {string} code
 * @param {{codes: Map<string, any>, shop: any}} catalogue
 * @returns {import('./catalogue.js').Found|null}
 */
export function readScaleCode(code, { codes, shop }) {
  if (!/^2[0-9]{12}$/.test(code) || !fitsCheckDigit(code)) return null;
  const { holds, item_digits: itemDigits, value_digits: valueDigits, paise } = shop?.scale ?? USUAL_SCALE;
  const kind = holds[code.slice(0, 2)];
  if (!kind) return null;
  const item = code.slice(2, 2 + itemDigits);
  const found = codes.get(code.slice(0, 2) + item) ?? codes.get(item) ?? codes.get(item.replace(/^0+/, ''));
  if (!found) return null;
  const value = Number(code.slice(12 - valueDigits, 12));
  // Quantities are thousandths of the base unit: a gram is one of a kilogram's, and a thousand of a gram's.
  if (kind === 'weight') return { ...found, qty: found.item.unit === 'GMS' ? value * 1000 : value };
  // A price label: the quantity that makes the price at the item's own rate, to a gram.
  return found.price > 0 ? { ...found, qty: rounded(value * paise * 1_000_000, found.price) } : null;
}

/**
 * "5*" typed before a scan: how many, in thousandths. Null when it is no such thing.
 * @param {string} text
 */
export function readMultiplier(text) {
  const typed = /^([0-9]{1,6})(?:\.([0-9]{1,3}))?\s*[*x×]$/i.exec(text.trim());
  if (!typed) return null;
  const qty = Number(typed[1]) * 1000 + Number((typed[2] ?? '').padEnd(3, '0') || 0);
  return qty > 0 ? qty : null;
}

/**
 * Hear a scanner wherever the focus is. Its characters are swallowed, so that they land in no field; the first one cannot be
 * known and is taken back out. What turns out to be typed by a person is put where it belonged.
 * @param {EventTarget} target usually `window`
 * @param {(code: string) => void} onCode
 * @returns {() => void} stop listening
 */
export function listenForScans(target, onCode) {
  let text = '';
  let lastAt = 0;
  let timer = 0;
  /** @type {{field: any, value: string, start: number|null}|null} */
  let before = null;

  const finish = () => {
    clearTimeout(timer);
    const scanned = text;
    text = '';
    if (scanned.length < LEAST) {
      if (scanned.length > 1) putBack(scanned.slice(1));
      return false;
    }
    if (before && before.field.value !== before.value) {
      before.field.value = before.value;
      before.field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    onCode(scanned);
    return true;
  };

  /** @param {any} event */
  const hear = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const isFast = event.timeStamp - lastAt <= GAP_MS;
    if ((event.key === 'Enter' || event.key === 'Tab') && text.length >= LEAST && isFast) {
      event.preventDefault();
      event.stopImmediatePropagation();
      finish();
      return;
    }
    const sign = signOf(event);
    if (!sign) {
      if (event.key !== 'Shift') finish();
      return;
    }
    if (!isFast) finish();
    lastAt = event.timeStamp;
    if (text === '') {
      const field = document.activeElement;
      before = field && 'value' in field ? { field, value: String(field.value), start: null } : null;
    } else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    text += sign;
    clearTimeout(timer);
    // Once more round the loop: keys that came while the page was busy are heard before the silence is.
    timer = setTimeout(() => { timer = setTimeout(finish, 0); }, FLUSH_MS);
  };

  target.addEventListener('keydown', hear, true);
  return () => {
    clearTimeout(timer);
    target.removeEventListener('keydown', hear, true);
  };
}

/** The character meant: a digit key is a digit on every keyboard layout. @param {KeyboardEvent} event */
function signOf(event) {
  if (event.key.length !== 1) return '';
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  return digit && !event.shiftKey ? digit[1] : event.key;
}

/** @param {string} typed */
function putBack(typed) {
  const field = /** @type {any} */ (document.activeElement);
  if (!field || typeof field.setRangeText !== 'function' || field.readOnly) return;
  try {
    field.setRangeText(typed, field.selectionStart, field.selectionEnd, 'end');
  } catch {
    field.value += typed; // number and e-mail fields have no selection
  }
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
