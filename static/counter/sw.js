// The worker: keeps the counter's shell, opted-in pages and static files; sends the queue when the browser wakes it.
// The server puts the build, the list and the module's address in. It handles GET navigations and static files only: never a
// POST, /sync, htmx partials, files to download or anything about signing in.
import { sendInBackground } from '__SYNC_MODULE__';

const BUILD = '__BUILD__';
const PRECACHE = __PRECACHE__;
const SHELL = `shell-${BUILD}`;
const STATIC = 'static-v1';
const OFFLINE_PAGE = PRECACHE.find((url) => url.startsWith('/offline'));
const COPY_MS = 3_000;
const PAGE_MS = 8_000;
const MOST_STATIC = 200;
const MOST_PAGES = 60;
const PAGE_AGE_MS = 3 * 24 * 60 * 60 * 1000;
const NOT_OURS = /^\/(sync|api|sign-|businesses|company-switch|language|settings|sw\.js|counter\/)|\.(pdf|csv|xlsx|json|zip)$/;

addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(PRECACHE.map((url) => new Request(url, { cache: 'reload' })))));
});

addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('shell-') && name !== SHELL) await caches.delete(name);
    await clients.claim();
  })());
});

addEventListener('message', (event) => {
  if (event.data === 'SKIP') skipWaiting();
});

addEventListener('sync', (event) => {
  if (event.tag === 'munim-outbox') event.waitUntil(sendInBackground(BUILD));
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (pathname.startsWith('/s/')) event.respondWith(keptFile(request));
  else if (request.mode !== 'navigate') return;
  else if (pathname === '/counter') event.respondWith(shell(request));
  else if (!NOT_OURS.test(pathname)) event.respondWith(page(event, pathname + search));
});

async function shell(request) {
  const cache = await caches.open(SHELL);
  return (await cache.match('/counter', { ignoreSearch: true })) ?? fetched(request, PAGE_MS);
}

async function keptFile(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetched(request, PAGE_MS * 4);
  // An address of another build answers with today's file and no `immutable`: that must not stay under yesterday's name.
  if (isPlain(response) && response.headers.get('Cache-Control')?.includes('immutable')) await keep(STATIC, request, response.clone(), MOST_STATIC);
  return response;
}

async function page(event, address) {
  const copy = await copyOf(address);
  try {
    const response = await fetched(event.request, copy ? COPY_MS : PAGE_MS);
    const owner = response.headers.get('X-Offline');
    if (owner && isPlain(response) && response.headers.get('Content-Type')?.startsWith('text/html')) {
      event.waitUntil(keepPage(owner, address, response.clone()));
    }
    return response;
  } catch {
    return (copy && withNote(copy)) ?? (OFFLINE_PAGE && (await caches.match(OFFLINE_PAGE))) ?? Response.error();
  }
}

/** The time counts to the first byte: a long page may take its time to arrive. */
async function fetched(request, ms) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ms);
  try {
    return await fetch(request, { signal: patience.signal });
  } finally {
    clearTimeout(timer);
  }
}

function isPlain(response) {
  return response.ok && response.type === 'basic' && !response.redirected;
}

/** One person's pages at a time: with another owner's first page the former's are gone. */
async function keepPage(owner, address, response) {
  const name = `pages-${owner}`;
  for (const other of await caches.keys()) if (other.startsWith('pages-') && other !== name) await caches.delete(other);
  const headers = new Headers(response.headers);
  headers.set('X-Kept', String(Date.now()));
  await keep(name, address, new Response(await response.blob(), { headers }), MOST_PAGES);
}

async function keep(name, key, response, most) {
  const cache = await caches.open(name);
  await cache.delete(key);
  await cache.put(key, response);
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(keys.length - most, 0))) await cache.delete(old);
}

async function copyOf(address) {
  for (const name of await caches.keys()) {
    const copy = name.startsWith('pages-') && (await (await caches.open(name)).match(address));
    if (copy && Date.now() - Number(copy.headers.get('X-Kept')) < PAGE_AGE_MS) return copy;
  }
  return undefined;
}

/** The copy says of itself that it is one, and of when. */
async function withNote(copy) {
  const at = new Date(Number(copy.headers.get('X-Kept'))).toLocaleString('en-IN', { timeZone: 'Asia/Kolkata', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false });
  const html = await copy.text();
  const words = /<html[^>]* lang="hi/.test(html) ? `नेटवर्क नहीं है। यह ${at} की प्रति है।` : `No network. This is a copy as of ${at}.`;
  return new Response(html.replace(/<body[^>]*>/, (tag) => `${tag}<p class="offline-note" role="status">${words}</p>`), { headers: copy.headers });
}
