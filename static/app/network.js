import { toast } from "./toasts.js";
import { words } from "./words.js";

/**
 * What htmx could not do is said to the person: no network, no answer, an answer that is our failure.
 * The form stays as it was typed. A refusal (4xx) is swapped in by htmx itself, and shown to the eye and the reader.
 */
export function watchNetwork() {
  document.addEventListener("htmx:error", (event) => {
    const error = /** @type {CustomEvent} */ (event).detail?.error;
    const late = error === "timeout" || error?.name === "AbortError" || error?.name === "TimeoutError";
    if (late) toast(words("tooSlow"));
    else if (error instanceof TypeError) toast(words("noNetwork"));
    else toast(words("broken"));
  });
  document.addEventListener("htmx:response:error", (event) => {
    const response = /** @type {CustomEvent} */ (event).detail?.ctx?.response;
    const status = response?.status ?? 0;
    // Asked for a fresh proof one is signed in all the same; the page that asks says the rest.
    const isProof = response?.headers?.has("X-Munim-Proof");
    if (status >= 500) toast(words("broken"));
    else if (status === 401 && !isProof) toast(words("signedOut"));
  });
  document.addEventListener("htmx:after:swap", () => {
    const wrong = /** @type {HTMLElement | null} */ (document.querySelector("#problem > [role=alert]:not([data-seen])"));
    if (!wrong) return;
    wrong.dataset.seen = "";
    wrong.scrollIntoView({ block: "center" });
    wrong.focus();
  });
  document.addEventListener("htmx:before:request", () => document.getElementById("problem")?.replaceChildren());
}
