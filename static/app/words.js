/**
 * A sentence in the page's language, from the `words` template of the shell.
 * @param {string} name the data attribute in camel case, such as "noNetwork"
 * @returns {string} empty when the page does not carry it
 */
export function words(name) {
  return document.getElementById("words")?.dataset[name] ?? "";
}
