/** What this device remembers about its own screen. Never a bill: those live in IndexedDB. */

/**
 * @param {string} name
 * @returns {string} empty when nothing is kept, or storage is shut
 */
export function recall(name) {
  try {
    return localStorage.getItem(`munim.${name}`) ?? "";
  } catch {
    return "";
  }
}

/**
 * @param {string} name
 * @param {string} value empty forgets it
 */
export function remember(name, value) {
  try {
    if (value) localStorage.setItem(`munim.${name}`, value);
    else localStorage.removeItem(`munim.${name}`);
  } catch {
    /* Storage is shut: the choice holds for this page only. */
  }
}
