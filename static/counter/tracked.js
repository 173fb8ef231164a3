// @ts-check
/**
 * Goods kept by batch or serial number, on the screen: what a line says of them, what a scan of them asks, what stops the payment.
 * Fetched only where the shop keeps such goods.
 */

import { spelled } from '../app/keys.js';
import { $, el, icon } from './dom.js';
import { count, refusal, t, written } from './lang.js';
import { Shelves } from './shelves.js';
import { low, tick } from './sound.js';

/** One key opens the pick of the current line. */
const KEY = 'alt+b';

/** @type {any} */
let till;

/** @param {any} counter */
export async function show(counter) {
  if (till) return;
  till = counter;
  const { engine, bill } = till;
  engine.shelves ??= new Shelves(engine);
  await engine.shelves.load();
  till.tracked = { take, words, stops };
  bill.addEventListener('change', drawButtons);
  engine.addEventListener('sync', (/** @type {any} */ { detail }) => detail.online && catchUp(detail.sent > 0));
  addEventListener('keydown', (event) => {
    if (spelled(event) !== KEY || document.querySelector('dialog:modal') || !trackingOf(bill.draft.lines[bill.at])) return;
    event.preventDefault();
    open(bill.draft.lines[bill.at]);
  });
  if (engine.contact.online) void catchUp(false);
}

/** @param {boolean} isSent */
async function catchUp(isSent) {
  if (await till.engine.shelves.catchUp(isSent)) settle();
}

/** The lines once more, by what is known now. */
function settle() {
  const { bill, engine } = till;
  if (bill.draft.lines.some(trackingOf) && engine.shelves.settle(bill.draft)) bill.change(() => undefined);
}

/** @param {any} line */
const trackingOf = (line) => (line && till.engine.items.get(line.item)?.tracking) || '';

/** @param {any} line */
const open = (line) => void till.show('picking', line);

/**
 * A scan, or a choice, of such goods. False when the bill may take it as any other.
 * @param {any} found @param {number} [many]
 */
function take(found, many) {
  const { bill, engine } = till;
  const { item, serial } = found;
  if (serial) {
    const isHere = bill.draft.lines.some((/** @type {any} */ line) => line.item === item.id && line.serials?.includes(serial));
    const why = isHere ? t('{serial} stands on this bill already.', { serial }) : found.isGone ? t('{serial} is sold already.', { serial }) : '';
    if (why) {
      low();
      till.toast(why);
      return true;
    }
  }
  bill.add(found, serial ? undefined : many);
  tick();
  const line = bill.draft.lines[bill.at];
  if (serial) bill.change(() => (line.serials = [...(line.serials ?? []), serial]));
  else if (item.tracking === 'serial') open(line);
  else if (item.weighed && found.qty === 1000 && !many) till.editLine(bill.at);
  // The bill waits for nobody: what the server says comes beneath.
  if (engine.contact.online) void engine.shelves.pull(item.id).then((/** @type {boolean} */ isTold) => isTold && settle());
  return true;
}

/** What a line says of its batch or its pieces. @param {any} line */
function words(line) {
  const tracking = trackingOf(line);
  const { shelves } = till.engine;
  if (tracking === 'serial') {
    const missing = line.qty / 1000 - (line.serials?.length ?? 0);
    return { sub: (line.serials ?? []).join(', '), warn: missing > 0 ? count(Math.ceil(missing), '1 serial number to scan', '{n} serial numbers to scan') : '' };
  }
  if (tracking !== 'batch') return null;
  if (!line.batch) return { sub: '', warn: shelves.shelfOf(line.item).lots.length > 0 ? t('Every batch here has expired.') : '' };
  const sub = [t('Batch {batch}', { batch: line.batch }), line.expires ? t('expires {day}', { day: written(line.expires) }) : ''].filter(Boolean).join(' · ');
  return { sub, warn: shelves.isExpired(line.expires) ? t('This batch has expired.') : '' };
}

/** Is there something that must be picked before the bill is paid? Then it is asked for. */
function stops() {
  const { bill, engine } = till;
  try {
    engine.shelves.require(bill.draft);
    return false;
  } catch (error) {
    low();
    till.toast(refusal(error));
    const line = bill.draft.lines[/** @type {any} */ (error).detail];
    if (line) open(line);
    return true;
  }
}

/** A finger has no keys: each such line has a button. */
function drawButtons() {
  for (const row of /** @type {any} */ ($('lines')).children) {
    const tracking = trackingOf(row.line);
    let button = row.querySelector('.line-pick');
    if (!tracking) button?.remove();
    else if (!button) {
      button = el('button', { class: 'button quiet line-pick', 'aria-keyshortcuts': 'Alt+B', on: () => open(row.line) }, icon('receipt-text'), el('span'));
      row.append(button);
    }
    if (tracking) button.lastElementChild.textContent = tracking === 'serial' ? t('Serial numbers') : t('Batch');
  }
}
