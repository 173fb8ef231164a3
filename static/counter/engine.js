// @ts-check
/**
 * The counter below its screen: `const engine = await openEngine()`. What it offers is written in `docs/counter.md`.
 *
 * This file puts the parts together.
 */

// long: it is the one door, and every verb of the counter stands here once

import { Catalogue } from './catalogue.js';
import { istDay, nextInstant } from './clock.js';
import { addLine, Drafts, figuresOf } from './drafts.js';
import { CounterError } from './errors.js';
import { countWaiting, listPending } from './outbox.js';
import { openStore } from './store.js';
import { CATALOGUE_LOCK, CHANNEL, Courier, tell } from './sync.js';
import { Updates } from './update.js';
import { upiLink } from './upi.js';

export { CounterError } from './errors.js';
export { fitsCheckDigit, listenForScans, readMultiplier } from './scan.js';

const HOUR_MS = 60 * 60 * 1000;
const NUDGE_COUNT = 20;
const NUDGE_MS = 4 * HOUR_MS;
const LONG_OFFLINE_MS = 72 * HOUR_MS;
const SENT_FIRST_MS = 800;
/** A little less than the server keeps goods for a bill. */
const RESERVED_MS = 110_000;
/** Issuing, returns, shifts, customers, enrolment: fetched once the catalogue is there, from the worker's cache. */
const rest = () => import('./rest.js');
/** This program's build stands in its own address. */
const BUILD = /\/s\/([^/]+)\//.exec(import.meta.url)?.[1] ?? '';

/** @typedef {import('./drafts.js').Draft} Draft @typedef {import('./issue.js').Bill} Bill @typedef {import('./issue.js').Tender} Tender */

/**
 * Open the counter. It never waits for the network.
 * @returns {Promise<Engine>}
 */
export async function openEngine() {
  if (!navigator.locks || !globalThis.indexedDB) {
    throw new CounterError('insecure', 'The counter needs a secure address.', 'Open it by https, or on this machine by http://localhost.');
  }
  /** @type {Engine} */
  let engine;
  const store = await openStore(() => engine?.closed());
  engine = new Engine(store);
  await engine.load();
  engine.start();
  return engine;
}

export class Engine extends EventTarget {
  /** @param {import('./store.js').Store} store */
  constructor(store) {
    super();
    this.store = store;
    this.catalogue = new Catalogue(store);
    this.drafts = new Drafts(store);
    this.courier = new Courier(store, { build: BUILD, onChange: (contact, sending) => this.#contacted(contact, sending) });
    this.updates = new Updates({ onWaiting: () => this.#emit('update'), isBusy: () => this.#hasOpenBill() });
    /** @type {any} */
    this.till = null;
    /** @type {import('./shift.js').Shift|null} */
    this.shift = null;
    /** @type {{id: string|null, name: string}} */
    this.cashier = { id: null, name: '' };
    /** @type {'new'|'cleared'|'stale'|'locked'|'ready'} */
    this.state = 'new';
    this.counts = { pending: 0, oldest: /** @type {number|null} */ (null), quarantined: 0 };
    this.protected = false;
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => this.#heardFromTab(data.kind);
    this.isClockTold = false;
    this.isNudged = false;
    /** Bills that wait to be sent may have goods on them that were not set aside at the server. */
    this.isUnreserved = true;
  }

  get shop() { return this.catalogue.shop; }
  get items() { return this.catalogue.items; }
  get customers() { return this.catalogue.customers; }
  get taxClasses() { return this.catalogue.taxClasses; }
  get cashiers() { return this.catalogue.cashiers; }
  get contact() { return this.courier.contact; }
  get updateReady() { return this.updates.isReady; }
  get clockWarning() { return this.courier.isClockWrong; }
  /** Time to say "Save a backup file". */
  get backupNudge() {
    return this.counts.pending > NUDGE_COUNT || (this.counts.pending > 0 && Date.now() - this.contact.at > NUDGE_MS);
  }
  /** Nothing heard for three days: billing goes on, history is hidden. */
  get isLongOffline() { return this.till !== null && Date.now() - this.contact.at > LONG_OFFLINE_MS; }

  // Start ------------------------------------------------------------------------------------------------------------

  /** Everything from this device's own storage. */
  async load() {
    await Promise.all([this.drafts.claimTab(), this.catalogue.load(), this.#readMeta()]);
    this.counts = await countWaiting(this.store);
  }

  async #readMeta() {
    const meta = this.store.db.transaction('meta').objectStore('meta');
    const [till, shift, cashier, locked, contact] = await Promise.all(['till', 'shift', 'cashier', 'locked', 'contact'].map((key) => meta.get(key)));
    this.till = till ?? null;
    this.shift = shift ?? null;
    this.cashier = cashier ?? { id: null, name: '' };
    Object.assign(this.contact, contact);
    const isCleared = !till && /munim_last_/.test(document.cookie);
    this.state = isCleared ? 'cleared' : !till ? 'new' : till.stale ? 'stale' : locked ? 'locked' : 'ready';
  }

  /** What needs the network, in the background. */
  start() {
    addEventListener('online', () => this.courier.lookUp());
    addEventListener('offline', () => this.courier.lookUp());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible') return;
      this.updates.look();
      this.courier.lookUp();
    });
    this.updates.start().then(() => {
      this.#emit('ready');
      this.catalogue.search(''); // makes the texts, so that the first search is as quick as the next
      return rest();
    }).catch((error) => this.store.log('rest', String(error)));
    this.#greet().catch((error) => this.store.log('start', String(error)));
  }

  async #greet() {
    const { clearedNumbers, dropSettled, tidy } = await rest();
    this.protected = (await navigator.storage?.persisted?.()) ?? false;
    if (this.state === 'cleared') {
      const numbers = await clearedNumbers(this.store);
      if (numbers) {
        this.#trouble('cleared', 'This browser cleared its data; numbers issued here may not have been received.', 'Set the counter up again. It gets its own series; look for the paper copies of these numbers.', numbers);
      }
    }
    if (!this.till) return;
    await tidy(this.store);
    if (!(await this.courier.lookUp())) return;
    await this.courier.kick({ report: true });
    if (this.state === 'locked') await this.unlock();
    if (await dropSettled(this.store)) await this.#recount();
  }

  /** Another tab upgraded the database; this one is out of date. */
  closed() {
    this.courier.stop();
    this.#emit('closed');
  }

  // Telling ----------------------------------------------------------------------------------------------------------

  /** @param {string} name @param {unknown} [detail] */
  #emit(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {string} code @param {string} problem @param {string} fix @param {unknown} [detail] */
  #trouble(code, problem, fix, detail = null) {
    this.store.log(`trouble ${code}`, detail);
    this.#emit('trouble', { code, problem, fix, detail });
  }

  async #recount() {
    this.counts = await countWaiting(this.store);
    this.#emit('counts', this.counts);
    if (!this.isNudged && this.backupNudge) {
      this.#trouble('waiting', `${this.counts.pending} documents wait on this device only.`, 'Save a backup file, and connect when you can.', this.counts);
    }
    this.isNudged = this.backupNudge;
  }

  /** Something was written that must be sent. */
  async #saved() {
    tell({ kind: 'counts' });
    this.updates.wakeLater();
    this.courier.kick().catch((error) => this.store.log('send', String(error)));
    await this.#recount();
  }

  /** @param {string} kind */
  async #heardFromTab(kind) {
    if (kind === 'catalogue') {
      await this.catalogue.load();
      this.#emit('catalogue', { rev: this.catalogue.rev, full: true });
    } else if (kind === 'till') {
      await this.#readMeta();
      if (this.state === 'locked') this.catalogue.forgetCustomers(); // signed out in another tab
      this.#emit('shift', this.shift);
    }
    await this.#recount();
  }

  /** @param {any} contact @param {import('./sync.js').Sending|null} sending */
  async #contacted(contact, sending) {
    this.#emit('sync', { ...contact, sent: sending?.sent ?? 0 });
    if (!sending) return;
    if (sending.sent > 0 || sending.quarantined.length > 0) tell({ kind: 'counts' });
    await this.#recount();
    const { outcome, problem, fix, quarantined, answer } = sending;
    if (quarantined.length > 0) {
      this.#trouble('quarantined', `${quarantined.join(', ')}: a person has to look at it.`, 'The paper in the customer\'s hand stands. See the list of what waits.', quarantined);
    }
    if (outcome === 'stale') {
      await this.#readMeta();
      tell({ kind: 'till' });
    }
    if (!['done', 'later', 'network'].includes(outcome)) this.#trouble(outcome, problem, fix);
    if (!answer) return;
    await this.store.write(['meta'], (tx) => tx.objectStore('meta').put({ at: contact.at, offset: contact.offset }, 'contact'), 'relaxed');
    this.#checkClock();
    if (answer.min_build && answer.min_build !== BUILD && this.counts.pending === 0) {
      this.updates.look();
      this.#trouble('old_version', 'The server asks for a newer version.', 'Finish or hold the bill, then update.');
    }
    if (answer.rev !== this.catalogue.rev) await this.refresh();
  }

  #checkClock() {
    if (this.clockWarning && !this.isClockTold) {
      const minutes = Math.round(Math.abs(this.contact.offset) / 60_000);
      this.#trouble('clock', `This device's clock is ${minutes} minutes ${this.contact.offset > 0 ? 'behind' : 'ahead'}.`, 'Set the clock right; bills carry its time.', this.contact.offset);
    }
    this.isClockTold = this.clockWarning;
  }

  /**
   * Fetch what changed in the catalogue; one tab at a time.
   * @param {{whole?: boolean}} [options]
   */
  async refresh({ whole = false } = {}) {
    if (this.state === 'locked' || !this.till) return;
    const pulled = await navigator.locks.request(CATALOGUE_LOCK, async () => {
      return (await this.store.meta('locked')) ? null : this.catalogue.pull({ whole });
    });
    if (!pulled || !('answer' in pulled)) return;
    await (await rest()).keepSeries(this.store, pulled.answer.series);
    if (!pulled.changed) return;
    tell({ kind: 'catalogue' });
    this.#emit('catalogue', { rev: this.catalogue.rev, full: pulled.answer.full });
  }

  // Finding ----------------------------------------------------------------------------------------------------------

  /** @param {string} text */
  findCode(text) { return this.catalogue.findCode(text); }
  /** @param {string} text @param {number} [limit] */
  search(text, limit) { return this.catalogue.search(text, limit); }
  /** @param {string} text @param {number} [limit] */
  searchCustomers(text, limit) { return this.catalogue.searchCustomers(text, limit); }

  // Drafts -----------------------------------------------------------------------------------------------------------

  currentDraft() { return this.drafts.current(); }
  /** @param {Draft} draft */
  saveDraft(draft) { return this.drafts.save(draft); }
  /** @param {Draft} draft @param {string} label */
  hold(draft, label) { return this.drafts.hold(draft, label); }
  heldDrafts() { return this.drafts.held(); }
  /** @param {string} id */
  recall(id) { return this.drafts.recall(id); }
  /** @param {string} id */
  discard(id) { return this.drafts.discard(id); }
  /** An empty draft for this tab, not yet kept. */
  newDraft() { return this.drafts.empty(); }
  /** @param {Draft} draft @param {import('./catalogue.js').Found} found @param {number} [times] */
  addLine(draft, found, times) { return addLine(draft, found, times); }

  /** @param {Draft} draft @param {import('./catalogue.js').Customer|null} customer */
  setCustomer(draft, customer) {
    draft.customer = customer?.id ?? null;
    draft.party = customer && { name: customer.name, phone: customer.phone, gstin: customer.gstin, state_code: customer.state, address: customer.address };
  }

  /** The day a bill issued now would bear. */
  today() { return istDay(Date.now()); }

  /** @param {Draft} draft */
  figures(draft) { return figuresOf(draft, this.#shopOrRefuse(), this.taxClasses, this.today()); }

  async #hasOpenBill() {
    const drafts = await this.store.db.getAll('drafts');
    return drafts.some((/** @type {Draft} */ draft) => draft.label === null && draft.lines.length > 0);
  }

  // Issuing ----------------------------------------------------------------------------------------------------------

  /**
   * @param {Draft} draft @param {Tender[]} tenders
   * @param {{overLimit?: boolean, despiteStock?: boolean}} [options] the owner's word on the customer's limit, or on the stock
   * @returns {Promise<{bill: Bill, already: boolean}>}
   */
  async issue(draft, tenders, { overLimit = false, despiteStock = false } = {}) {
    const shop = this.#shopOrRefuse();
    this.#requireOpen();
    const credit = tenders.filter((tender) => tender.mode === 'credit').reduce((sum, tender) => sum + tender.amount, 0);
    const { billBody, issueDocument, releaseStock, requireCredit } = await rest();
    if (credit > 0 && !overLimit) requireCredit(this.customers.get(draft.customer ?? ''), credit);
    const isReserved = !despiteStock && !shop.allows_negative_stock && this.contact.online && (await this.#reserve(draft));
    this.isUnreserved ||= !isReserved;
    const desk = { shop, taxClasses: this.taxClasses, cashier: this.cashier };
    try {
      const earlier = (await this.drafts.save(draft)) ? null : await this.bill(draft.id);
      if (earlier) return { bill: earlier, already: true };
      const answer = await issueDocument(this.store, {
        id: draft.id, kind: 'bill', type: 'bill', command: 'bill.issue', fromDraft: true,
        write: (head) => billBody(draft, tenders, desk, head), total: (doc) => doc.totals.total,
      });
      if (answer.already) return answer;
      const customer = draft.customer && this.customers.get(draft.customer);
      if (customer && credit > 0 && customer.due !== null) customer.due += credit;
      await this.#saved();
      return answer;
    } catch (error) {
      if (isReserved) releaseStock(draft.id);
      throw error;
    }
  }

  /**
   * Set the bill's goods aside at the server. False when it did not answer: then we are offline, and the sale goes on.
   * @param {Draft} draft
   */
  async #reserve(draft) {
    const { reserveStock } = await rest();
    // What was sold here with no reservation, or with one that has run out, must be in the books before they are asked.
    const { pending, oldest } = this.counts;
    if (pending > 0 && (this.isUnreserved || Date.now() - (oldest ?? 0) > RESERVED_MS)) {
      await Promise.race([this.courier.kick(), new Promise((resolve) => setTimeout(resolve, SENT_FIRST_MS))]);
    }
    if (this.counts.pending === 0) this.isUnreserved = false;
    const answer = await reserveStock(draft, this.items);
    if (answer === 'offline') this.contact.online = false;
    return answer === 'reserved' || answer === 'unneeded';
  }

  /**
   * @param {string} billId @param {{line: number, qty: number}[]} lines @param {Tender[]} refunds
   * @param {{reason?: string, id?: string}} [options] the same `id` again is the same credit note
   */
  async issueReturn(billId, lines, refunds, { reason = '', id = this.drafts.empty().id } = {}) {
    this.#requireOpen();
    const { billWithNotes, issueDocument, returnBody } = await rest();
    const answer = await issueDocument(this.store, {
      id, kind: 'credit_note', type: 'return', command: 'return.issue', total: (doc) => doc.totals.total,
      write: async (head, tx) => {
        const { doc, notes } = await billWithNotes(tx.objectStore('bills'), billId);
        return returnBody(doc, notes, lines, refunds, { cashier: this.cashier, reason }, head);
      },
    });
    if (!answer.already) await this.#saved();
    return answer;
  }

  /** What of each line may still come back. @param {string} billId */
  async returnable(billId) {
    const { billWithNotes, leftOf } = await rest();
    const { doc, notes } = await billWithNotes(this.store.db.transaction('bills').store, billId);
    return leftOf(doc, notes);
  }

  /** @param {string} billId @param {{line: number, qty: number}[]} lines */
  async returnFigures(billId, lines) {
    const { billWithNotes, workOutReturn } = await rest();
    const { doc, notes } = await billWithNotes(this.store.db.transaction('bills').store, billId);
    return workOutReturn(doc, notes, lines);
  }

  /** @param {string} billId @param {string} reason */
  async cancel(billId, reason) {
    this.#requireOpen();
    const bill = await (await rest()).cancelBill(this.store, billId, reason, this.cashier);
    await this.#saved();
    await this.#readShift();
    return bill;
  }

  /**
   * Documents of this device, newest first; `text` finds a number, an amount, a name or a phone.
   * @param {{text?: string, day?: string, limit?: number}} [asked]
   * @returns {Promise<Bill[]>}
   */
  async bills(asked = {}) { return (await rest()).findBills(this.store, asked); }

  /** @param {string} id @returns {Promise<Bill|null>} */
  async bill(id) {
    const row = await this.store.db.get('bills', id);
    return row ? (await rest()).readBill(row) : null;
  }

  /** Count a print; the answer is how many there were. @param {string} id @returns {Promise<number>} */
  async printed(id) { return (await rest()).countPrint(this.store, id); }

  /** @param {Parameters<import('./customers.js').takeReceipt>[1]} typed */
  async takeReceipt(typed) {
    this.#requireOpen();
    const receipt = await (await rest()).takeReceipt(this, typed);
    await this.#saved();
    return receipt;
  }

  /** @param {Parameters<import('./customers.js').addCustomer>[1]} typed */
  async addCustomer(typed) {
    this.#requireOpen();
    const customer = await (await rest()).addCustomer(this, typed);
    tell({ kind: 'catalogue' });
    await this.#saved();
    return customer;
  }

  /** @param {Parameters<import('./customers.js').addItem>[1]} typed */
  async addItem(typed) {
    this.#requireOpen();
    const item = await (await rest()).addItem(this, typed);
    tell({ kind: 'catalogue' });
    await this.#saved();
    return item;
  }

  /** The link of a bill's UPI part, or of its whole. @param {Bill} bill @param {number} [amount] */
  upiLink(bill, amount) {
    const paid = bill.doc.tenders?.find((/** @type {Tender} */ tender) => tender.mode === 'upi')?.amount;
    return upiLink(this.shop, { amount: amount ?? paid ?? bill.total, number: bill.number });
  }

  /** Before the bill is issued. @param {{amount: number, number: string}} bill */
  upiLinkFor(bill) { return upiLink(this.shop, bill); }

  /** The number the next bill will most likely get. */
  async nextNumber() {
    const [series = {}, lastAt = 0] = await Promise.all([this.store.meta('series'), this.store.meta('lastAt')]);
    const day = istDay(nextInstant(Date.now(), lastAt).at);
    const year = Number(day.slice(2, 4)) - (day.slice(5) < '04' ? 1 : 0);
    const prefix = `${String(year).padStart(2, '0')}${this.till?.code ?? ''}`;
    return `${prefix}/${String((series[prefix]?.last ?? 0) + 1).padStart(6, '0')}`;
  }

  #shopOrRefuse() {
    if (this.shop) return this.shop;
    throw new CounterError('not_enrolled', 'The catalogue is not on this device yet.', 'Connect once; it is fetched by itself.');
  }

  #requireOpen() {
    if (this.state === 'locked') throw new CounterError('signed_out', 'You have signed out here.', 'Sign in to go on billing.');
  }

  // Shift ------------------------------------------------------------------------------------------------------------

  async #readShift() {
    this.shift = (await this.store.meta('shift')) ?? null;
    this.#emit('shift', this.shift);
    tell({ kind: 'till' });
  }

  /** @param {{float: number}} opening */
  async openShift(opening) {
    this.#requireOpen();
    const shift = await (await rest()).openShift(this, opening);
    await this.#readShift();
    await this.#saved();
    return shift;
  }

  /** @param {Parameters<import('./shift.js').cashMove>[1]} move */
  async cashMove(move) {
    const shift = await (await rest()).cashMove(this, move);
    await this.#readShift();
    await this.#saved();
    return shift;
  }

  async shiftTotals() { return (await rest()).shiftTotals(this.store); }

  /** @param {Parameters<import('./shift.js').closeShift>[1]} closing */
  async closeShift(closing) {
    const report = await (await rest()).closeShift(this, closing);
    await this.#readShift();
    await this.#saved();
    return report;
  }

  /** The Z report of the shift closed last, for one more print. */
  lastReport() { return this.store.meta('lastZ'); }

  // Queue and device -------------------------------------------------------------------------------------------------

  pending() { return listPending(this.store); }

  /** Send now, also what was put aside. What came of it. */
  async sendNow() {
    const sending = await this.courier.kick({ fresh: true, report: true, again: true });
    return { sent: sending?.sent ?? 0, outcome: sending?.outcome ?? 'network', problem: sending?.problem ?? '', left: this.counts.pending };
  }

  async backupFile() { return (await rest()).makeBackup(this.store); }

  /** @param {Blob} file */
  async importBackup(file) {
    const { readBackup, takeBackup } = await rest();
    const added = await takeBackup(this.store, await readBackup(file));
    await this.#saved();
    return added;
  }

  /** The last 2,000 events, for support. */
  async logFile() {
    const rows = await this.store.db.getAll('log');
    return new File([JSON.stringify({ build: BUILD, till: this.till, rows })], 'munim-log.json', { type: 'application/json' });
  }

  /** @param {{name: string, shared?: boolean}} wish */
  async enrol({ name, shared = false }) {
    const answer = await (await rest()).enrol(this.store, { name, shared });
    this.protected = (await navigator.storage?.persisted?.()) ?? false;
    await this.#readMeta();
    Object.assign(this.contact, { online: true, signedOut: false, at: Date.now() });
    tell({ kind: 'till' });
    await this.refresh({ whole: true });
    await this.courier.kick({ fresh: true, report: true });
    if (answer.missing?.length > 0) {
      this.#trouble('cleared', 'Numbers issued here were not received.', 'Look for their paper copies; the owner settles them in the register of missing bills.', answer.missing);
    }
    return { ...this.till, missing: answer.missing ?? [] };
  }

  /** Who bills now. Attribution, not security. @param {string|null} id @param {string} [name] */
  async setCashier(id, name = '') {
    this.cashier = this.cashiers.find((cashier) => cashier.id === id) ?? { id, name };
    await this.store.setMeta('cashier', this.cashier);
  }

  async logoutCheck() { return (await rest()).logoutCheck(this.store); }

  /** @param {{force?: boolean}} [options] `force`: the owner's word */
  async forget(options = {}) {
    await (await rest()).forget(this.store, options);
    this.catalogue.forgetCustomers();
    await this.#readMeta();
  }

  /** After signing in again: the counter opens and customers come back. False when nobody is signed in. */
  async unlock() {
    if (!(await (await rest()).isSignedIn())) return false;
    await this.store.setMeta('locked', false);
    await this.#readMeta();
    tell({ kind: 'till' });
    await this.refresh({ whole: true });
    return true;
  }

  /** The waiting version takes over, and the page reloads. */
  async applyUpdate() {
    if (await this.#hasOpenBill()) throw new CounterError('draft_open', 'A bill is open.', 'Finish or hold it first.');
    this.updates.accept();
  }
}
