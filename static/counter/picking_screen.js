// @ts-check
/** Which batch, or which pieces, a line takes: by keys, by scans, by a finger. Fetched when it is first asked for. */

import { $, el, icon, say } from './dom.js';
import { t, written } from './lang.js';
import { plainDecimal, rupees } from './money.js';
import { low, tick } from './sound.js';
import { spelt } from './spelling.js';

const OFFERED = 24;
const MOST_SERIAL = 60;
const MOST_BATCH = 40;
const LEAST_WHY = 3;

/** @type {any} */
let till;
/** @type {any} */
let line = null;
/** @type {any} */
let item = null;
/** A person has chosen a batch: what the server says meanwhile takes it from nobody. */
let isChosen = false;
const sheet = $('picking');
const box = $('picking-text');

/** @param {any} counter @param {any} asked the line of the bill */
export async function show(counter, asked) {
  if (!till) watch(counter);
  line = asked;
  item = till.engine.items.get(line.item);
  isChosen = false;
  box.value = '';
  $('picking-why').value = till.bill.draft.expiredReason ?? '';
  say($('picking-error'));
  $('picking-title').textContent = item.name;
  $('picking-label').textContent = item.tracking === 'serial' ? t('Serial number') : t('Another batch, as on the label');
  till.scanTaker = onScan;
  draw();
  if (!sheet.open) sheet.showModal();
  (item.tracking === 'batch' ? (sheet.querySelector('input:checked') ?? sheet.querySelector('input[type=radio]') ?? box) : box).focus();
  if (till.engine.contact.online && !till.engine.shelves.isFresh(item.id) && (await till.engine.shelves.pull(item.id)) && sheet.open) draw();
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  sheet.addEventListener('close', () => (till.scanTaker = null));
  box.addEventListener('input', () => {
    say($('picking-error'));
    if (item.tracking === 'serial') drawOffer();
  });
  $('picking-batches').addEventListener('change', () => {
    isChosen = true;
    drawWhy();
  });
  $('picking-form').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    if (item.tracking === 'batch') void takeBatch();
    else if (box.value.trim()) void addPiece(box.value);
    else finish();
  });
}

/** A label of this item, or the number of a piece; what belongs to other goods goes on the bill. @param {string} code */
function onScan(code) {
  if (!sheet.open) return false;
  const found = till.engine.findCode(code);
  if (found && found.item !== item) {
    sheet.close();
    return false;
  }
  if (item.tracking === 'serial') {
    if (found && !found.serial) till.bill.change(() => (line.qty += 1000));
    else void addPiece(code);
    draw();
  } else if (!found) {
    box.value = code;
    void takeBatch();
  }
  return true;
}

function draw() {
  const isSerial = item.tracking === 'serial';
  for (const [id, shown] of [['picking-batches', !isSerial], ['picking-pieces', isSerial], ['picking-offer', isSerial]]) $(id).hidden = !shown;
  $('picking-take').querySelector('span').textContent = t(isSerial ? 'Done' : 'Take this batch');
  if (isSerial) drawPieces();
  else drawBatches();
  drawWhy();
}

// Batches ----------------------------------------------------------------------------------------------------------------

function drawBatches() {
  const { shelves } = till.engine;
  const { lots } = shelves.shelfOf(item.id);
  const list = $('picking-batches');
  const at = list.contains(document.activeElement) ? /** @type {any} */ (document.activeElement).value : null;
  const chosen = (isChosen && list.querySelector('input:checked')?.value) || line.batch;
  $('picking-about').textContent = lots.length ? t('What expires first stands first.') : t('No batch is on hand here, as far as is known.');
  list.replaceChildren(...lots.map((/** @type {any} */ { batch, expires, mrp, qty }) => {
    const about = [expires && t('expires {day}', { day: written(expires) }), mrp && `MRP ${rupees(mrp)}`, t('{qty} here', { qty: `${plainDecimal(qty, 3)} ${item.unit}` })];
    const badge = shelves.isExpired(expires) ? el('b', { class: 'badge warn', text: t('Expired') }) : null;
    const radio = el('input', { type: 'radio', name: 'picked', value: batch });
    radio.checked = batch === chosen;
    return el('li', {}, el('label', { class: 'check' }, radio, el('span', {}, el('span', {}, el('b', { class: 'code', text: batch }), ' ', badge), el('span', { class: 'hint', text: about.filter(Boolean).join(' · ') }))));
  }));
  if (at !== null) (list.querySelector(`input[value="${CSS.escape(at)}"]`) ?? list.querySelector('input') ?? box).focus();
}

/** The lot chosen or typed; null for one that is not on hand here. */
function chosenLot() {
  const typed = spelt(box.value);
  const batch = typed || sheet.querySelector('input[name=picked]:checked')?.value || '';
  const lot = till.engine.shelves.shelfOf(item.id).lots.find((/** @type {any} */ one) => one.batch === batch);
  return { batch, lot: lot ?? null };
}

/** What has expired asks for a reason. */
function drawWhy() {
  const { lot } = chosenLot();
  $('picking-why-field').hidden = item.tracking !== 'batch' || !till.engine.shelves.isExpired(lot?.expires);
}

async function takeBatch() {
  const { engine, bill } = till;
  let { batch, lot } = chosenLot();
  if (!batch || batch.length > MOST_BATCH) return fail(t('Choose one of the batches on hand, or type one as on the label.'));
  if (!lot && engine.contact.online && (await engine.shelves.pull(item.id))) {
    ({ lot } = chosenLot());
    if (!lot) return fail(t('There is no batch {batch} of it here. Choose one of the batches on hand.', { batch }));
  }
  const why = $('picking-why').value.trim();
  if (engine.shelves.isExpired(lot?.expires)) {
    drawWhy();
    if (!(await maySellExpired(engine))) return fail(t('It has expired, and only an owner or accountant may sell it. Take another batch, or ask them.'));
    if (why.length < LEAST_WHY) {
      fail(t('Say in a few words why it is sold although it has expired.'));
      return $('picking-why').focus();
    }
    bill.draft.expiredReason = why;
  }
  bill.change((/** @type {any} */ draft) => {
    // Alike lines may have been put together while the server was asked.
    if (!draft.lines.includes(line)) line = draft.lines.find((/** @type {any} */ one) => one.item === item.id) ?? line;
    // What this batch cannot fill is taken from those that expire first.
    if (lot && line.qty > lot.qty && !(line.disc && 'paise' in line.disc)) {
      const rest = { ...line, qty: line.qty - lot.qty, isChosen: false };
      draft.lines.splice(draft.lines.indexOf(line) + 1, 0, rest);
      line.qty = lot.qty;
    }
    Object.assign(line, { batch, expires: lot?.expires ?? null, mrp: lot?.mrp ?? item.mrp, isChosen: true });
  });
  tick();
  sheet.close();
}

/** Online the person who is signed in here, offline the one who bills now. @param {any} engine */
async function maySellExpired(engine) {
  const answer = engine.contact.online ? await fetch('/counter/session').catch(() => null) : null;
  if (answer?.ok) return (await answer.json()).may_sell_expired === true;
  return engine.cashiers.some((/** @type {any} */ one) => one.id === engine.cashier.id && one.may_sell_expired);
}

// Pieces -----------------------------------------------------------------------------------------------------------------

function drawPieces() {
  const pieces = line.serials ?? [];
  $('picking-about').textContent = t('{n} of {all} serial numbers', { n: pieces.length, all: plainDecimal(line.qty, 3) });
  $('picking-pieces').replaceChildren(...pieces.map((/** @type {string} */ serial) => el('li', { class: 'pick' }, el('b', { class: 'code', text: serial }),
    el('button', { class: 'button quiet square', 'aria-label': t('Take {serial} off', { serial }), on: () => {
      till.bill.change(() => (line.serials = line.serials.filter((/** @type {string} */ one) => one !== serial)));
      drawPieces();
      box.focus();
    } }, icon('x')))));
  drawOffer();
}

/** Pieces on hand that fit what is typed: one tap each. */
function drawOffer() {
  const typed = spelt(box.value);
  const taken = onBill();
  const free = till.engine.shelves.shelfOf(item.id).serials.filter((/** @type {string} */ serial) => !taken.has(serial) && serial.includes(typed));
  $('picking-offer').replaceChildren(...free.slice(0, OFFERED).map((/** @type {string} */ serial) => el('button', { class: 'chip code', text: serial, on: () => addPiece(serial) })));
}

/** The pieces of this item that stand on the bill. */
const onBill = () => new Set(till.bill.draft.lines.filter((/** @type {any} */ one) => one.item === item.id).flatMap((/** @type {any} */ one) => one.serials ?? []));

/** @param {string} text */
async function addPiece(text) {
  const { engine, bill } = till;
  const serial = spelt(text);
  if (serial.length > MOST_SERIAL) return fail(t('A serial number has at most 60 signs.'));
  if (onBill().has(serial)) return fail(t('{serial} stands on this bill already.', { serial }));
  let why = engine.shelves.refusalOf(item.id, serial);
  // It may have come in a moment ago.
  const isStranger = why !== 'sold' && !engine.shelves.shelfOf(item.id).serials.includes(serial);
  if (isStranger && engine.contact.online) {
    await engine.shelves.pull(item.id);
    why = engine.shelves.refusalOf(item.id, serial);
  }
  if (why) return fail(why === 'sold' ? t('{serial} is sold already.', { serial }) : t('{serial} is not in this store. Scan the number on the piece again.', { serial }));
  if (onBill().has(serial)) return undefined; // pressed twice while the server was asked
  bill.change(() => {
    line.serials = [...(line.serials ?? []), serial];
    line.qty = Math.max(line.qty, line.serials.length * 1000);
  });
  box.value = '';
  say($('picking-error'));
  tick();
  drawPieces();
  if (isStranger && !engine.contact.online) say($('picking-error'), t('{serial} is not known on this device. It is sold, and looked at when the bill arrives.', { serial }));
  if (line.serials.length * 1000 === line.qty) $('picking-take').focus();
  else box.focus();
}

/** As many as were named. */
function finish() {
  const count = line.serials?.length ?? 0;
  if (count === 0) return fail(t('Scan or type one number for each piece.'));
  if (count * 1000 !== line.qty) till.bill.change(() => (line.qty = count * 1000));
  sheet.close();
}

/** @param {string} words */
function fail(words) {
  low();
  say($('picking-error'), words);
  box.select();
}
