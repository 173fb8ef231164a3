// @ts-check
/** Before the first bill: this browser is no counter yet, has lost its data, was copied, or is at an unsafe address. */

import { $, clone, el, put, say } from './dom.js';
import { count, refusal, t } from './lang.js';

/** @param {any} till @param {{cleared?: any[]}} [about] */
export function show(till, about) {
  const { engine } = till;
  const gate = $('gate');
  if (engine.state === 'ready' && !about?.cleared) return void (gate.hidden = true);
  if (!gate.hidden && gate.dataset.state === engine.state && !about?.cleared) return;
  gate.dataset.state = engine.state;
  gate.hidden = false;
  const parts = [];
  if (engine.state === 'stale') parts.push(clone('t-stale'));
  if (engine.state === 'cleared' || about?.cleared) parts.push(cleared(about?.cleared ?? []));
  if (engine.state === 'ready') parts.push(el('div', { class: 'narrow' }, el('button', { class: 'button primary', text: t('Go on billing'), on: () => close(gate) })));
  else parts.push(enrolment(till));
  gate.replaceChildren(...parts);
  gate.querySelector('input, button')?.focus();
}

/** The page cannot work here at all. @param {any} error */
export function refuse(error) {
  const gate = $('gate');
  document.body.dataset.state = 'insecure';
  gate.replaceChildren(clone('t-insecure', { problem: refusal(error), fix: '' }));
  gate.hidden = false;
}

/** @param {any} gate */
function close(gate) {
  gate.hidden = true;
  $('find').focus();
}

/** @param {any[]} numbers */
function cleared(numbers) {
  const made = clone('t-cleared');
  const rows = numbers.map(({ prefix, series, from, to }) => {
    const six = (/** @type {number} */ n) => String(n).padStart(6, '0');
    const range = from === to ? `${prefix ?? series}/${six(from)}` : `${prefix ?? series}/${six(from)} – ${six(to)}`;
    return el('li', { class: 'row' }, el('b', { class: 'code', text: range }), el('span', { class: 'soft', text: count(to - from + 1, '1 number', '{n} numbers') }));
  });
  made.querySelector('[data-each]').replaceChildren(...rows);
  return made;
}

/** @param {any} till */
function enrolment(till) {
  const { engine } = till;
  const made = clone('t-enrol');
  const form = made.querySelector('form');
  const [name, shared] = form.querySelectorAll('input');
  const trouble = form.querySelector('.notice');
  if (engine.till) name.value = engine.till.name;
  form.addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    const button = form.querySelector('button.primary');
    button.disabled = true;
    trouble.hidden = true;
    try {
      const { missing } = await engine.enrol({ name: name.value.trim() || t('Counter'), shared: shared.checked });
      document.body.dataset.state = engine.state;
      if (!missing.length) close($('gate'));
      await till.bill.open();
    } catch (error) {
      put(trouble, { problem: t(/** @type {any} */ (error).problem ?? refusal(error)), fix: t(/** @type {any} */ (error).fix ?? '') });
      trouble.querySelector('[data-sign-in]').hidden = /** @type {any} */ (error).code !== 'signed_out';
      trouble.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
  say(trouble.querySelector('[data-f=fix]'));
  return made;
}
