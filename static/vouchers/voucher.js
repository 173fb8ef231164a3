// @ts-check
import { ask } from '../app/dialogs.js';
import { watchBills } from './bills.js';
import { makeCreator } from './create.js';
import { shownDay, typedDay } from './days.js';
import { Heads } from './heads.js';
import { watchKeymap } from './keymap.js';
import { Rows, amount, head, side } from './rows.js';

/** The sides each kind begins with. */
const FIRST = { contra: 'CD', payment: 'DC', receipt: 'CD', journal: 'DC', debit_note: 'DC', credit_note: 'CD' };

const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-voucher]'));
if (form) start(form);

/** @param {HTMLFormElement} voucher */
function start(voucher) {
  const rows = new Rows(voucher);
  const heads = new Heads(voucher, /** @type {HTMLElement} */ (document.getElementById('head-list')));
  const said = { dr: voucher.dataset.dr ?? '', cr: voucher.dataset.cr ?? '', short: voucher.dataset.short ?? '', even: voucher.dataset.even ?? '' };
  rows.trim();
  rows.show(said);
  void heads.load();
  const creator = watchCreator(voucher, rows, heads);
  watchRows(voucher, rows, said);
  watchBills(voucher, rows);
  watchDay(voucher);
  watchLeave(voucher, heads);
  watchKeymap(
    {
      date: () => focus(voucher.querySelector('[data-date]')),
      accept: () => send(voucher),
      draft: (box) => (check(box), send(voucher)),
      optional: toggle,
      postdated: toggle,
      create: () => creator(),
      repeat: () => repeat(voucher),
      'remove-row': () => removeRow(rows, said),
      ...Object.fromEntries(Object.keys(FIRST).map((kind) => [kind, (/** @type {HTMLElement} */ link) => setKind(voucher, rows, link)])),
    },
    (map) => sayBy(voucher, map === 'erp9'),
  );
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const link = /** @type {HTMLElement | null} */ (target?.closest('[data-set-kind]') ?? null);
    if (link) {
      event.preventDefault();
      setKind(voucher, rows, link);
    }
    const act = target?.closest('button[data-action]')?.getAttribute('data-action');
    if (act === 'create') creator();
    if (act === 'repeat') repeat(voucher);
    if (act === 'remove-row') removeRow(rows, said);
    const row = target?.closest('[data-remove-row]') ? rows.of(/** @type {Element} */ (target)) : null;
    if (row) {
      rows.remove(row);
      rows.show(said);
    }
  });
  const wrong = voucher.querySelector('[aria-invalid], .notice a');
  focus(wrong ?? head(rows.all()[0]));
}

/** @param {HTMLFormElement} voucher @param {Rows} rows @param {{dr: string, cr: string, short: string, even: string}} said */
function watchRows(voucher, rows, said) {
  for (const row of rows.all()) rows.answer(row);
  const again = (/** @type {Event} */ event) => {
    const row = event.target instanceof Element ? rows.of(event.target) : null;
    if (row && event.target === amount(row)) rows.answer(row);
    rows.show(said);
  };
  voucher.addEventListener('input', again);
  voucher.addEventListener('change', again);
  voucher.addEventListener('focusin', (event) => {
    const row = event.target instanceof Element ? rows.of(event.target) : null;
    if (!row || event.target !== amount(row)) return;
    rows.suggest(row);
    rows.show(said);
  });
  // On the form, so that it comes before the page's own Enter.
  voucher.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const field = /** @type {HTMLElement} */ (event.target);
    const row = rows.of(field);
    const isLast = row !== null && row === rows.all().at(-1);
    const { D, C } = rows.sums();
    if (event.key === 'Enter' && !event.shiftKey && row && isLast && field === amount(row) && amount(row).value.trim()) {
      event.preventDefault();
      if (D === C && rows.all().length > 1) focus(voucher.querySelector('[data-narration]'));
      else focus(side(rows.add(D > C ? 'C' : 'D')));
    } else if (event.key === 'Enter' && row && isLast && field === head(row) && rows.isBlank(row) && D === C && D > 0) {
      event.preventDefault();
      focus(voucher.querySelector('[data-narration]'));
    } else if (event.key === 'Enter' && !event.shiftKey && field.matches('[data-narration]')) {
      event.preventDefault();
      focus(voucher.querySelector('[data-action=accept]'));
    } else if (event.key === 'Backspace' && (field.matches('select') || (field instanceof HTMLTextAreaElement && !field.value))) {
      event.preventDefault();
      focus(before(voucher, field));
    }
  });
}

/** @param {HTMLFormElement} voucher @param {Element} field */
function before(voucher, field) {
  const fields = [...voucher.elements].filter((one) => one.matches('input:not([type=hidden]), select, textarea') && one.checkVisibility());
  return fields[fields.indexOf(field) - 1] ?? null;
}

/** @param {HTMLFormElement} voucher */
function watchDay(voucher) {
  const field = /** @type {HTMLInputElement} */ (voucher.querySelector('[data-date]'));
  const base = /** @type {HTMLInputElement} */ (voucher.querySelector('[data-base]'));
  const place = /** @type {HTMLElement} */ (voucher.querySelector('[data-weekday]'));
  const language = `${document.documentElement.lang || 'en'}-IN`;
  const say = () => {
    const found = typedDay(field.value, base.value);
    const day = found ? new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(found)) : '?';
    place.textContent = day;
    return found;
  };
  field.addEventListener('input', () => void say());
  field.addEventListener('blur', () => {
    const found = say();
    if (!found) return;
    base.value = found;
    field.value = shownDay(found);
  });
  say();
}

/** @param {HTMLFormElement} voucher @param {Heads} heads */
function watchLeave(voucher, heads) {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing || document.querySelector('dialog:modal, :popover-open')) return;
    event.preventDefault();
    if (heads.isOpen && heads.active >= 0) return heads.close();
    void leave(voucher);
  });
}

/** @param {HTMLFormElement} voucher */
async function leave(voucher) {
  if (voucher.dataset.guard === 'unsaved' && !(await ask(voucher.dataset.leaveQuestion ?? ''))) return;
  voucher.dataset.guard = '';
  location.assign(voucher.dataset.leave ?? '/');
}

/** @param {HTMLFormElement} voucher @param {Rows} rows @param {Heads} heads */
function watchCreator(voucher, rows, heads) {
  /** @type {Element | null} */
  let from = null;
  const creator = makeCreator(/** @type {HTMLDialogElement} */ (document.getElementById('create-head')), (made) => {
    if (made.centre) addCentre(voucher, made.centre, from);
    if (!made.head) return focus(from);
    heads.add(made.head);
    const field = from instanceof HTMLInputElement && 'head' in from.dataset ? from : head(/** @type {HTMLElement} */ (rows.all().at(-1)));
    heads.choose(field, made.head);
    voucher.dataset.guard = 'unsaved';
    focus(amount(/** @type {HTMLElement} */ (rows.of(field))));
  });
  return () => {
    from = document.activeElement;
    const isCentre = from?.matches('[data-centre]') ?? false;
    creator.open(from instanceof HTMLInputElement && 'head' in from.dataset ? from.value : '', isCentre ? 'centre' : 'account');
  };
}

/** @param {HTMLFormElement} voucher @param {[string, string]} centre @param {Element | null} chosenIn */
function addCentre(voucher, [id, name], chosenIn) {
  const template = /** @type {HTMLTemplateElement} */ (voucher.querySelector('[data-row-template]'));
  for (const root of [voucher, template.content]) {
    for (const field of root.querySelectorAll('[data-centre]')) field.append(new Option(name, id));
  }
  if (chosenIn instanceof HTMLSelectElement) chosenIn.value = id;
}

/** @param {HTMLFormElement} voucher */
function repeat(voucher) {
  const kept = JSON.parse(voucher.dataset.narrations || '{}');
  const kind = /** @type {HTMLInputElement} */ (voucher.querySelector('[data-kind]')).value;
  const field = /** @type {HTMLTextAreaElement} */ (voucher.querySelector('[data-narration]'));
  if (kept[kind]) {
    field.value = kept[kind];
    voucher.dataset.guard = 'unsaved';
  }
  focus(field);
}

/** @param {HTMLFormElement} voucher @param {Rows} rows @param {HTMLElement} link */
function setKind(voucher, rows, link) {
  const kind = /** @type {keyof typeof FIRST} */ (link.dataset.setKind);
  /** @type {HTMLInputElement} */ (voucher.querySelector('[data-kind]')).value = kind;
  for (const other of document.querySelectorAll('[data-set-kind]')) {
    if (other === link) other.setAttribute('aria-current', 'page');
    else other.removeAttribute('aria-current');
  }
  const title = document.querySelector('[data-voucher-title]');
  if (title) title.textContent = link.querySelector('span')?.textContent ?? '';
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (voucher.querySelectorAll('[data-only-journal]'))) part.hidden = kind !== 'journal';
  rows.all().slice(0, 2).forEach((row, place) => {
    if (rows.isBlank(row)) side(row).value = FIRST[kind][place];
  });
  if (!(document.activeElement instanceof HTMLElement) || !voucher.contains(document.activeElement)) focus(head(rows.all()[0]));
}

/** @param {Rows} rows @param {{dr: string, cr: string, short: string, even: string}} said */
function removeRow(rows, said) {
  const row = document.activeElement ? rows.of(document.activeElement) : null;
  if (!row) return;
  focus(head(rows.remove(row)));
  rows.show(said);
}

/** Dr and Cr, or By and To as ERP 9 says. @param {HTMLFormElement} voucher @param {boolean} isOld */
function sayBy(voucher, isOld) {
  const template = /** @type {HTMLTemplateElement} */ (voucher.querySelector('[data-row-template]'));
  for (const root of [voucher, template.content]) {
    for (const choice of /** @type {NodeListOf<HTMLOptionElement>} */ (root.querySelectorAll('[data-side] option'))) choice.textContent = (isOld ? choice.dataset.old : choice.dataset.plain) ?? '';
  }
}

/** @param {HTMLElement} box */
function toggle(box) {
  const radio = /** @type {HTMLInputElement} */ (box);
  const plain = /** @type {HTMLInputElement | null} */ (radio.form?.querySelector('input[name=wish][value=posted]'));
  if (radio.checked && plain) plain.checked = true;
  else radio.checked = true;
}

/** @param {HTMLElement} box */
function check(box) {
  /** @type {HTMLInputElement} */ (box).checked = true;
}

/** @param {HTMLFormElement} voucher */
function send(voucher) {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  voucher.requestSubmit();
}

/** @param {Element | null} field */
function focus(field) {
  if (!(field instanceof HTMLElement)) return;
  field.focus();
  if (field instanceof HTMLInputElement && field.type === 'text') field.select();
}
