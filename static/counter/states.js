// @ts-check
/** The names of the states: `webapp/tax/states.py` in JavaScript, for papers and the customer's form. A test compares them. */

import { requireState } from './gst_rules.js';

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

// UTGST Act 2017: union territories without a legislature, and other territory.
const WITHOUT_LEGISLATURE = new Set(['04', '25', '26', '31', '35', '38', '97']);

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
