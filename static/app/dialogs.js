/**
 * Dialogs. `data-open="id"` opens the dialog of that id, `data-close` closes the one around it, and a form with
 * `data-confirm` is sent only after a yes. Popover menus need no script; a click inside closes them when it goes elsewhere.
 */
export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = /** @type {HTMLElement | null} */ (target?.closest("[data-open]"));
    if (opener) dialog(opener.dataset.open ?? "")?.showModal();
    if (target?.closest("[data-close]")) target.closest("dialog")?.close();
    if (target instanceof HTMLDialogElement && target.open && !target.matches("[data-stays]")) target.close();
  });
  // In the capture phase: before htmx and before the unsaved-entries guard.
  document.addEventListener("submit", holdForAnswer, { capture: true });
}

/**
 * @param {string} id
 * @returns {HTMLDialogElement | null}
 */
function dialog(id) {
  const found = document.getElementById(id);
  return found instanceof HTMLDialogElement ? found : null;
}

/** @type {WeakSet<HTMLFormElement>} */
const answered = new WeakSet();

/** @param {SubmitEvent} event */
function holdForAnswer(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.confirm) return;
  if (answered.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  void ask(form.dataset.confirm).then((yes) => {
    if (!yes) return;
    answered.add(form);
    form.requestSubmit(event.submitter);
  });
}

/**
 * Asks one question. Escape, a click outside and Cancel are all no.
 * @param {string} question
 * @returns {Promise<boolean>}
 */
export function ask(question) {
  const box = dialog("confirm");
  const text = document.getElementById("confirm-words");
  if (!box || !text) return Promise.resolve(window.confirm(question));
  text.textContent = question;
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) => {
    const answer = (/** @type {Event} */ event) => {
      const given = event.target instanceof Element ? event.target.closest("[data-answer]") : null;
      if (given) box.close(given.getAttribute("data-answer") ?? "no");
    };
    box.addEventListener("click", answer);
    box.addEventListener(
      "close",
      () => {
        box.removeEventListener("click", answer);
        resolve(box.returnValue === "yes");
      },
      { once: true },
    );
  });
}
