import { toast } from "./toasts.js";
import { words } from "./words.js";

/** The counter's database. A browser that has none is no till and leaves at once, without a line of the counter's JavaScript. */
const DATABASE = "munim-counter";
const OPEN_MS = 5000;

/** @typedef {Awaited<ReturnType<typeof import("../counter/leave.js").openDevice>>} Device */

/** @type {WeakSet<HTMLFormElement>} */
const cleared = new WeakSet();
let isLeaving = false;

/**
 * Signing out and switching business: a form with `data-logout` is posted only once this device has given up what a logout
 * wipes. Bills that have not reached the server are said first; `data-anyway` names the button of one who may leave despite them.
 */
export function watchLeaving() {
  document.addEventListener("submit", hold, { capture: true });
}

/** @param {SubmitEvent} event */
function hold(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("logout" in form.dataset) || cleared.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isLeaving) return;
  isLeaving = true;
  void mayLeave(form.dataset.anyway)
    .catch(() => toast(words("broken")))
    .then((may) => {
      isLeaving = false;
      if (may !== true) return;
      cleared.add(form);
      form.requestSubmit(event.submitter);
    });
}

/**
 * @param {string | undefined} anyway
 * @returns {Promise<boolean>} the device is ready, or was never a till
 */
async function mayLeave(anyway) {
  const isThere = await hasDatabase();
  if (isThere === false) return true;
  const { openDevice } = await import("../counter/leave.js");
  const device = await inTime(openDevice()).catch((error) => {
    // Neither lists nor opens: storage is shut in this browser, so it never was a till, and nobody is kept in.
    if (isThere === undefined) return undefined;
    throw error;
  });
  if (!device) return true;
  try {
    const { allowed } = await device.check();
    if (!allowed) return await askAboutUnsent(device, anyway);
    if (!(await device.hearsServer())) {
      toast(words("leaveOffline"));
      return false;
    }
    await device.forget();
    return true;
  } finally {
    device.close();
  }
}

/**
 * Undefined in a browser that cannot list its databases: it is asked by opening ours.
 * @returns {Promise<boolean | undefined>}
 */
async function hasDatabase() {
  if (!globalThis.indexedDB || !navigator.locks) return false;
  const known = await indexedDB.databases?.().catch(() => undefined);
  return known?.some(({ name }) => name === DATABASE);
}

/**
 * A database that answers neither yes nor no would leave the button dead.
 * @template T
 * @param {Promise<T>} opening
 * @returns {Promise<T>}
 */
function inTime(opening) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the database does not open")), OPEN_MS);
    opening.then(resolve, reject);
  });
}

/**
 * The dialog that says how many bills wait here. Closing it is no.
 * @param {Device} device
 * @param {string | undefined} anyway
 * @returns {Promise<boolean>}
 */
async function askAboutUnsent(device, anyway) {
  const box = /** @type {HTMLDialogElement} */ (document.getElementById("leaving"));
  const say = (/** @type {string} */ name, text = "") => {
    const place = /** @type {HTMLElement} */ (box.querySelector(`[data-leaving=${name}]`));
    place.textContent = text;
    place.hidden = text === "";
  };
  const tell = async (trouble = "") => {
    const [found, isHeard] = await Promise.all([device.check(), device.hearsServer()]);
    say("count", countWords(found));
    say("trouble", isHeard ? trouble : words("leaveOffline"));
    say("anyway", isHeard ? anyway : "");
    return found.allowed;
  };
  await tell();
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve, reject) => {
    const press = async (/** @type {Event} */ event) => {
      const pressed = event.target instanceof Element ? event.target.closest("button") : null;
      if (!pressed) return;
      if (pressed.value === "no") return box.close();
      pressed.disabled = true;
      const mayGo = pressed.value === "anyway" || (await tell(await device.send()));
      pressed.disabled = false;
      if (!mayGo || !box.open) return;
      await device.forget({ force: pressed.value === "anyway" });
      box.close("gone");
    };
    const pressOrFail = (/** @type {Event} */ event) => void press(event).catch((error) => (box.close(), reject(error)));
    box.addEventListener("click", pressOrFail);
    box.addEventListener("close", () => (box.removeEventListener("click", pressOrFail), resolve(box.returnValue === "gone")), { once: true });
  });
}

/** @param {{pending: number, oldest: number | null}} found */
function countWords({ pending, oldest }) {
  const language = document.documentElement.lang || "en";
  const time = new Intl.DateTimeFormat(`${language}-IN`, { dateStyle: "medium", timeStyle: "short" }).format(oldest ?? Date.now());
  return words(pending === 1 ? "unsentOne" : "unsentMany").replace("{n}", String(pending)).replace("{time}", time);
}
