// @ts-check
/** Barcodes: their spellings, the scale's own codes, and the scanner that types like a keyboard. */

import { rounded } from './money.js';

const GAP_MS = 50; // a scanner types a character in some 8 ms, a person in 140
const FLUSH_MS = 80; // a scanner that sends no Enter
const PAUSE_MS = 160; // the slowest scanners, and those of a busy machine, leave up to 120 ms between two characters
const LEAST = 6;
/** What a scanner may type that is never once quick. */
const SLOW = /^[0-9]{8,}$/;

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
  return found.price > 0 ? { ...found, qty: rounded(value * paise * 1_000_000, found.price), fixed: true } : null;
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
 *
 * A slow or stumbling scanner types no faster than a person: what came just before is joined to what was scanned where only the two
 * together are a code that is known, or one whose check digit fits.
 * @param {EventTarget} target usually `window`
 * @param {(code: string) => void} onCode
 * @param {(code: string) => boolean} [isKnown]
 * @returns {() => void} stop listening
 */
export function listenForScans(target, onCode, isKnown = () => false) {
  const wedge = new Wedge(onCode, isKnown);
  const hear = (/** @type {any} */ event) => wedge.hear(event);
  target.addEventListener('keydown', hear, true);
  return () => {
    clearTimeout(wedge.timer);
    target.removeEventListener('keydown', hear, true);
  };
}

/** @typedef {{field: any, value: string}|null} Place the field that has the focus, and what stands in it */

class Wedge {
  /** @param {(code: string) => void} onCode @param {(code: string) => boolean} isKnown */
  constructor(onCode, isKnown) {
    this.onCode = onCode;
    this.isKnown = isKnown;
    this.timer = 0;
    this.lastAt = -Infinity;
    /** A scan was told at the silence after it; its Enter may still come, and belongs to it. */
    this.isTold = false;
    this.#begin();
  }

  #begin() {
    clearTimeout(this.timer);
    /** Every character since the last pause. */
    this.run = '';
    /** Those at its end that came at a scanner's pace: all but the first are swallowed. */
    this.tail = '';
    /** Those of the run that have reached a field. */
    this.landed = '';
    /** Where in the run the first piece begins that is long enough to be scanned. @type {{from: number, place: Place}|null} */
    this.piece = null;
    /** @type {Place} */
    this.runPlace = null;
    /** @type {Place} */
    this.tailPlace = null;
  }

  /** @param {any} event */
  hear(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.key === 'Shift') return;
    const gap = event.timeStamp - this.lastAt;
    const sign = signOf(event);
    if (!sign) {
      const isEnd = (event.key === 'Enter' || event.key === 'Tab') && gap <= PAUSE_MS;
      const isOurs = isEnd && (this.run ? this.#finish(true) : this.isTold);
      this.isTold = false;
      if (isOurs) swallow(event);
      else this.#finish(false);
      return;
    }
    if (gap > PAUSE_MS) this.#finish(false);
    else if (gap > GAP_MS) this.#breakOff();
    this.isTold = false;
    this.lastAt = event.timeStamp;
    if (this.tail === '') {
      this.tailPlace = placeNow();
      if (this.run === '') this.runPlace = this.tailPlace;
      this.landed += sign;
    } else swallow(event);
    this.run += sign;
    this.tail += sign;
    // Once more round the loop: keys that came while the page was busy are heard before the silence is.
    this.#wait(FLUSH_MS, () => this.#hush());
  }

  /** @param {number} ms @param {() => void} work */
  #wait(ms, work) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.timer = setTimeout(work, 0); }, ms);
  }

  /** No character for a moment: a known code is told at once; anything else may be a scanner that stumbled. */
  #hush() {
    if (this.tail.length >= LEAST && [this.run, this.tail].some((code) => this.isKnown(code))) this.isTold = this.#finish(false);
    else {
      this.#breakOff();
      this.#wait(PAUSE_MS - FLUSH_MS, () => { this.isTold = this.#finish(false); });
    }
  }

  /** The pace broke, and the run may go on: a long piece is kept back, a short one was typed. */
  #breakOff() {
    if (this.tail.length >= LEAST) this.piece ??= { from: this.run.length - this.tail.length, place: this.tailPlace };
    else if (!this.piece && this.tail.length > 1) {
      putBack(this.tail.slice(1));
      this.landed += this.tail.slice(1);
    }
    this.tail = '';
  }

  /**
   * The run is over. True when it was a scan: it is told, and the field is as it was.
   * @param {boolean} isEntered with Enter or Tab at its end
   */
  #finish(isEntered) {
    this.#breakOff();
    const { run, landed, piece, runPlace } = this;
    const scanned = piece ? run.slice(piece.from) : '';
    const mayBeRun = Boolean(piece) || (isEntered && SLOW.test(run));
    const isRun = mayBeRun && !this.isKnown(scanned) && (this.isKnown(run) || (isWhole(run) && !isWhole(scanned)));
    this.#begin();
    if (!isRun && !piece) return false;
    putAsItWas(isRun || !piece ? runPlace : piece.place, landed);
    this.onCode(isRun ? run : scanned);
    return true;
  }
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** Is it a whole code by its own check digit? @param {string} code */
function isWhole(code) {
  return /^(?:[0-9]{8}|[0-9]{12,14})$/.test(code) && fitsCheckDigit(code);
}

/** @returns {Place} */
function placeNow() {
  const field = /** @type {any} */ (document.activeElement);
  return typeof field?.setRangeText === 'function' ? { field, value: String(field.value) } : null;
}

/** Take what landed back out. Where no field had the focus, the page may have given it to one. @param {Place} place @param {string} landed */
function putAsItWas(place, landed) {
  const now = placeNow();
  const { field, value } = place ?? (now?.value === landed ? { field: now.field, value: '' } : { field: null, value: '' });
  if (!field || field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
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
