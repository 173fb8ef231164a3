// Served as /sw.js with COUNTER_WORKER=off, when the worker must go: removing the file does not remove a worker. It deletes our caches and itself, never the bills.
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (/^(shell|static|pages)-/.test(name)) await caches.delete(name);
    await registration.unregister();
  })());
});
