// @ts-check
/** The counter's words in English or Hindi. The shell is written in English; the Hindi of each sentence stands in `#hindi`. */

import { recall, remember } from '../app/store.js';
import { $ } from './dom.js';

/** @type {Record<string, string>} */
export const hindi = JSON.parse($('hindi').content.textContent);
export let language = 'en';

/** English text of what has been put into Hindi. @type {Map<any, [any, string, string][]>} */
const originals = new Map();
const NAMES = ['aria-label', 'placeholder', 'title'];

/**
 * A sentence in the person's language; `{n}` is taken from `values`.
 * @param {string} text @param {Record<string, any>} [values]
 */
export function t(text, values) {
  const said = language === 'hi' ? (hindi[text] ?? text) : text;
  return values ? said.replace(/\{(\w+)\}/g, (_, name) => values[name]) : said;
}

/** One or many. @param {number} n @param {string} one @param {string} many */
export function count(n, one, many) {
  return t(n === 1 ? one : many, { n });
}

/** A refusal as one sentence. @param {any} error */
export function refusal(error) {
  if (error.code === 'stock') return [...error.detail.map(short), t(error.fix)].join(' ');
  return error.problem ? [error.problem, error.fix].filter(Boolean).map((part) => t(part)).join(' ') : t(error.words ?? error.message, error.values);
}

/** @param {Record<string, any>} item one that `checks.js` found too little of */
function short({ isHeld, ...item }) {
  return isHeld
    ? t('Only {left} of {name} are free: {all} are in stock, {taken} of them on a bill that is being paid.', item)
    : t('Only {left} of {name} are in stock.', item);
}

/** What this device chose, or the language of the shop. @param {any} shop */
export function chooseLanguage(shop) {
  speak(recall('counter-language') || (shop?.language === 'hi' ? 'hi' : 'en'));
}

/** @param {string} wanted @param {boolean} [keep] */
export function speak(wanted, keep = false) {
  if (keep) remember('counter-language', wanted);
  if (wanted !== language) {
    language = wanted;
    document.documentElement.lang = wanted;
    translate(document.body);
    for (const template of document.querySelectorAll('template')) translate(template.content);
  }
  for (const button of /** @type {any} */ (document.querySelectorAll('[data-language]'))) {
    button.setAttribute('aria-pressed', String(button.dataset.language === wanted));
  }
}

/** Every text and label of `root` that the table knows. @param {any} root */
function translate(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = /** @type {any} */ (walker.currentNode);
    if (node.nodeType === Node.TEXT_NODE) {
      node.data = inPlace(node, '', node.data);
    } else {
      for (const name of NAMES) if (node.hasAttribute(name)) node.setAttribute(name, inPlace(node, name, node.getAttribute(name)));
    }
  }
}

/** @param {any} node @param {string} name @param {string} now */
function inPlace(node, name, now) {
  const known = originals.get(node)?.find(([, , key]) => key === name);
  if (language === 'en') return known ? known[1] : now;
  const plain = now.trim();
  if (!plain || !hindi[plain]) return now;
  if (!known) originals.set(node, [...(originals.get(node) ?? []), [node, now, name]]);
  return now.replace(plain, hindi[plain]);
}

const TIME = new Intl.DateTimeFormat('en-IN', { timeZone: 'Asia/Kolkata', hour: '2-digit', minute: '2-digit', hour12: false });
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** 10:05, in India. @param {number|string} at ms, or an instant */
export const clockTime = (at) => TIME.format(new Date(at));

/** 2026-11-20 as 20-Nov-2026. @param {string} day */
export function written(day) {
  const [year, month, date] = day.split('-');
  return `${date}-${MONTHS[Number(month) - 1]}-${year}`;
}
