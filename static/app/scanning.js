/** Longer than this between two signs, in milliseconds, and it was a person who typed; a scanner needs a few. */
const SLOWEST = 60;
const SHORTEST = 4;

/**
 * A scanner types a barcode and Enter wherever one is. Where no field waits for it, the item that carries the code is opened.
 */
export function watchScans() {
  let typed = "";
  let last = 0;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || isAwaited(event.target)) {
        typed = "";
        return;
      }
      const code = event.timeStamp - last <= SLOWEST ? typed : "";
      last = event.timeStamp;
      typed = event.key.length === 1 ? code + event.key : event.key === "Shift" ? code : "";
      if (event.key !== "Enter" || code.length < SHORTEST) return;
      // The focused link or button must not be pressed by the scanner's Enter.
      event.preventDefault();
      event.stopImmediatePropagation();
      location.assign(`/items/by-code?code=${encodeURIComponent(code)}`);
    },
    { capture: true },
  );
}

/**
 * Whether somebody else waits for what is typed: a field, an open dialog, a page that scans by itself.
 * @param {EventTarget | null} target
 */
function isAwaited(target) {
  const field = target instanceof HTMLElement && (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])"));
  return field || document.querySelector("dialog:modal, [data-count]") !== null;
}
