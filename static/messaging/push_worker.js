// Shows pushes, and opens the page they are about. Beside the counter's worker, under an address of its own: it keeps nothing,
// answers no request of a page, and so cannot disturb a counter that works without the network.
addEventListener('install', () => skipWaiting());

addEventListener('push', (event) => {
  event.waitUntil(show(read(event.data)));
});

addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.link));
});

/** What was told; of anything that cannot be read, that there is news: browsers want every push shown. */
function read(data) {
  try {
    const told = data.json();
    return { id: String(told.id), title: String(told.title), body: String(told.body), link: String(told.link) };
  } catch {
    return { id: 'news', title: 'Munim', body: '', link: '/' };
  }
}

/** One push is shown once: a second one of the same id takes the first one's place. */
async function show(told) {
  const data = { link: new URL(told.link, location.origin).origin === location.origin ? told.link : '/' };
  await registration.showNotification(told.title || 'Munim', { body: told.body, tag: told.id, data });
}

/** The page in a window of ours that shows it already, else in a new one. */
async function open(link) {
  const url = new URL(link, location.origin).href;
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = windows.find((each) => each.url === url);
  return there ? there.focus() : clients.openWindow(url);
}
