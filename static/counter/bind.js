// @ts-check
/**
 * Papers are written in the shell as templates; this puts a document's words into a copy. `data-f` text · `data-if` kept when there is
 * something (`!name` when nothing) · `data-each` its first child once for every row, which sees the outer names too · `data-l` a label in
 * the bill's language, `data-l="2"` in both · `data-qr` a code.
 */

import { qrSvg } from './qr.js';

/**
 * @param {any} node @param {Record<string, any>} scope
 * @param {(label: string, both: boolean) => string} label
 */
export function bind(node, scope, label) {
  const { f, if: wanted, each, l, qr } = node.dataset;
  if (wanted !== undefined) {
    const value = wanted.startsWith('!') ? !get(scope, wanted.slice(1)) : get(scope, wanted);
    if (!value || (Array.isArray(value) && value.length === 0)) return node.remove();
  }
  if (f !== undefined) node.textContent = get(scope, f) ?? '';
  else if (l !== undefined) node.textContent = label(node.textContent.trim(), l === '2');
  else if (qr !== undefined) node.append(qrSvg(get(scope, qr)));
  else if (each !== undefined) {
    const pattern = node.firstElementChild;
    node.replaceChildren(...(get(scope, each) ?? []).map((/** @type {any} */ row) => {
      const made = pattern.cloneNode(true);
      bind(made, Object.assign(Object.create(scope), row), label);
      return made;
    }));
  } else for (const child of [...node.children]) bind(child, scope, label);
}

/** @param {any} scope @param {string} path */
function get(scope, path) {
  return path.split('.').reduce((value, name) => value?.[name], scope);
}
