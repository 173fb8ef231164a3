// @ts-check
/** Small hands for the counter's page. Text only ever goes in as text. */

let ids = 0;

/** @param {string} id @returns {any} */
export const $ = (id) => document.getElementById(id);

/**
 * A copy of what a template holds. Its labels are tied to their fields; `data-f` elements get their words from `texts`.
 * @param {string} id @param {Record<string, string>} [texts] @returns {any}
 */
export function clone(id, texts) {
  const made = $(id).content.cloneNode(true).firstElementChild;
  for (const field of made.querySelectorAll('.field')) {
    const label = field.querySelector('label:not([for])');
    const input = field.querySelector('input, select');
    if (label && input) label.htmlFor = input.id ||= `made-${++ids}`;
  }
  if (texts) put(made, texts);
  return made;
}

/** Words into the `data-f` elements of `root`; one without words is emptied. @param {any} root @param {Record<string, string>} texts */
export function put(root, texts) {
  for (const element of root.querySelectorAll('[data-f]')) {
    const text = texts[element.dataset.f] ?? '';
    if (element.textContent !== text) element.textContent = text;
  }
}

/**
 * @param {string} tag @param {Record<string, any>} [about] `class`, `text`, `data-…`, `aria-…`, other attributes, and `on` for the click
 * @param {...(Node|string|null)} children @returns {any}
 */
export function el(tag, about = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (name === 'on') made.addEventListener('click', value);
    else if (name === 'text') made.textContent = value;
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  if (tag === 'button') /** @type {any} */ (made).type = about.type ?? 'button';
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** One of the icons the shell carries. @param {string} name @param {string} [tone] */
export function icon(name, tone) {
  const made = $('icons').content.querySelector(`[data-icon="${name}"] svg`).cloneNode(true);
  if (tone) made.classList.add(tone);
  return made;
}

/** @param {string} word @param {string} tone @param {string} symbol */
export function badge(word, tone, symbol) {
  return el('span', { class: `badge ${tone}` }, icon(symbol), word);
}

/** Show a refusal beside what caused it, or take it away. @param {any} place @param {string} [words] */
export function say(place, words = '') {
  place.textContent = words;
  place.hidden = !words;
}

/** A list of terms and figures: [label, text, class]. @param {any} list @param {(string|undefined)[][]} rows */
export function facts(list, rows) {
  list.replaceChildren(...rows.flatMap(([label, text, kind = '']) => [el('dt', { text: label, class: kind }), el('dd', { text, class: kind })]));
}

/**
 * A joined row of choices; answers how to read the chosen one.
 * @param {any} place @param {[string, string][]} choices @param {(value: string) => void} [onChange]
 */
export function segments(place, choices, onChange) {
  const choose = (/** @type {string} */ value) => {
    place.dataset.value = value;
    for (const button of place.children) button.setAttribute('aria-pressed', String(button.dataset.value === value));
  };
  place.replaceChildren(
    ...choices.map(([value, label]) => el('button', { text: label, 'data-value': value, on: () => (choose(value), onChange?.(value)) })),
  );
  choose(choices[0][0]);
  return { get: () => place.dataset.value, set: choose };
}
