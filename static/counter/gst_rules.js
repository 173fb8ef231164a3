// @ts-check
/**
 * The facts and names of GST the counter needs: `webapp/tax/kinds.py`, `states.py` and the GSTIN check in JavaScript.
 * A test compares every one of them with Python's.
 */

import { BooksError, ValueError } from './money.js';

/** The version of the arithmetic, written on every bill. */
export const RULES_V = 1;

/** Limits of a rate and of a cess, in basis points. */
export const MOST_RATE_BP = 10_000;
export const MOST_CESS_BP = 30_000;

export const SCHEME = Object.freeze({ REGULAR: 'regular', COMPOSITION: 'composition', UNREGISTERED: 'unregistered' });
export const TREATMENT = Object.freeze({ TAXABLE: 'taxable', NIL: 'nil', EXEMPT: 'exempt', NON_GST: 'non_gst' });
export const SUPPLY = Object.freeze({ INTRA: 'intra', INTER: 'inter', ZERO_RATED: 'zero_rated' });
export const DOCUMENT_KIND = Object.freeze({
  TAX_INVOICE: 'tax_invoice',
  BILL_OF_SUPPLY: 'bill_of_supply',
  BILL: 'bill',
  CREDIT_NOTE: 'credit_note',
});

export const OTHER_COUNTRY = '96';

/** @type {readonly [string, string, string][]} */
const NAMES = [
  ['01', 'Jammu and Kashmir', 'जम्मू और कश्मीर'],
  ['02', 'Himachal Pradesh', 'हिमाचल प्रदेश'],
  ['03', 'Punjab', 'पंजाब'],
  ['04', 'Chandigarh', 'चंडीगढ़'],
  ['05', 'Uttarakhand', 'उत्तराखंड'],
  ['06', 'Haryana', 'हरियाणा'],
  ['07', 'Delhi', 'दिल्ली'],
  ['08', 'Rajasthan', 'राजस्थान'],
  ['09', 'Uttar Pradesh', 'उत्तर प्रदेश'],
  ['10', 'Bihar', 'बिहार'],
  ['11', 'Sikkim', 'सिक्किम'],
  ['12', 'Arunachal Pradesh', 'अरुणाचल प्रदेश'],
  ['13', 'Nagaland', 'नागालैंड'],
  ['14', 'Manipur', 'मणिपुर'],
  ['15', 'Mizoram', 'मिज़ोरम'],
  ['16', 'Tripura', 'त्रिपुरा'],
  ['17', 'Meghalaya', 'मेघालय'],
  ['18', 'Assam', 'असम'],
  ['19', 'West Bengal', 'पश्चिम बंगाल'],
  ['20', 'Jharkhand', 'झारखंड'],
  ['21', 'Odisha', 'ओडिशा'],
  ['22', 'Chhattisgarh', 'छत्तीसगढ़'],
  ['23', 'Madhya Pradesh', 'मध्य प्रदेश'],
  ['24', 'Gujarat', 'गुजरात'],
  ['26', 'Dadra and Nagar Haveli and Daman and Diu', 'दादरा और नगर हवेली तथा दमन और दीव'],
  ['27', 'Maharashtra', 'महाराष्ट्र'],
  ['29', 'Karnataka', 'कर्नाटक'],
  ['30', 'Goa', 'गोवा'],
  ['31', 'Lakshadweep Islands', 'लक्षद्वीप'],
  ['32', 'Kerala', 'केरल'],
  ['33', 'Tamil Nadu', 'तमिलनाडु'],
  ['34', 'Puducherry', 'पुदुच्चेरी'],
  ['35', 'Andaman and Nicobar Islands', 'अंडमान और निकोबार द्वीपसमूह'],
  ['36', 'Telangana', 'तेलंगाना'],
  ['37', 'Andhra Pradesh', 'आंध्र प्रदेश'],
  ['38', 'Ladakh', 'लद्दाख'],
  ['96', 'Other Countries', 'अन्य देश'],
  ['97', 'Other Territory', 'अन्य क्षेत्र'],
];
/** @type {Readonly<Record<string, string>>} */
export const STATES = Object.freeze(Object.fromEntries(NAMES.map(([code, name]) => [code, name])));
/** @type {Readonly<Record<string, string>>} */
export const STATES_HINDI = Object.freeze(Object.fromEntries(NAMES.map(([code, , name]) => [code, name])));
/** Codes no longer given, and the code that took their place. @type {Readonly<Record<string, string>>} */
export const RETIRED_STATES = Object.freeze({ 25: '26', 28: '37' });

// UTGST Act 2017: union territories without a legislature, and other territory.
const WITHOUT_LEGISLATURE = new Set(['04', '25', '26', '31', '35', '38', '97']);

/** @param {string} code */
export function requireState(code) {
  if (!Object.hasOwn(STATES, code)) {
    throw new BooksError(`${code} is not a GST state code.`, 'Choose the state from the list.');
  }
}

/**
 * The state of a GST code, in English or Hindi ("hi").
 * @param {string} code @param {string} [language]
 */
export function stateName(code, language = 'en') {
  requireState(code);
  return (language === 'hi' ? STATES_HINDI : STATES)[code];
}

/**
 * Is the state's share called UTGST there, not SGST?
 * @param {string} stateCode
 */
export function isUnionTerritoryWithoutLegislature(stateCode) {
  return WITHOUT_LEGISLATURE.has(stateCode);
}

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
  const known = prefix === '99' || Object.hasOwn(RETIRED_STATES, prefix) || Object.hasOwn(STATES, prefix);
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
  return Object.hasOwn(STATES, code) ? code : null;
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
