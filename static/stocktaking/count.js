// @ts-check
/**
 * Counting by scan. What is scanned, wherever the focus is, and what is typed waits in a row and is sent one after the other, each
 * with an id of its own: an answer that was lost is asked for again, and counts once. What waits survives a reload.
 * Without this file the form is simply sent.
 */

import { recall, remember } from '../app/store.js';
import { listenForScans } from '../counter/scan.js';
import { low, tick } from '../counter/sound.js';

const AGAIN_MS = 3000;
const here = location.pathname;
const NAME = `count.${here}`;

/** @typedef {{action: string, fields: [string, string][]}} Waiting */

/** @type {Waiting[]} */
let waiting = [];
let isSending = false;

/** @param {string} action @param {FormData} data */
function add(action, data) {
  data.set('id', newId());
  data.delete('csrf_token');
  const fields = [...data].flatMap(([name, value]) => (typeof value === 'string' ? [/** @type {[string, string]} */ ([name, value])] : []));
  waiting.push({ action, fields });
  keep();
  void send();
}

/** A random id; `crypto.randomUUID` is there on safe addresses only, and a shop's own network may be none. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function keep() {
  remember(NAME, waiting.length ? JSON.stringify(waiting) : '');
}

async function send() {
  if (isSending) return;
  isSending = true;
  while (waiting.length) {
    const { action, fields } = waiting[0];
    const body = new URLSearchParams(fields);
    body.set('csrf_token', /** @type {HTMLInputElement|null} */ (document.querySelector('#count [name=csrf_token]'))?.value ?? '');
    const answer = await fetch(action, { method: 'POST', body, headers: { Accept: 'text/html' } }).catch(() => null);
    if (!answer || answer.status >= 500) {
      tellWaiting();
      await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
      continue;
    }
    const html = await answer.text();
    waiting.shift();
    keep();
    show(html, answer);
  }
  isSending = false;
  tellWaiting();
}

/** @param {string} html @param {Response} answer */
function show(html, answer) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  const now = document.getElementById('count');
  const next = fresh.getElementById('count');
  if (!now || !next) {
    if (answer.redirected) location.assign(answer.url);
    else tell(fresh.querySelector('main')?.textContent?.trim().replace(/\s+/g, ' ').slice(0, 200) ?? '');
    low();
    return;
  }
  const said = next.querySelector('#count-said')?.textContent ?? '';
  // The line that is read aloud stays the same element: a new one is not announced.
  now.dataset.heard = next.dataset.heard;
  for (const part of [...next.children]) if (part.id === 'count-said') part.remove();
  const line = document.getElementById('count-said');
  for (const part of [...now.children]) if (part !== line) part.remove();
  now.append(...[...next.children].map((part) => document.adoptNode(part)));
  tell(said);
  /** @type {any} */ (window).htmx?.process?.(now);
  /** @type {HTMLElement|null} */ (now.querySelector(next.dataset.heard === 'asked' && now.querySelector('#f-batch') ? '#f-batch' : '#f-code'))?.focus();
  if (now.dataset.heard === 'counted') tick();
  else low();
}

/** @param {string} words */
function tell(words) {
  const line = document.getElementById('count-said');
  if (line) line.textContent = words.trim();
}

function tellWaiting() {
  const line = document.getElementById('count-waiting');
  if (!line) return;
  line.hidden = waiting.length === 0;
  line.textContent = waiting.length ? `${waiting.length} · ${line.dataset.words ?? ''}` : '';
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !('count' in form.dataset)) return;
  event.preventDefault();
  add(form.action, new FormData(form));
});

/** What a scanner or the camera read. @param {string} code */
function scanned(code) {
  const form = document.querySelector('#count .count-form');
  if (!(form instanceof HTMLFormElement)) return;
  const data = new FormData(form);
  data.set('code', code);
  data.delete('qty');
  add(form.action, data);
}

listenForScans(window, scanned);

const opener = document.getElementById('count-camera');
if (opener) {
  opener.hidden = false;
  opener.addEventListener('click', async () => {
    const place = document.getElementById('camera');
    if (place) (await import('./count_camera.js')).show(place, scanned);
  });
}

try {
  waiting = JSON.parse(recall(NAME) || '[]');
} catch {
  waiting = [];
}
if (waiting.length) void send();
