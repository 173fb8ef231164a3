// @ts-check
/**
 * Money and quantity as whole numbers: `webapp/kernel/money.py` in JavaScript, the same names, the same words.
 *
 * paise: 100 make a rupee. milliPaise: thousandths of a paisa, the unit of a unit price. qty: thousandths of the base
 * unit. bp: basis points, 1800 is 18 %. Plain Numbers at the edge, BigInt inside, no fraction anywhere.
 */

/** One thousand crore rupees. */
export const MOST_PAISE = 1_000_000_000_000;
/** A million units on one line. */
export const MOST_QTY = 1_000_000_000;

/** A refusal the user can act on: `problem` says what is wrong, `fix` what to do. */
export class BooksError extends Error {
  /** @param {string} problem @param {string} fix */
  constructor(problem, fix) {
    super(problem);
    this.name = 'BooksError';
    this.problem = problem;
    this.fix = fix;
  }
}

/** What was typed is no figure; the message is for the user. */
export class ValueError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'ValueError';
  }
}

/** Our own mistake: nothing may be saved after it. */
export class BrokenPromise extends Error {
  /** @param {string} words */
  constructor(words) {
    super(`broken promise: ${words}`);
    this.name = 'BrokenPromise';
  }
}

/** @param {boolean} condition @param {string} words */
export function keepPromise(condition, words) {
  if (!condition) throw new BrokenPromise(words);
}

/**
 * A whole Number that JavaScript holds exactly, as BigInt. Anything else is our mistake and stops the work.
 * @param {number} value @param {string} what
 */
export function whole(value, what) {
  keepPromise(Number.isSafeInteger(value), `${what} is a whole number within the safe range`);
  return BigInt(value);
}

/**
 * A BigInt back as a Number, refused where it would lose a digit.
 * @param {bigint} value
 */
export function toNumber(value) {
  const number = Number(value);
  keepPromise(Number.isSafeInteger(number), 'a figure is within the safe range');
  return number;
}

/**
 * `numerator / denominator`, half away from zero, in BigInt. The only rounding in the program.
 * @param {bigint} numerator @param {bigint} denominator
 */
export function roundedBig(numerator, denominator) {
  keepPromise(denominator > 0n, 'denominator is positive');
  const size = numerator < 0n ? -numerator : numerator;
  const magnitude = (2n * size + denominator) / (2n * denominator);
  return numerator < 0n ? -magnitude : magnitude;
}

/**
 * `roundedBig` for Numbers.
 * @param {number} numerator @param {number} denominator
 */
export function rounded(numerator, denominator) {
  return toNumber(roundedBig(whole(numerator, 'numerator'), whole(denominator, 'denominator')));
}

/**
 * Share `total` by `weights` (largest remainder, ties to the first). The shares always add up to `total`.
 * @param {number} total @param {readonly number[]} weights
 * @returns {number[]}
 */
export function split(total, weights) {
  const parts = weights.map((weight) => whole(weight, 'weight'));
  keepPromise(parts.every((part) => part >= 0n), 'weights are not negative');
  const sum = parts.reduce((left, right) => left + right, 0n);
  const all = whole(total, 'total');
  if (sum === 0n) {
    keepPromise(all === 0n, 'something to share needs somebody to take it');
    return parts.map(() => 0);
  }
  const size = all < 0n ? -all : all;
  const shares = parts.map((part) => (size * part) / sum);
  const remainders = parts.map((part) => (size * part) % sum);
  const left = Number(size - shares.reduce((one, other) => one + other, 0n));
  const order = parts.map((_, index) => index);
  order.sort((a, b) => (remainders[a] === remainders[b] ? a - b : remainders[a] > remainders[b] ? -1 : 1));
  for (const index of order.slice(0, left)) shares[index] += 1n;
  return shares.map((share) => toNumber(all < 0n ? -share : share));
}

/**
 * Rupees typed by a person ("1,180", "1180.50", "₹ 99") as paise.
 * @param {string} text
 */
export function readPaise(text) {
  return scaled(text, 2, MOST_PAISE, 'an amount in rupees');
}

/**
 * A unit price in rupees, to five decimals, as thousandths of a paisa.
 * @param {string} text
 */
export function readMilliPaise(text) {
  return scaled(text, 5, MOST_PAISE * 1000, 'a price in rupees');
}

/**
 * A quantity, to three decimals, as thousandths.
 * @param {string} text
 */
export function readQty(text) {
  return scaled(text, 3, MOST_QTY, 'a quantity');
}

/**
 * Thousandths of the base unit in `typed` thousandths of a unit that holds `factor` thousandths of it: exact, or refused with
 * the figures.
 * @param {number} typed @param {number} factor @param {string} unit @param {string} base
 */
export function inBaseUnits(typed, factor, unit, base) {
  const product = BigInt(typed) * BigInt(factor);
  if (product % 1000n) {
    const words = `{said} cannot be counted to a thousandth. Type the quantity in {base}.`;
    const values = { said: `${plainDecimal(typed, 3)} ${unit} of ${plainDecimal(factor, 3)} ${base}`, base };
    throw Object.assign(new ValueError(words.replace('{said}', values.said).replace('{base}', base)), { words, values });
  }
  if (product > BigInt(MOST_QTY) * 1000n) throw new ValueError('This is larger than the books can hold. Check the figure.');
  return toNumber(product / 1000n);
}

/**
 * A percentage ("18", "0.25 %") as basis points.
 * @param {string} text
 */
export function readBasisPoints(text) {
  const trimmed = text.trim();
  return scaled(trimmed.endsWith('%') ? trimmed.slice(0, -1) : trimmed, 2, 100_000, 'a percentage');
}

/**
 * @param {string} text @param {number} places @param {number} most @param {string} what
 * @returns {number}
 */
function scaled(text, places, most, what) {
  const plain = withoutPrefix(withoutPrefix(text.trim(), '₹'), 'Rs.').replaceAll(',', '').replaceAll('\u00a0', '').trim();
  // Full-width and other scripts' digits look alike and are easily mis-keyed; ask for plain ones instead of guessing.
  const figure = plain.length <= 30 ? /^([+-]?)([0-9]*)(?:\.([0-9]*))?$/.exec(plain) : null;
  if (figure === null || !/[0-9]/.test(plain)) throw new ValueError(`Type ${what} in plain digits, for example 12.50.`);
  const decimals = (figure[3] ?? '').replace(/0+$/, '');
  if (decimals.length > places) throw new ValueError(`Use at most ${places} decimals.`);
  const size = BigInt(figure[2] + decimals.padEnd(places, '0') || '0');
  if (size > BigInt(most)) throw new ValueError('This is larger than the books can hold. Check the figure.');
  return figure[1] === '-' ? toNumber(-size) : toNumber(size);
}

/** @param {string} text @param {string} prefix */
function withoutPrefix(text, prefix) {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/**
 * Paise as a person reads them in India: ₹12,34,567.00, minus before the sign.
 * @param {number} amountPaise
 */
export function rupees(amountPaise) {
  return (amountPaise < 0 ? '-₹' : '₹') + indianGrouping(Math.abs(amountPaise));
}

/**
 * Paise as figures alone, grouped in lakh and crore: 12,34,567.00. A minus stands first.
 * @param {number} amountPaise
 */
export function indianGrouping(amountPaise) {
  const digits = String(whole(Math.abs(amountPaise), 'amount')).padStart(3, '0');
  const head = digits.slice(0, -5).replace(/\B(?=(?:[0-9]{2})+$)/g, ',');
  const tail = `${digits.slice(-5, -2)}.${digits.slice(-2)}`;
  return (amountPaise < 0 ? '-' : '') + (head ? `${head},${tail}` : tail);
}

/**
 * A scaled whole number as plain decimals without trailing zeros: 1500 thousandths is "1.5".
 * @param {number} value @param {number} places
 */
export function plainDecimal(value, places) {
  const digits = String(whole(Math.abs(value), 'value')).padStart(places + 1, '0');
  const cut = digits.length - places;
  const decimals = digits.slice(cut).replace(/0+$/, '');
  return (value < 0 ? '-' : '') + digits.slice(0, cut) + (decimals ? `.${decimals}` : '');
}
