// @ts-check
/** An amount of money in words, in lakh and crore: `webapp/kernel/words.py` in JavaScript. */

import { ValueError } from './money.js';

/**
 * @typedef {object} Tongue
 * @property {string[]} belowHundred
 * @property {string} hundred @property {string} thousand @property {string} lakh @property {string} crore
 * @property {string} rupees @property {string} conjunction @property {string} paise @property {string} paisa
 * @property {string} only @property {string} minus
 */

const ONES = 'Zero One Two Three Four Five Six Seven Eight Nine'.split(' ');
const TEENS = 'Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen Eighteen Nineteen'.split(' ');
const TENS = 'Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety'.split(' ');

/** @type {Tongue} */
const ENGLISH = {
  belowHundred: [
    ...ONES,
    ...TEENS,
    ...TENS.flatMap((ten) => ONES.map((one) => (one === 'Zero' ? ten : `${ten}-${one}`))),
  ],
  hundred: 'Hundred',
  thousand: 'Thousand',
  lakh: 'Lakh',
  crore: 'Crore',
  rupees: 'Rupees',
  conjunction: 'and',
  paise: 'Paise',
  paisa: 'Paisa',
  only: 'Only',
  minus: 'Minus',
};

/** @type {Tongue} */
const HINDI = {
  belowHundred: (
    'शून्य एक दो तीन चार पाँच छह सात आठ नौ ' +
    'दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस ' +
    'बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस ' +
    'तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस ' +
    'चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास ' +
    'पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ ' +
    'साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर ' +
    'सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी ' +
    'अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी ' +
    'नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे'
  ).split(' '),
  hundred: 'सौ',
  thousand: 'हज़ार',
  lakh: 'लाख',
  crore: 'करोड़',
  rupees: 'रुपये',
  conjunction: 'और',
  paise: 'पैसे',
  paisa: 'पैसा',
  only: 'मात्र',
  minus: 'ऋण',
};

/**
 * The amount in English, or in Hindi for "hi".
 * @param {number} amountPaise @param {string} [language]
 */
export function amountInWords(amountPaise, language = 'en') {
  if (!Number.isSafeInteger(amountPaise)) throw new ValueError('This amount is too large to be written in words.');
  const tongue = language === 'hi' ? HINDI : ENGLISH;
  const size = Math.abs(amountPaise);
  const paise = size % 100;
  const rupees = (size - paise) / 100;
  const words = amountPaise < 0 ? [tongue.minus] : [];
  if (rupees || !paise) words.push(tongue.rupees, ...number(rupees, tongue));
  if (rupees && paise) words.push(tongue.conjunction);
  if (paise) words.push(tongue.belowHundred[paise], paise === 1 ? tongue.paisa : tongue.paise);
  return [...words, tongue.only].join(' ');
}

/**
 * @param {number} value @param {Tongue} tongue
 * @returns {string[]}
 */
function number(value, tongue) {
  let rest = value % 10_000_000;
  const crores = (value - rest) / 10_000_000;
  const words = crores ? [...number(crores, tongue), tongue.crore] : [];
  /** @type {[number, string][]} */
  const sizes = [[100_000, tongue.lakh], [1_000, tongue.thousand], [100, tongue.hundred]];
  for (const [size, name] of sizes) {
    const left = rest % size;
    const count = (rest - left) / size;
    if (count) words.push(tongue.belowHundred[count], name);
    rest = left;
  }
  if (rest || words.length === 0) words.push(tongue.belowHundred[rest]);
  return words;
}
