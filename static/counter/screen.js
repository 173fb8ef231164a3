// @ts-check
/** The counter's screen: puts its parts on the engine. What a bill's first line does not need is fetched when first asked for. */

import { recall } from '../app/store.js';
import { watchForms } from './bill_forms.js';
import { $, el, icon, say } from './dom.js';
import { openEngine } from './engine.js';
import { scanned, watchFind } from './find.js';
import { watchHeld } from './held.js';
import { chooseLanguage, language, refusal, speak, t } from './lang.js';
import { watchLines } from './lines.js';
import { OpenBill } from './open_bill.js';
import { watchPill } from './pill.js';
import { watchSums } from './sums.js';

const TOAST_MS = 6000;

/** Dialogs and panels, by the name in `data-open`. @type {Record<string, () => Promise<any>>} */
const SCREENS = {
  pay: () => import('./pay.js'),
  unknown: () => import('./unknown.js'),
  customer: () => import('./customers_screen.js'),
  dues: () => import('./dues_screen.js'),
  bills: () => import('./bills_screen.js'),
  return: () => import('./returns_screen.js'),
  shift: () => import('./shift_screen.js'),
  queue: () => import('./queue_screen.js'),
  device: () => import('./device_screen.js'),
  camera: () => import('./camera.js'),
  share: () => import('./share.js'),
  gate: () => import('./gate.js'),
  favourites: () => import('./favourites.js'),
  tracked: () => import('./tracked.js'),
  picking: () => import('./picking_screen.js'),
  shortcuts: () => import('./shortcuts.js'),
  approval: () => import('./approval_screen.js'),
  signing: () => import('./signing_screen.js'),
};

/** Those fetched already: they open at once, so that two quick Enters are two. @type {Record<string, any>} */
const fetched = {};

/** @param {string} name */
async function fetchScreen(name) {
  return fetched[name] ??= await SCREENS[name]();
}

class Till {
  /** @param {any} engine */
  constructor(engine) {
    this.engine = engine;
    this.bill = new OpenBill(engine);
    /** Takes a scan away from the bill when a dialog wants it: true when it did. @type {((code: string) => boolean)|null} */
    this.scanTaker = null;
    this.scannedAt = 0;
    /** The part for goods kept by batch or serial number, where the shop has such. @type {any} */
    this.tracked = null;
    this.scanned = scanned;
    this.drawNames = () => undefined;
    /** English words of each tender. @type {Record<string, string>} */
    this.modes = { cash: 'Cash', upi: 'UPI', card: 'Card', credit: 'Khata', bank: 'Bank' };
  }

  /** @param {string} name @param {any} [about] */
  async show(name, about) {
    $('till-menu').hidePopover?.();
    if (name === 'keys') return document.querySelector('dialog:modal') || $('keys').showModal();
    try {
      return await (fetched[name] ?? (await fetchScreen(name))).show(this, about);
    } catch (error) {
      this.toast(refusal(error));
    }
  }

  /** Print a document of this device. @param {string} id */
  async print(id) {
    const { printBill } = await import('./print.js');
    await printBill(this, id).catch((error) => this.toast(refusal(error)));
  }

  alwaysPrints() {
    const chosen = recall('always-print');
    return chosen ? chosen === 'yes' : !matchMedia('(pointer: coarse)').matches;
  }

  /** @param {string} words @param {string} [label] @param {() => void} [action] */
  toast(words, label, action) {
    const close = () => box.remove();
    const box = el('div', { class: 'toast' }, el('span', { text: words }), label ? el('button', { class: 'toast-action', text: label, on: () => (close(), action?.()) }) : null,
      el('button', { 'aria-label': t('Dismiss'), on: close }, icon('x')));
    // Once more into the top layer: a dialog opened since would lie over it.
    $('toasts').hidePopover();
    $('toasts').showPopover();
    $('toasts').replaceChildren(...[...$('toasts').children].slice(-2), box);
    setTimeout(close, TOAST_MS);
  }

  /** What was refused, in a toast; what a manager may allow is one more press away. @param {any} error @param {() => void} again */
  refuse(error, again) {
    const ask = error.detail?.kind && error.detail;
    this.toast(refusal(error), ask && t('Ask a manager'), () => this.permit(ask, again));
  }

  /** The same beside what caused it. @param {any} place @param {any} error @param {() => void} again @param {any} [ask] */
  offer(place, error, again, ask = error.detail?.kind && error.detail) {
    say(place, refusal(error));
    if (ask) place.append(' ', el('button', { class: 'button', text: t('Ask a manager'), on: () => this.permit(ask, again) }));
  }

  /** @param {any} ask @param {() => void} again */
  async permit(ask, again) {
    if (await this.show('approval', ask)) again();
  }

  /** A sentence that stays until it is put away, one of a kind. @param {string} kind @param {string} words @param {Node|null} [action] */
  notice(kind, words, action = null) {
    $('notices').querySelector(`[data-kind="${kind}"]`)?.remove();
    if (!words) return;
    const box = el('div', { class: 'notice warn', role: 'status', 'data-kind': kind }, icon('triangle-alert'), el('div', {}, el('p', { text: words })), action,
      el('button', { class: 'button quiet square', 'aria-label': t('Dismiss'), on: () => box.remove() }, icon('x')));
    $('notices').append(box);
  }
}

/** Say who sells, who bills and which shift is open. @param {Till} till */
function drawNames({ engine }) {
  const { till, shop, shift, cashiers, cashier } = engine;
  $('shop-name').textContent = shop?.name ?? 'Munim';
  $('till-name').textContent = $('menu-till').textContent = till ? `${till.name} · ${till.code}` : t('Counter');
  $('shift-words').textContent = shift ? cashier.name || t('Shift open') : t('Open the shift');
  $('shift-chip').dataset.open = 'shift';
  $('cashier').replaceChildren(el('option', { value: '', text: '–' }), ...cashiers.map((/** @type {any} */ one) => el('option', { value: one.id, text: one.name })));
  $('cashier').value = cashier.id ?? '';
  $('lock').hidden = !shop?.pins?.sign_on;
}

/** Back to the box. After a press on a button the browser gives it the focus back, but no caret: what is typed then would go nowhere. */
function goOn() {
  const box = $('find');
  box.focus();
  box.setSelectionRange(999, 999); // as far as there is text
}

/** @param {Till} till */
function watchPage(till) {
  const { engine } = till;
  document.addEventListener('click', (/** @type {any} */ event) => {
    const opener = event.target.closest('[data-open]');
    if (opener) void till.show(opener.dataset.open);
    const closer = event.target.closest('[data-close]');
    if (closer || event.target.matches('dialog')) event.target.closest('dialog')?.close();
    const language = event.target.closest('[data-language]');
    if (language) {
      speak(language.dataset.language, true);
      redraw(till);
    }
  });
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('close', () => document.querySelector('dialog:modal') ?? goOn());
  }
  $('open-camera').addEventListener('click', () => till.show('camera'));
  $('print-last').addEventListener('click', async () => (await import('./print.js')).printLast(till));
  till.drawNames = () => drawNames(till);
  $('cashier').addEventListener('change', () => {
    if (engine.shop?.pins?.sign_on) return till.show('signing', { id: $('cashier').value });
    return engine.setCashier($('cashier').value || null).then(till.drawNames);
  });
  $('update').addEventListener('click', () => engine.applyUpdate().catch((/** @type {any} */ error) => till.toast(refusal(error))));
}

/** @param {Till} till */
function watchEngine(till) {
  const { engine } = till;
  const drawState = () => {
    const isOpen = engine.state === 'ready' || engine.state === 'locked';
    document.body.dataset.state = engine.state;
    if (!isOpen) void till.show('gate');
    drawNames(till);
    const signIn = el('a', { class: 'button', href: '/sign-in?next=/counter', text: t('Sign in') });
    till.notice('locked', engine.state === 'locked' ? t('You have signed out here. Sign in to go on billing; what waits is sent all the same.') : '', signIn);
    till.notice('signed-out', engine.contact.signedOut && engine.state === 'ready' ? t('The server does not know this counter any more. Billing goes on; sign in and set it up again to send what waits.') : '', signIn.cloneNode(true));
    drawUpdate();
  };
  const drawUpdate = () => ($('update').hidden = !(engine.updateReady && till.bill.isEmpty));
  for (const name of ['shift', 'catalogue', 'sync', 'counts']) engine.addEventListener(name, drawState);
  engine.addEventListener('catalogue', () => till.bill.isEmpty || till.bill.change(() => undefined));
  engine.addEventListener('update', drawUpdate);
  till.bill.addEventListener('change', drawUpdate);
  engine.addEventListener('closed', () => till.notice('closed', t('Another tab has updated Munim. Reload this one.'), el('button', { class: 'button', text: t('Reload'), on: () => location.reload() })));
  engine.addEventListener('trouble', (/** @type {any} */ { detail }) => {
    if (detail.code === 'cleared') void till.show('gate', { cleared: detail.detail });
    else till.notice(detail.code, refusal(detail));
  });
  drawState();
}

/** Everything once more, in another language. @param {Till} till */
function redraw(till) {
  drawNames(till);
  till.bill.dispatchEvent(new Event('change'));
  /** @type {any} */ (till).drawPill();
}

async function start() {
  let engine;
  try {
    engine = await openEngine();
  } catch (error) {
    const gate = await SCREENS.gate();
    return gate.refuse(error);
  }
  const till = new Till(engine);
  // Without a worker (an old browser) there is nothing to wait for.
  const ready = navigator.serviceWorker && new Promise((resolve) => engine.addEventListener('ready', resolve, { once: true }));
  chooseLanguage(engine.shop);
  engine.addEventListener('catalogue', () => {
    const before = language;
    chooseLanguage(engine.shop);
    if (language !== before) redraw(till);
  }, { once: true });
  watchLines(till);
  watchSums(till);
  watchForms(till);
  watchPill(till);
  watchHeld(till);
  watchFind(till);
  watchPage(till);
  // Goods kept by batch or serial number: only where there are such.
  const prepareTracked = () => engine.catalogue.isTracked && !till.tracked && till.show('tracked');
  engine.addEventListener('catalogue', prepareTracked);
  await prepareTracked();
  await till.bill.open();
  watchEngine(till);
  // Where cashiers sign on by PIN: now, and when the shop has changed what it asks.
  const sign = () => engine.shop?.pins?.sign_on && till.show('signing', { isStart: true });
  engine.addEventListener('catalogue', sign);
  await sign();
  $('find').focus();
  prepareSale(till); // it may be sold before the worker is there
  await ready;
  document.body.dataset.ready = '';
  await fetchScreen('pay');
  await till.show('shortcuts');
  await till.show('favourites');
}

/** Payment, what issuing and printing need, and the customers are fetched when there is something to sell. @param {Till} till */
function prepareSale({ bill, engine }) {
  const prepare = () => {
    if (bill.isEmpty) return;
    bill.removeEventListener('change', prepare);
    void Promise.all([fetchScreen('pay'), engine.prepare(), import('./print.js'), fetchScreen('customer')]);
  };
  bill.addEventListener('change', prepare);
  prepare();
}

void start();
