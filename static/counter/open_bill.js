// @ts-check
/** The bill at hand: the one place that changes the draft. Everything on the screen listens to it. */

import { requireLimit } from './discount.js';

/** Tells `change` (figures are new), `added` (detail: index of the line) and `repriced` (detail: how many lines, by another customer). */
export class OpenBill extends EventTarget {
  /** @param {any} engine */
  constructor(engine) {
    super();
    this.engine = engine;
    /** @type {import('./drafts.js').Draft} */
    this.draft = /** @type {any} */ ({ lines: [] });
    /** @type {any} */
    this.figures = null;
    /** @type {any} a refusal of one of the lines */
    this.problem = null;
    /** The line that +, -, = and Delete mean. */
    this.at = -1;
    /** The bill issued last, until the next scan. @type {{bill: any, change: number}|null} */
    this.done = null;
  }

  get isEmpty() {
    return this.draft.lines.length === 0;
  }

  /** This tab's bill; after an issue an empty one. */
  async open() {
    this.take(await this.engine.currentDraft());
  }

  /** @param {import('./drafts.js').Draft} draft */
  take(draft) {
    this.draft = draft;
    this.at = draft.lines.length - 1;
    this.#tell();
  }

  /** Change the draft; its figures and the device's copy follow. @param {(draft: import('./drafts.js').Draft) => void} work */
  change(work) {
    const { customer } = this.draft;
    work(this.draft);
    this.at = Math.min(this.at, this.draft.lines.length - 1);
    if (this.at < 0) this.at = this.draft.lines.length - 1;
    this.done = null;
    this.#tell();
    if (!this.problem && this.engine.shelves?.settle(this.draft)) this.#tell();
    const repriced = this.engine.pricing?.changed;
    if (repriced && customer !== this.draft.customer) this.dispatchEvent(new CustomEvent('repriced', { detail: repriced }));
    void this.#save(this.draft);
  }

  /** No longer speak of the bill before. */
  dismiss() {
    this.done = null;
    this.#tell();
  }

  /** Work it out anew: what it comes to hangs on the day. */
  refresh() {
    this.#tell();
  }

  /** @param {any} found @param {number} [times] thousandths */
  add(found, times) {
    this.change((draft) => {
      this.at = this.engine.addLine(draft, found, times);
    });
    this.dispatchEvent(new CustomEvent('added', { detail: this.at }));
  }

  /** @param {number} index @param {number} by thousandths; nothing left removes the line */
  addQty(index, by) {
    const line = this.draft.lines[index];
    if (!line) return;
    if (line.qty + by <= 0) return this.remove(index);
    this.at = index;
    this.change(() => (line.qty += by));
    this.dispatchEvent(new CustomEvent('added', { detail: index }));
  }

  /** @param {number} index */
  remove(index) {
    const { draft } = this;
    const line = draft.lines[index];
    if (!line) return;
    this.change(() => draft.lines.splice(index, 1));
    const undo = () => {
      if (this.draft === draft) this.change(() => draft.lines.splice(index, 0, line));
    };
    this.dispatchEvent(new CustomEvent('removed', { detail: { name: line.name, undo } }));
  }

  /** Throw the whole bill away, for six seconds. */
  async clear() {
    const { draft } = this;
    if (this.isEmpty && !draft.customer) return;
    await this.engine.discard(draft.id);
    await this.open();
    const undo = async () => {
      if (!this.isEmpty) return;
      this.take(draft);
      await this.#save(draft);
    };
    this.dispatchEvent(new CustomEvent('removed', { detail: { name: '', undo } }));
  }

  #tell() {
    try {
      this.figures = this.engine.figures(this.draft);
      this.problem = null;
      requireLimit(this.engine, this.figures, this.draft);
    } catch (error) {
      this.problem = error;
    }
    this.dispatchEvent(new Event('change'));
  }

  /** @param {import('./drafts.js').Draft} draft */
  async #save(draft) {
    const isOpen = await this.engine.saveDraft(draft);
    if (!isOpen && draft === this.draft) await this.open();
  }
}
