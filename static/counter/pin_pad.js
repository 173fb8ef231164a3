// @ts-check
/** Ten digits to press or type. A scan is no PIN: the wedge takes it back out, and the dialog is told of it. */

import { clone } from './dom.js';
import { low } from './sound.js';

/** @param {any} place where the pad goes; pressing Enter in it sends its form */
export function makePad(place) {
  const pad = clone('t-pad');
  const field = pad.querySelector('input');
  pad.addEventListener('click', (/** @type {any} */ event) => {
    const digit = event.target.closest('[data-digit]')?.dataset.digit;
    if (!digit) return;
    field.value = digit === 'all' ? '' : digit === 'last' ? field.value.slice(0, -1) : (field.value + digit).slice(0, 8);
  });
  field.addEventListener('input', () => (field.value = field.value.replace(/[^0-9]/g, '')));
  place.replaceChildren(pad);
  return {
    read: () => field.value,
    clear: () => (field.value = ''),
    /** A finger needs no focus, and a keyboard over the pad would hide it. */
    focus: () => field.focus(),
  };
}

/**
 * While a dialog that takes a PIN is open, scans are nobody's. Answers how to give them back.
 * @param {any} till @param {() => void} onScan
 */
export function refuseScans(till, onScan) {
  const before = till.scanTaker;
  till.scanTaker = () => {
    low();
    onScan();
    return true;
  };
  return () => (till.scanTaker = before);
}
