// @ts-check
import { MOST_PAISE, ValueError, readPaise, roundedBig, toNumber } from '../counter/money.js';

/**
 * Amounts typed as sums, worked out while one types: `webapp/kernel/calculator.py` in JavaScript, the same words. What is
 * written into the books is what the server says; tests/vectors/hand_typed.jsonl holds the two together.
 */

const PLAIN = /^[-+]?[0-9.,\s\u00a0]*$/;
const TOKEN = /[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+|[-+*/()%]/y;
const MOST_SIGNS = 100;
const MOST_DIGITS = 15;
const NOT_PLAIN = 'Type an amount in rupees in plain digits, for example 12.50.';
const NO_SUM = 'This sum cannot be worked out. Type it as 1200*5+18%.';
const TOO_LARGE = 'This is larger than the books can hold. Check the figure.';

/** @typedef {{n: bigint, d: bigint}} Fraction a numerator and a denominator above nothing */

/**
 * The paise of an amount or a sum. Throws ValueError with words for the user.
 * @param {string} text
 * @returns {number}
 */
export function workedOut(text) {
  const cleaned = bare(text);
  if (PLAIN.test(cleaned)) return readPaise(cleaned);
  if (cleaned.length > MOST_SIGNS) throw new ValueError('This sum is too long. Work it out in two steps.');
  const tokens = tokensOf(cleaned.replaceAll('×', '*').replaceAll('x', '*').replaceAll('÷', '/').replaceAll('−', '-'));
  const found = new Sum(tokens).value();
  const paise = roundedBig(found.n * 100n, found.d);
  if (paise > BigInt(MOST_PAISE) || -paise > BigInt(MOST_PAISE)) throw new ValueError(TOO_LARGE);
  return toNumber(paise);
}

/**
 * Whether more was typed than a figure.
 * @param {string} text
 */
export function isSum(text) {
  return !PLAIN.test(bare(text));
}

/** @param {string} text */
function bare(text) {
  const trimmed = text.trim();
  const rupee = trimmed.startsWith('₹') ? trimmed.slice(1) : trimmed;
  return (rupee.startsWith('Rs.') ? rupee.slice(3) : rupee).trim();
}

/** @param {string} text */
function tokensOf(text) {
  const whole = text.replace(/\s+/g, '');
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < whole.length) {
    const found = TOKEN.exec(whole);
    if (found === null) throw new ValueError(NOT_PLAIN);
    const token = found[0].replaceAll(',', '');
    if (token.replace(/[^0-9]/g, '').length > MOST_DIGITS) throw new ValueError(TOO_LARGE);
    tokens.push(token);
  }
  return tokens;
}

/** Reads tokens once, from left to right: a sum of products of figures and brackets. */
class Sum {
  /** @param {string[]} tokens */
  constructor(tokens) {
    this.tokens = tokens;
    this.at = 0;
  }

  value() {
    const found = this.terms();
    if (this.at < this.tokens.length) throw new ValueError(NO_SUM);
    return found;
  }

  /** @param {...string} wanted */
  next(...wanted) {
    return this.at < this.tokens.length && wanted.includes(this.tokens[this.at]) ? this.tokens[this.at++] : '';
  }

  /** @returns {Fraction} */
  terms() {
    const [first, isPercent] = this.product();
    let total = isPercent ? hundredth(first) : first;
    for (let sign = this.next('+', '-'); sign; sign = this.next('+', '-')) {
      const [found, percent] = this.product();
      const term = percent ? times(total, hundredth(found)) : found;
      total = plus(total, sign === '+' ? term : negative(term));
    }
    return total;
  }

  /** @returns {[Fraction, boolean]} a product, or one percentage alone: then its hundredfold, and true */
  product() {
    const [first, isPercent] = this.factor();
    let sign = this.next('*', '/');
    if (!sign) return [first, isPercent];
    let total = isPercent ? hundredth(first) : first;
    for (; sign; sign = this.next('*', '/')) {
      const [found, percent] = this.factor();
      const factor = percent ? hundredth(found) : found;
      if (sign === '/' && factor.n === 0n) throw new ValueError('This sum divides by nothing.');
      total = sign === '*' ? times(total, factor) : times(total, upsideDown(factor));
    }
    return [total, false];
  }

  /** @returns {[Fraction, boolean]} */
  factor() {
    const sign = this.next('+', '-');
    if (sign) {
      const [value, isPercent] = this.factor();
      return [sign === '-' ? negative(value) : value, isPercent];
    }
    let value;
    if (this.next('(')) {
      value = this.terms();
      if (!this.next(')')) throw new ValueError(NO_SUM);
    } else {
      const token = this.tokens[this.at] ?? '';
      if (!/^[0-9.]/.test(token)) throw new ValueError(NO_SUM);
      this.at += 1;
      value = figure(token);
    }
    return [value, this.next('%') !== ''];
  }
}

/** @param {string} token */
function figure(token) {
  const [whole, decimals = ''] = token.split('.');
  return { n: BigInt(whole + decimals || '0'), d: 10n ** BigInt(decimals.length) };
}

/** @param {Fraction} one @param {Fraction} other */
const plus = (one, other) => ({ n: one.n * other.d + other.n * one.d, d: one.d * other.d });
/** @param {Fraction} one @param {Fraction} other */
const times = (one, other) => ({ n: one.n * other.n, d: one.d * other.d });
/** @param {Fraction} one */
const negative = (one) => ({ n: -one.n, d: one.d });
/** @param {Fraction} one */
const hundredth = (one) => ({ n: one.n, d: one.d * 100n });
/** @param {Fraction} one */
const upsideDown = (one) => (one.n < 0n ? { n: -one.d, d: -one.n } : { n: one.d, d: one.n });
