// @ts-check
/**
 * Batches and pieces in this counter's store: the server's word, kept on the device, less what was sold here since. Fetched only where the
 * shop keeps some item by batch or serial number. What cannot be known offline is sold all the same, and the books flag it.
 */

import { CounterError } from './errors.js';
import { spelt } from './spelling.js';

const ITEM_MS = 800;
const WHOLE_MS = 30_000;
/** For so long the server's word is good enough to refuse by. */
const FRESH_MS = 5 * 60_000;
/** More items than this are asked for together. */
const FEW = 4;

/**
 * @typedef {{batch: string, expires: string|null, mrp: number|null, qty: number}} Lot thousandths, above nought
 * @typedef {{lots: Lot[], serials: string[], at: number}} Shelf `at`: ms, when the server was asked; the first to expire, the oldest piece first
 * @typedef {import('./drafts.js').Draft} Draft @typedef {import('./drafts.js').DraftLine} DraftLine
 */

export class Shelves {
  /** @param {import('./engine.js').Engine} engine */
  constructor(engine) {
    this.engine = engine;
    /** @type {Map<string, Shelf>} */
    this.items = new Map();
    /** Items that are not there have nothing on hand. */
    this.isWhole = false;
    this.at = 0;
    /** Which items have a piece of this number. @type {Map<string, string[]>} */
    this.owners = new Map();
    /** Pieces that were sold here and are not in the books yet: item and serial number. @type {Set<string>} */
    this.gone = new Set();
    /** Items of which something was sold here since the server was asked. @type {Set<string>} */
    this.touched = new Set();
  }

  // What is known --------------------------------------------------------------------------------------------------------

  async load() {
    const kept = await this.engine.store.db.get('facts', 'shelves');
    if (!kept) return;
    Object.assign(this, { items: new Map(kept.items), isWhole: kept.isWhole, at: kept.at, gone: new Set(kept.gone) });
    this.#index();
  }

  #index() {
    this.owners = new Map();
    const pieces = [...this.items].flatMap(([id, { serials }]) => serials.map((serial) => [id, serial]));
    for (const [id, serial] of [...pieces, ...[...this.gone].map((key) => key.split('\n'))]) {
      this.owners.set(serial, [...new Set([...(this.owners.get(serial) ?? []), id])]);
    }
  }

  #keep() {
    const { items, isWhole, at, gone } = this;
    const row = { items: [...items], isWhole, at, gone: [...gone] };
    this.engine.store.write(['facts'], (/** @type {any} */ tx) => tx.objectStore('facts').put(row, 'shelves'), 'relaxed')
      .catch((/** @type {unknown} */ error) => this.engine.store.log('shelves', String(error)));
  }

  /** @param {string} item @returns {Shelf} */
  shelfOf(item) {
    return this.items.get(item) ?? { lots: [], serials: [], at: this.isWhole ? this.at : 0 };
  }

  /** Does the server's word still hold, so that what it does not name is not here? @param {string} item */
  isFresh(item) {
    return this.engine.contact.online && Date.now() - this.shelfOf(item).at < FRESH_MS;
  }

  /**
   * Ask the server: for one item, quickly, or for all. True when it answered.
   * @param {string} [item]
   */
  async pull(item = '') {
    const response = await fetch(`/sync/shelves${item ? `?item=${item}` : ''}`, { signal: AbortSignal.timeout(item ? ITEM_MS : WHOLE_MS) }).catch(() => null);
    if (!response) this.engine.contact.online = false; // so that nothing is refused by what cannot be asked
    const answer = response?.ok ? await response.json().catch(() => null) : null;
    if (!answer) return false;
    this.#take(answer, await this.#waiting());
    this.#keep();
    return true;
  }

  /** @param {any} answer @param {DraftLine[]} waiting lines of bills that the answer cannot know */
  #take(answer, waiting) {
    const at = Date.now();
    /** @type {Map<string, Shelf>} */
    const told = new Map(answer.item ? [[answer.item, { lots: [], serials: [], at }]] : []);
    const shelf = (/** @type {string} */ id) => {
      if (!told.has(id)) told.set(id, { lots: [], serials: [], at });
      return /** @type {Shelf} */ (told.get(id));
    };
    for (const [id, batch, expires, mrp, qty] of answer.batches) shelf(id).lots.push({ batch, expires, mrp, qty });
    for (const [id, serials] of answer.serials) shelf(id).serials.push(...serials);
    if (answer.item) this.items.set(answer.item, shelf(answer.item));
    else Object.assign(this, { items: told, isWhole: answer.whole, at });
    if (!answer.whole) for (const one of told.values()) one.at = 0;
    this.gone = new Set(answer.item ? [...this.gone].filter((key) => !key.startsWith(`${answer.item}\n`)) : []);
    if (answer.item) this.touched.delete(answer.item);
    else this.touched.clear();
    this.#subtract(waiting.filter((line) => !answer.item || line.item === answer.item));
    this.#index();
  }

  /** The lines of bills that wait to be sent. @returns {Promise<DraftLine[]>} */
  async #waiting() {
    if (this.engine.counts.pending === 0) return [];
    const rows = await this.engine.store.db.getAll('outbox');
    return rows.filter((/** @type {any} */ { type }) => type === 'bill.issue').flatMap((/** @type {any} */ { body }) => JSON.parse(body).lines);
  }

  /** @param {DraftLine[]} lines */
  #subtract(lines) {
    for (const { item, qty, batch = '', serials = [] } of lines) {
      const shelf = this.items.get(item);
      if (!batch && serials.length === 0) continue;
      for (const serial of serials) this.gone.add(`${item}\n${serial}`);
      if (!shelf) continue;
      shelf.serials = shelf.serials.filter((serial) => !serials.includes(serial));
      for (const lot of shelf.lots) if (lot.batch === batch) lot.qty -= qty;
      shelf.lots = shelf.lots.filter((lot) => lot.qty > 0);
    }
  }

  /** A bill was issued here. @param {{lines: DraftLine[]}} doc */
  sold({ lines }) {
    const own = lines.filter(({ batch, serials }) => batch || serials?.length);
    if (own.length === 0) return;
    this.#subtract(own);
    for (const { item } of own) this.touched.add(item);
    this.#index();
    this.#keep();
  }

  /** Goods came back, or a bill was cancelled: its pieces may be sold again, its batches are asked for. @param {{lines: DraftLine[]}} doc */
  takenBack({ lines }) {
    for (const { item, serials = [], batch } of lines) {
      for (const serial of serials) this.gone.delete(`${item}\n${serial}`);
      this.items.get(item)?.serials.push(...serials);
      if (batch || serials.length > 0) this.touched.add(item);
    }
    this.#index();
    this.#keep();
  }

  /** What was sent is in the books: ask again for what it took, and now and then for all. @param {boolean} isSent */
  async catchUp(isSent) {
    if (Date.now() - this.at > FRESH_MS || this.touched.size > FEW) return this.pull();
    if (isSent) for (const item of [...this.touched]) await this.pull(item);
    return isSent;
  }

  // Finding --------------------------------------------------------------------------------------------------------------

  /** The item of which a piece has this number. @param {string} text @returns {any} */
  findPiece(text) {
    const serial = spelt(text);
    const owners = this.owners.get(serial) ?? [];
    const item = owners.length === 1 ? this.engine.items.get(owners[0]) : null;
    return item && { item, qty: 1000, price: item.price, pack: '', serial, isGone: this.gone.has(`${item.id}\n${serial}`) };
  }

  /** Why a piece cannot be sold, as far as is known: '' when it can. @param {string} item @param {string} serial */
  refusalOf(item, serial) {
    if (this.gone.has(`${item}\n${serial}`)) return 'sold';
    return this.isFresh(item) && !this.shelfOf(item).serials.includes(serial) ? 'absent' : '';
  }

  /** Is the last day of a batch over? @param {string|null|undefined} expires */
  isExpired(expires) {
    return Boolean(expires) && /** @type {string} */ (expires) < this.engine.today();
  }

  // The lines of a bill --------------------------------------------------------------------------------------------------

  /**
   * Give each line of goods kept by batch the batch that expires first, unless a person chose one; a line that one batch cannot fill
   * becomes several. True when something changed.
   * @param {Draft} draft
   */
  settle(draft) {
    const before = JSON.stringify(draft.lines);
    for (const id of new Set(draft.lines.map(({ item }) => item))) {
      const item = this.engine.items.get(id);
      if (item?.tracking === 'batch') this.#spread(draft, item);
    }
    for (const line of draft.lines) {
      const most = Math.floor(line.qty / 1000);
      if (line.serials && line.serials.length > most) line.serials = line.serials.slice(0, most);
    }
    return JSON.stringify(draft.lines) !== before;
  }

  /** @param {Draft} draft @param {import('./catalogue.js').Item} item */
  #spread(draft, item) {
    const own = draft.lines.filter((line) => line.item === item.id);
    const free = this.shelfOf(item.id).lots.filter((lot) => !this.isExpired(lot.expires)).map((lot) => ({ ...lot }));
    for (const line of own) {
      const lot = line.isChosen && free.find(({ batch }) => batch === line.batch);
      if (lot) lot.qty -= line.qty;
    }
    /** @type {Map<string, DraftLine[]>} */
    const groups = new Map();
    for (const line of own.filter(({ isChosen }) => !isChosen)) {
      const { qty, batch, expires, mrp, ...alike } = line;
      const key = JSON.stringify(alike);
      groups.set(key, [...(groups.get(key) ?? []), line]);
    }
    for (const lines of groups.values()) this.#share(draft, item, lines, free);
  }

  /** @param {Draft} draft @param {import('./catalogue.js').Item} item @param {DraftLine[]} lines alike but for their batches @param {Lot[]} free */
  #share(draft, item, lines, free) {
    let rest = lines.reduce((sum, { qty }) => sum + qty, 0);
    // A discount in rupees belongs to one line: that one is not taken apart.
    const isWhole = lines.some(({ disc }) => disc && 'paise' in disc);
    /** @type {{lot: Lot|null, qty: number}[]} */
    const parts = [];
    for (const lot of free.filter(({ qty }) => qty > 0)) {
      if (rest <= 0 || (isWhole && parts.length === lines.length)) break;
      const qty = isWhole ? lines[parts.length].qty : Math.min(rest, lot.qty);
      parts.push({ lot, qty });
      lot.qty -= qty;
      rest -= qty;
    }
    if (parts.length === 0) for (const { qty } of isWhole ? lines : [{ qty: rest }]) parts.push({ lot: null, qty });
    else if (rest > 0) parts[parts.length - 1].qty += rest;
    for (const [index, { lot, qty }] of parts.entries()) {
      const line = lines[index] ?? { ...lines[0] };
      if (!lines[index]) draft.lines.splice(draft.lines.indexOf(lines[index - 1]) + 1, 0, (lines[index] = line));
      Object.assign(line, { qty, batch: lot?.batch ?? '', expires: lot?.expires ?? null, mrp: lot?.mrp ?? item.mrp });
    }
    for (const line of lines.slice(parts.length)) draft.lines.splice(draft.lines.indexOf(line), 1);
  }

  /**
   * Before a bill is paid, and again as it is issued: CounterError, whose `detail` is the place of the line, for what may not be sold.
   * @param {Draft} draft
   */
  require(draft) {
    /** @type {Set<string>} */
    const seen = new Set();
    for (const [index, line] of draft.lines.entries()) {
      const tracking = this.engine.items.get(line.item)?.tracking;
      if (tracking === 'serial') this.#requirePieces(line, index, seen);
      else if (tracking === 'batch') this.#requireLot(draft, line, index);
    }
    for (const [index, { aboveMrp }] of this.engine.figures(draft).lines.entries()) {
      if (aboveMrp && draft.lines[index].batch) throw new CounterError('above_batch_mrp', 'The price is above the MRP of the batch.', 'Lower the price, or take another batch.', index);
    }
  }

  /** @param {DraftLine} line @param {number} index @param {Set<string>} seen */
  #requirePieces({ item, qty, serials = [] }, index, seen) {
    if (serials.length * 1000 !== qty) {
      throw new CounterError('serials', 'Each of these pieces has a serial number, and some are not named.', 'Scan or type one number for each piece.', index);
    }
    for (const serial of serials) {
      const key = `${item}\n${serial}`;
      if (seen.has(key)) throw new CounterError('serial_twice', 'A serial number stands on this bill twice.', 'Take one of them off.', index);
      if (this.refusalOf(item, serial)) throw new CounterError('serial_gone', 'A piece on this bill is not in this store.', 'Scan the number on the piece again.', index);
      seen.add(key);
    }
  }

  /** @param {Draft} draft @param {DraftLine} line @param {number} index */
  #requireLot(draft, { item, batch, expires }, index) {
    const { lots } = this.shelfOf(item);
    const isExpired = batch ? this.isExpired(expires) : lots.length > 0 && lots.every((lot) => this.isExpired(lot.expires));
    if (isExpired && !draft.expiredReason) {
      throw new CounterError('batch_expired', 'A batch on this bill has expired.', 'Take another batch. Whoever may sell it all the same says why.', index);
    }
  }
}
