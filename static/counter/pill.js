// @ts-check
/** What waits and whether the server is heard, in one word that is always in sight. */

import { $ } from './dom.js';
import { clockTime, count, t } from './lang.js';

/** @param {any} till */
export function watchPill(till) {
  const { engine } = till;
  /** How many waited while the network was gone; page or worker may send them. */
  let waited = 0;
  const draw = () => {
    const { state, words, full } = standing(engine);
    const pill = $('pill');
    pill.dataset.state = state;
    if ($('pill-words').textContent !== words) $('pill-words').textContent = words;
    pill.title = full;
    if ($('pill-status').textContent !== full) $('pill-status').textContent = full;
    $('menu-server').textContent = full;
  };
  const follow = () => {
    const { counts, contact } = engine;
    if (!contact.online) waited = Math.max(waited, counts.pending);
    else if (counts.pending + counts.quarantined === 0 && waited > 0) {
      till.toast(count(waited, '1 bill sent. Nothing lost.', '{n} bills sent. Nothing lost.'));
      waited = 0;
    }
    draw();
  };
  engine.addEventListener('counts', follow);
  engine.addEventListener('sync', follow);
  till.drawPill = draw;
  draw();
}

/** @param {any} engine */
function standing({ counts, contact }) {
  const { pending, oldest, quarantined } = counts;
  if (quarantined > 0) return { state: 'trouble', words: count(quarantined, '1 needs you', '{n} need you'), full: t('The server could not take everything.') };
  if (contact.online && !contact.signedOut) {
    if (pending > 0) return { state: 'sending', words: t('Sending {n}', { n: pending }), full: t('Sending {n}', { n: pending }) };
    return { state: 'ok', words: t('All sent'), full: t('Everything has reached the server.') };
  }
  if (contact.signedOut && pending > 0) return { state: 'trouble', words: t('{n} wait', { n: pending }), full: t('Set this counter up again to send what waits.') };
  if (pending > 0) {
    const full = t(pending === 1 ? 'Offline – 1 document safe on this device, since {time}' : 'Offline – {n} documents safe on this device, oldest {time}', { n: pending, time: clockTime(oldest) });
    return { state: 'offline', words: matchMedia('(min-width: 900px)').matches ? full : t('{n} wait', { n: pending }), full };
  }
  return { state: 'offline', words: t('Offline'), full: t('No network. Billing goes on.') };
}
