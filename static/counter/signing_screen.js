// @ts-check
/** Cashiers sign on by PIN, where the shop asks for it: at the start, by hand, and when nobody has touched the till for a while. */

import { pinRefusal } from './approval_screen.js';
import { cashiersOf, keyOf } from './approving.js';
import { $, el, say } from './dom.js';
import { t } from './lang.js';
import { makePad, refuseScans } from './pin_pad.js';
import { low } from './sound.js';

const LOOK_MS = 5_000;

/** @type {any} */
let till;
/** @type {any} */
let pad;
/** Who has signed on in this tab, and with which PIN of his. @type {{id: string, pin: number}|null} */
let signedOn = null;
let touchedAt = 0;
let isBusy = false;
/** The PIN given for once, until one of his own is kept. @type {{person: any, typed: string}|null} */
let once = null;
/** @type {() => void} */
let giveBack = () => undefined;
const sheet = $('signing');

/** @param {any} counter @param {{isStart?: boolean, id?: string}} [about] at the start, and when the shop has changed, who has signed on goes on */
export function show(counter, about = {}) {
  if (!till) watch(counter);
  if (!isAsked()) return void (sheet.open && sheet.close());
  const people = cashiersOf(till.engine);
  const isStill = people.some(({ id, pin }) => id === signedOn?.id && pin === signedOn.pin);
  if (about.isStart && isStill) return;
  signedOn = null;
  const chosen = sheet.open ? $('signing-who').value : (about.id ?? till.engine.cashier.id);
  $('signing-who').replaceChildren(...people.map(({ id, name }) => el('option', { value: id, text: name, selected: id === chosen })));
  if (sheet.open) return; // what is being typed stays
  once = null;
  openForm('signing-form');
  pad.clear();
  say($('signing-error'));
  giveBack = refuseScans(till, () => say($('signing-error'), t('A scan is no PIN.')));
  sheet.showModal();
  pad.focus();
}

/** Where nobody has a PIN yet nobody could come in again; and a till that asks for a sign-in, or to be set up, bills nothing meanwhile. */
function isAsked() {
  const { engine } = till;
  return engine.state === 'ready' && engine.shop?.pins?.sign_on && cashiersOf(engine).length > 0;
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  pad = makePad($('signing-pad'));
  $('signing-form').addEventListener('submit', (/** @type {Event} */ event) => (event.preventDefault(), signOn()));
  $('new-pin-form').addEventListener('submit', (/** @type {Event} */ event) => (event.preventDefault(), keepNew()));
  $('new-pin-off').addEventListener('click', () => openForm('signing-form'));
  $('signing-who').addEventListener('change', () => (pad.clear(), pad.focus()));
  // Neither Escape nor a press beside it opens a locked till.
  sheet.addEventListener('cancel', (/** @type {Event} */ event) => event.preventDefault());
  sheet.addEventListener('close', () => {
    if (!signedOn && isAsked()) return sheet.showModal();
    giveBack();
  });
  till.engine.addEventListener('catalogue', () => isAsked() || (sheet.open && sheet.close()));
  // Somebody else has signed on in another tab of this device: what is sold here would bear his name.
  till.engine.addEventListener('shift', () => till.engine.cashier.id !== signedOn?.id && show(till));
  touchedAt = Date.now();
  for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, () => (touchedAt = Date.now()), true);
  setInterval(() => {
    const minutes = till.engine.shop?.pins?.idle;
    if (signedOn && minutes > 0 && Date.now() - touchedAt > minutes * 60_000) show(till);
  }, LOOK_MS);
}

/** @param {string} wanted */
function openForm(wanted) {
  for (const id of ['signing-form', 'new-pin-form']) $(id).hidden = id !== wanted;
  for (const id of ['new-pin', 'new-pin-again']) $(id).value = '';
  say($('new-pin-error'));
}

async function signOn() {
  if (isBusy) return;
  const person = cashiersOf(till.engine).find(({ id }) => id === $('signing-who').value);
  const typed = pad.read();
  isBusy = true;
  $('signing-take').disabled = true;
  try {
    if (!person || !typed) throw new Error('Type the PIN.');
    say($('signing-error'), t('Checking the PIN…'));
    await keyOf(till.engine, person, typed);
    if (person.once) {
      once = { person, typed };
      openForm('new-pin-form');
      $('new-pin').focus();
    } else await enter(person);
    say($('signing-error'));
  } catch (error) {
    low();
    say($('signing-error'), pinRefusal(error));
    pad.focus();
  } finally {
    pad.clear();
    isBusy = false;
    $('signing-take').disabled = false;
  }
}

/** @param {any} person */
async function enter({ id, pin, name }) {
  signedOn = { id, pin };
  touchedAt = Date.now();
  await till.engine.setCashier(id, name);
  till.drawNames();
  // The sheet tells a moment later that it is shut: a scan may come before.
  giveBack();
  giveBack = () => undefined;
  sheet.close();
}

/** Who was given a PIN for once chooses his own; that goes to the server, which alone can tell the other tills. */
async function keepNew() {
  if (isBusy || !once) return;
  isBusy = true;
  try {
    const [{ id: member }, pin] = [once.person, once.typed];
    const [typed, again] = [$('new-pin').value, $('new-pin-again').value];
    const { newPin } = await import('./new_pin.js');
    await newPin(till.engine, { member, pin, new: typed, again });
    const person = cashiersOf(till.engine).find(({ id }) => id === member); // as the server knows him now
    once = null;
    openForm('signing-form');
    if (person) await enter(person);
  } catch (error) {
    low();
    say($('new-pin-error'), pinRefusal(error));
  } finally {
    isBusy = false;
  }
}
