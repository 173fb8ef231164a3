// @ts-check
/**
 * The counter below its screen: `const engine = await openEngine()`. What it offers is written in `docs/counter.md`.
 *
 * This file puts the parts together: what a bill's first line needs stands here, the other verbs in files of their own, which take the
 * engine as their first word.
 */

import { Catalogue } from './catalogue.js';
import { istDay } from './clock.js';
import { addLine, Drafts, figuresOf, withoutLists } from './drafts.js';
import { CounterError } from './errors.js';
import { countWaiting, listPending } from './outbox.js';
import { openStore } from './store.js';
import { CATALOGUE_LOCK, CHANNEL, Courier, tell } from './sync.js';
import { Updates } from './update.js';

export { CounterError } from './errors.js';
export { fitsCheckDigit, listenForScans, readMultiplier } from './scan.js';

const HOUR_MS = 60 * 60 * 1000;
const NUDGE_COUNT = 20;
const NUDGE_MS = 4 * HOUR_MS;
const LONG_OFFLINE_MS = 72 * HOUR_MS;
/** Fetched once the counter is ready, from the worker's cache. */
const hearing = () => import('./hearing.js');
/** Fetched when first asked for. */
const billing = () => import('./billing.js');
const documents = () => import('./bills.js');
const takingBack = () => import('./taking_back.js');
const customers = () => import('./customers.js');
const shifts = () => import('./shift.js');
const enrolment = () => import('./enrolment.js');
const logout = () => import('./logout.js');
const backup = () => import('./backup.js');
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
    this.updates = new Updates({ onWaiting: () => this.emit('update'), isBusy: () => this.#hasOpenBill() });
    /** @type {any} */
    this.till = null;
    /** @type {import('./shift.js').Shift|null} */
    this.shift = null;
    /** @type {{id: string|null, name: string}} */
    this.cashier = { id: null, name: '' };
    /** @type {'new'|'cleared'|'stale'|'locked'|'ready'} */
    this.state = 'new';
    this.lastAt = 0; // of the newest document: a clock set back does not turn its day back
    this.counts = { pending: 0, oldest: /** @type {number|null} */ (null), quarantined: 0 };
    this.protected = false;
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => this.#heardFromTab(data.kind);
    /** Said once, until it is over. */
    this.isClockTold = false;
    this.isNudged = false;
    this.reserver = /** @type {import('./reserving.js').Reserver|null} */ (null);
    /** Batches and pieces on hand: of a shop that has such goods. @type {import('./shelves.js').Shelves|null} */
    this.shelves = null;
  }

  get shop() { return this.catalogue.shop; }
  get items() { return this.catalogue.items; }
  get customers() { return this.catalogue.customers; }
  get taxClasses() { return this.catalogue.taxClasses; }
  get pricing() { return this.catalogue.pricing; }
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
    await Promise.all([this.drafts.claimTab(), this.catalogue.load(), this.readMeta()]);
    this.counts = await countWaiting(this.store);
  }

  async readMeta() {
    const meta = this.store.db.transaction('meta').objectStore('meta');
    const [till, shift, cashier, locked, contact, lastAt] = await Promise.all(['till', 'shift', 'cashier', 'locked', 'contact', 'lastAt'].map((key) => meta.get(key)));
    Object.assign(this, { lastAt: lastAt ?? 0, till: till ?? null, shift: shift ?? null });
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
      this.emit('ready');
      this.catalogue.search(''); // makes the texts, so that the first search is as quick as the next
      if (!navigator.serviceWorker?.controller) return this.prepare(); // nothing else keeps it for a network that goes away
    }).catch((error) => this.store.log('ready', String(error)));
    hearing().then(({ greet }) => greet(this)).catch((error) => this.store.log('start', String(error)));
  }

  /** Another tab upgraded the database; this one is out of date. */
  closed() {
    this.courier.stop();
    this.emit('closed');
  }

  // Telling ----------------------------------------------------------------------------------------------------------

  /** @param {string} name @param {unknown} [detail] */
  emit(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {string} code @param {string} problem @param {string} fix @param {unknown} [detail] */
  trouble(code, problem, fix, detail = null) {
    this.store.log(`trouble ${code}`, detail);
    this.emit('trouble', { code, problem, fix, detail });
  }

  async recount() {
    [this.lastAt = 0, this.counts] = await Promise.all([this.store.meta('lastAt'), countWaiting(this.store)]);
    this.emit('counts', this.counts);
    if (!this.isNudged && this.backupNudge) {
      this.trouble('waiting', `${this.counts.pending} documents wait on this device only.`, 'Save a backup file, and connect when you can.', this.counts);
    }
    this.isNudged = this.backupNudge;
  }

  /** Something was written that must be sent. */
  async saved() {
    tell({ kind: 'counts' });
    this.updates.wakeLater();
    this.courier.kick().catch((error) => this.store.log('send', String(error)));
    await this.recount();
  }

  /** @param {string} kind */
  async #heardFromTab(kind) {
    if (kind === 'catalogue') {
      await this.catalogue.load();
      this.emit('catalogue', { rev: this.catalogue.rev, full: true });
    } else if (kind === 'till') {
      await this.readMeta();
      if (this.state === 'locked') this.catalogue.forgetCustomers(); // signed out in another tab
      this.emit('shift', this.shift);
    }
    await this.recount();
  }

  /** @param {any} contact @param {import('./sync.js').Sending|null} sending */
  async #contacted(contact, sending) {
    this.emit('sync', { ...contact, sent: sending?.sent ?? 0 });
    if (sending) await (await hearing()).heard(this, sending, BUILD);
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
    await (await import('./lease.js')).keepSeries(this.store, pulled.answer.series);
    if (!pulled.changed) return;
    tell({ kind: 'catalogue' });
    this.emit('catalogue', { rev: this.catalogue.rev, full: pulled.answer.full });
  }

  // Finding ----------------------------------------------------------------------------------------------------------

  /** @param {string} text */
  findCode(text) { return this.catalogue.findCode(text) ?? this.shelves?.findPiece(text) ?? null; }
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
  today() { return istDay(Math.max(Date.now(), this.lastAt)); }

  /** @param {Draft} draft */
  figures(draft) {
    this.pricing ? this.pricing.reprice(draft, this.today()) : withoutLists(draft);
    return figuresOf(draft, this.shopOrRefuse(), this.taxClasses, this.today(), this.pricing);
  }

  async #hasOpenBill() {
    const drafts = await this.store.db.getAll('drafts');
    return drafts.some((/** @type {Draft} */ draft) => draft.label === null && draft.lines.length > 0);
  }

  // Bills ------------------------------------------------------------------------------------------------------------

  /** What issuing needs, before it is asked for: a bill has its first line. */
  async prepare() { await billing(); }

  /**
   * Set the goods of a bill aside while it is being paid, so that issuing need not ask. The refusal when too little is free, else null.
   * @param {Draft} draft
   */
  async setAside(draft) { return (await billing()).reserverOf(this).ahead(draft); }
  /** The bill is not paid now: its goods are free again. @param {Draft} draft */
  async giveBack(draft) { (await billing()).reserverOf(this).giveBack(draft.id); }

  /**
   * @param {Draft} draft @param {Tender[]} tenders
   * @param {{overLimit?: boolean, despiteStock?: boolean}} [options] the owner's word on the customer's limit, or on the stock
   */
  async issue(draft, tenders, options = {}) { return (await billing()).issue(this, draft, tenders, options); }

  /**
   * @param {string} billId @param {{line: number, qty: number}[]} lines @param {Tender[]} refunds
   * @param {{reason?: string, id?: string, approval?: any}} [options] the same `id` again is the same credit note
   */
  async issueReturn(billId, lines, refunds, { reason = '', id = this.drafts.empty().id, approval } = {}) {
    return (await takingBack()).issueReturn(this, billId, lines, refunds, { reason, id, approval });
  }

  /** What of each line may still come back. @param {string} billId */
  async returnable(billId) { return (await takingBack()).returnable(this, billId); }
  /** @param {string} billId @param {{line: number, qty: number}[]} lines */
  async returnFigures(billId, lines) { return (await takingBack()).returnFigures(this, billId, lines); }
  /** @param {string} billId @param {string} reason @param {{id?: string, approval?: any}} [options] a manager's approval is of this command's id */
  async cancel(billId, reason, { id = this.drafts.empty().id, approval } = {}) { return (await takingBack()).cancel(this, billId, reason, { id, approval }); }

  /**
   * Documents of this device, newest first; `text` finds a number, an amount, a name or a phone.
   * @param {{text?: string, day?: string, limit?: number}} [asked]
   * @returns {Promise<Bill[]>}
   */
  async bills(asked = {}) { return (await documents()).findBills(this.store, asked); }

  /** @param {string} id @returns {Promise<Bill|null>} */
  async bill(id) {
    const row = await this.store.db.get('bills', id);
    return row ? (await documents()).readBill(row) : null;
  }

  /** Count a print; the answer is how many there were. @param {string} id @returns {Promise<number>} */
  async printed(id) { return (await documents()).countPrint(this.store, id); }

  // Customers, items and money owed ------------------------------------------------------------------------------------

  /** @param {Parameters<import('./customers.js').takeReceipt>[1]} typed */
  async takeReceipt(typed) { return (await customers()).takeReceipt(this, typed); }
  /** Bills of a customer that are not paid yet. @param {string} customer */
  async openBills(customer) { return (await import('./dues.js')).openBills(this, customer); }
  /** @param {Parameters<import('./customers.js').addCustomer>[1]} typed */
  async addCustomer(typed) { return (await customers()).addCustomer(this, typed); }
  /** @param {Parameters<import('./customers.js').addItem>[1]} typed */
  async addItem(typed) { return (await customers()).addItem(this, typed); }

  /** The number the next bill will most likely get. */
  async nextNumber() { return (await billing()).nextNumber(this.store); }

  // Refusals and facts the parts ask for -------------------------------------------------------------------------------

  shopOrRefuse() {
    if (this.shop) return this.shop;
    throw new CounterError('not_enrolled', 'The catalogue is not on this device yet.', 'Connect once; it is fetched by itself.');
  }

  requireOpen() {
    if (this.state === 'locked') throw new CounterError('signed_out', 'You have signed out here.', 'Sign in to go on billing.');
  }

  // Shift ------------------------------------------------------------------------------------------------------------

  async readShift() {
    this.shift = (await this.store.meta('shift')) ?? null;
    this.emit('shift', this.shift);
    tell({ kind: 'till' });
  }

  /** @param {{float: number}} opening */
  async openShift(opening) { return (await shifts()).openShift(this, opening); }
  /** @param {Parameters<import('./shift.js').cashMove>[1]} move */
  async cashMove(move) { return (await shifts()).cashMove(this, move); }
  async shiftTotals() { return (await shifts()).shiftTotals(this); }
  /** @param {Parameters<import('./shift.js').closeShift>[1]} closing */
  async closeShift(closing) { return (await shifts()).closeShift(this, closing); }
  /** The Z report of the shift closed last, for one more print. */
  lastReport() { return this.store.meta('lastZ'); }

  // Queue and device -------------------------------------------------------------------------------------------------

  pending() { return listPending(this.store); }

  /** Send now, also what was put aside. What came of it. */
  async sendNow() {
    const sending = await this.courier.kick({ fresh: true, report: true, again: true });
    return { sent: sending?.sent ?? 0, outcome: sending?.outcome ?? 'network', problem: sending?.problem ?? '', left: this.counts.pending };
  }

  async backupFile() { return (await backup()).makeBackup(this.store); }
  /** @param {Blob} file */
  async importBackup(file) { return (await backup()).importBackup(this, file); }
  /** The last 2,000 events, for support. */
  async logFile() { return (await backup()).makeLog(this, BUILD); }

  /** @param {{name: string, shared?: boolean}} wish */
  async enrol({ name, shared = false }) { return (await enrolment()).enrol(this, { name, shared }); }

  /** Who bills now. Attribution, not security. @param {string|null} id @param {string} [name] */
  async setCashier(id, name = '') {
    this.cashier = this.cashiers.find((cashier) => cashier.id === id) ?? { id, name };
    await this.store.setMeta('cashier', this.cashier);
  }

  async logoutCheck() { return (await logout()).logoutCheck(this.store); }

  /** @param {{force?: boolean}} [options] `force`: the owner's word */
  async forget(options = {}) {
    await (await logout()).forget(this.store, options);
    this.catalogue.forgetCustomers();
    await this.readMeta();
  }

  /** After signing in again: the counter opens and customers come back. False when nobody is signed in. */
  async unlock() { return (await enrolment()).unlock(this); }

  /** The waiting version takes over, and the page reloads. */
  async applyUpdate() {
    if (await this.#hasOpenBill()) throw new CounterError('draft_open', 'A bill is open.', 'Finish or hold it first.');
    this.updates.accept();
  }
}
