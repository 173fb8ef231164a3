// @ts-check
/** Days as accountants type them, read while one types: `webapp/kernel/typed_days.py` in JavaScript. The server decides. */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const PARTS = /^([0-9]{1,2})(?:[-/. ]([0-9]{1,2}|[a-z]{3,9})(?:[-/. ]([0-9]{2}|[0-9]{4}))?)?$/;
const RUN = /^([0-9]{2})([0-9]{2})([0-9]{2}|[0-9]{4})?$/;
const ISO = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

/**
 * The day meant, as 2026-11-20, where `base` is the day the screen stands at; null when there is no such day.
 * @param {string} text
 * @param {string} base
 * @returns {string | null}
 */
export function typedDay(text, base) {
  const cleaned = text.trim().toLowerCase();
  const iso = ISO.exec(cleaned);
  if (iso) return real(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const found = PARTS.exec(cleaned) ?? RUN.exec(cleaned);
  if (!found) return null;
  const [, day, month, year] = found;
  const [baseYear, baseMonth] = base.split('-').map(Number);
  const monthNumber = month === undefined ? baseMonth : /^[0-9]/.test(month) ? Number(month) : MONTHS.indexOf(month.slice(0, 3)) + 1;
  let yearNumber = baseYear;
  if (year !== undefined) yearNumber = Number(year) + (year.length === 2 ? 2000 : 0);
  else if (month !== undefined) {
    const start = baseMonth >= 4 ? baseYear : baseYear - 1;
    yearNumber = monthNumber >= 4 ? start : start + 1;
  }
  return real(yearNumber, monthNumber, Number(day));
}

/**
 * The day as the field shows it: 20-11-2026.
 * @param {string} iso
 */
export function shownDay(iso) {
  return iso.split('-').reverse().join('-');
}

/** @param {number} year @param {number} month @param {number} day @returns {string | null} */
function real(year, month, day) {
  if (year < 1990 || year > 2099 || month < 1 || month > 12 || day < 1) return null;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  return [String(year), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
}
