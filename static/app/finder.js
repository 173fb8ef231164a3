import { recall, remember } from "./store.js";

const MOST_RECENT = 8;

/** @typedef {{ title: string, url: string }} Choice */

/**
 * Go to: the dialog that finds anything. The server finds (htmx puts its list into #finder-found); here the list is walked by
 * keys as a combobox is, and what was chosen before is kept on this device, for this person and this business alone.
 */
export function watchFinder() {
  const button = /** @type {HTMLAnchorElement | null} */ (document.querySelector("[data-finder]"));
  const box = document.getElementById("finder");
  const input = document.getElementById("finder-input");
  const found = document.getElementById("finder-found");
  if (!button || !(box instanceof HTMLDialogElement) || !(input instanceof HTMLInputElement) || !found) return;
  const finder = new Finder(button.dataset.finder ?? "", box, input, found);
  button.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // as any link: in a tab of its own
    event.preventDefault();
    finder.open();
  });
}

class Finder {
  /**
   * @param {string} owner whose recent choices these are
   * @param {HTMLDialogElement} box
   * @param {HTMLInputElement} input
   * @param {HTMLElement} found
   */
  constructor(owner, box, input, found) {
    this.key = `finder.${owner}`;
    this.box = box;
    this.input = input;
    this.found = found;
    this.goesWhenFound = false;
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("input", () => {
      this.goesWhenFound = false;
      if (!input.value.trim()) this.showRecent();
    });
    box.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.go();
    });
    found.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("a") : null;
      if (option) this.keep(option);
    });
    new MutationObserver(() => this.onFound()).observe(found, { childList: true });
    document.addEventListener("submit", (event) => {
      // Whoever signs out leaves no names behind.
      if (event.target instanceof HTMLFormElement && event.target.getAttribute("action")?.endsWith("/sign-out")) remember(this.key, "");
    });
  }

  open() {
    this.input.value = "";
    this.showRecent();
    this.box.showModal();
    this.input.focus();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  options() {
    return /** @type {HTMLAnchorElement[]} */ ([...this.found.querySelectorAll("[role=option]")]);
  }

  chosen() {
    return this.options().find((option) => option.getAttribute("aria-selected") === "true");
  }

  /** @param {number} step round and round */
  move(step) {
    const options = this.options();
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    this.choose(options[(at < 0 ? (step > 0 ? 0 : options.length - 1) : at + step + options.length) % options.length]);
  }

  /** @param {HTMLAnchorElement | undefined} option */
  choose(option) {
    for (const one of this.options()) one.setAttribute("aria-selected", String(one === option));
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  /** The list has changed: its first is what Enter opens. */
  onFound() {
    const list = /** @type {HTMLElement | null} */ (this.found.querySelector("[data-asked]"));
    const typed = this.input.value.trim();
    const options = this.options();
    // An emptied box asks too, and its answer, which may be of nothing at all, comes after the recent choices stood here.
    if (!typed && (list || (!options.length && this.recent().length))) return this.showRecent();
    const box = this.found.querySelector("[role=listbox]");
    if (box) box.id = "finder-list";
    options.forEach((option, place) => (option.id = `finder-option-${place}`));
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.choose(options[0]);
    this.say(typed ? options.length : -1);
    if (this.goesWhenFound && this.isAnswered()) this.go();
  }

  /** Whether the list answers what stands in the box, and not what stood there when it was asked. */
  isAnswered() {
    const asked = /** @type {HTMLElement | null} */ (this.found.querySelector("[data-asked]"))?.dataset.asked;
    const typed = this.input.value.split(/\s+/).filter(Boolean).join(" ");
    return typed === "" || asked === typed;
  }

  /** Opens what is chosen; typed faster than it was found, when it is. */
  go() {
    this.goesWhenFound = !this.isAnswered();
    if (!this.goesWhenFound) this.chosen()?.click();
  }

  /** @param {number} count how many were found; less than nothing says nothing */
  say(count) {
    const status = /** @type {HTMLElement | null} */ (this.box.querySelector("[role=status]"));
    if (!status) return;
    const { none, one, many } = status.dataset;
    status.textContent = count < 0 ? "" : ((count === 0 ? none : count === 1 ? one : many?.replace("{n}", String(count))) ?? "");
  }

  /** @returns {Choice[]} */
  recent() {
    try {
      const kept = JSON.parse(recall(this.key) || "[]");
      return Array.isArray(kept) ? kept.filter((one) => typeof one?.title === "string" && /^\/(?!\/)/.test(String(one.url))) : [];
    } catch {
      return [];
    }
  }

  /** @param {HTMLAnchorElement} option */
  keep(option) {
    const url = option.getAttribute("href") ?? "";
    const title = option.querySelector("bdi")?.textContent ?? "";
    const others = this.recent().filter((one) => one.url !== url);
    remember(this.key, JSON.stringify([{ title, url }, ...others].slice(0, MOST_RECENT)));
  }

  showRecent() {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("finder-recent"));
    const recent = this.recent();
    const list = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const blank = list.querySelector("a");
    for (const { title, url } of recent) {
      const option = /** @type {HTMLAnchorElement} */ (blank?.cloneNode(true));
      option.href = url;
      const name = document.createElement("bdi");
      name.textContent = title;
      option.querySelector("span")?.append(name);
      blank?.before(option);
    }
    blank?.remove();
    this.found.replaceChildren(...(recent.length ? [list] : []));
  }
}
