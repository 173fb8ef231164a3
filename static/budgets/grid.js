// @ts-check
/** The grid of a budget by keyboard: arrows and Enter between cells, a block of figures pasted from a sheet, sums while typing. */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector('[data-budget-grid]'));

/** @returns {HTMLInputElement[][]} the fields, row by row */
const cells = () =>
  [...(form?.querySelectorAll('tbody tr') ?? [])].map((row) => [...row.querySelectorAll('input:not([type="hidden"])')].map((cell) => /** @type {HTMLInputElement} */ (cell)));

/** @param {HTMLInputElement} field @returns {[number, number] | null} its row and column */
function placeOf(field) {
  for (const [row, fields] of cells().entries()) {
    const column = fields.indexOf(field);
    if (column >= 0) return [row, column];
  }
  return null;
}

/** @param {number} row @param {number} column @returns {boolean} whether there is such a cell */
function go(row, column) {
  const field = cells()[row]?.[column];
  field?.focus();
  field?.select();
  return Boolean(field);
}

/** Paise of a typed amount; nothing for what is no amount. @param {string} text */
function paise(text) {
  const plain = text.replace(/[,\s₹]/g, '');
  const found = /^(-?)(\d{1,15})(?:\.(\d{1,2}))?$/.exec(plain);
  return found ? (found[1] ? -1 : 1) * (Number(found[2]) * 100 + Number((found[3] ?? '').padEnd(2, '0'))) : 0;
}

/** @param {Element} row */
function addUp(row) {
  const fields = [...row.querySelectorAll('input[name^="a_"]')].map((cell) => /** @type {HTMLInputElement} */ (cell));
  const sum = fields.reduce((total, field) => total + paise(field.value), 0);
  const shown = row.querySelector('[data-sum]');
  if (shown) shown.textContent = new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2 }).format(sum / 100);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const field = /** @type {HTMLInputElement} */ (event.target);
  const place = field.matches?.('input') ? placeOf(field) : null;
  if (!place || event.altKey || event.ctrlKey || event.metaKey) return;
  const [row, column] = place;
  const all = field.selectionStart === 0 && field.selectionEnd === field.value.length;
  const atStart = all || (field.selectionStart === 0 && field.selectionEnd === 0);
  const atEnd = all || field.selectionStart === field.value.length;
  /** @type {Record<string, [number, number] | null>} */
  const ways = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: atStart ? [row, column - 1] : null,
    ArrowRight: atEnd ? [row, column + 1] : null,
    Enter: [row + (event.shiftKey ? -1 : 1), column],
  };
  const way = ways[event.key];
  if (!way) return;
  // Enter never sends the form from a cell: half a grid would be saved by a slip.
  if (go(...way) || event.key === 'Enter') event.preventDefault();
}

/** @param {ClipboardEvent} event */
function onPaste(event) {
  const field = /** @type {HTMLInputElement} */ (event.target);
  const place = field.matches?.('input') ? placeOf(field) : null;
  const block = (event.clipboardData?.getData('text') ?? '').replace(/\r/g, '').replace(/\n$/, '').split('\n').map((line) => line.split('\t'));
  if (!place || (block.length === 1 && block[0].length === 1)) return;
  event.preventDefault();
  const grid = cells();
  block.forEach((line, down) =>
    line.forEach((text, right) => {
      const target = grid[place[0] + down]?.[place[1] + right];
      if (target) target.value = text.trim();
    }),
  );
  form?.querySelectorAll('tbody tr').forEach(addUp);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

if (form) {
  form.addEventListener('keydown', onKey);
  form.addEventListener('paste', onPaste);
  form.addEventListener('input', (event) => {
    const row = /** @type {Element} */ (event.target).closest('tr');
    if (row) addUp(row);
  });
  form.querySelectorAll('tbody tr').forEach(addUp);
}
