// Switches pushes on in this browser: a worker of the business's own, a subscription bound to its key, kept by the server.
const place = document.getElementById('push');
const button = document.getElementById('push-on');
const words = document.getElementById('push-words');
const HEADERS = { 'Content-Type': 'application/json', 'X-Munim-Sync': '1' };

if (place && 'serviceWorker' in navigator && 'PushManager' in window && isSecureContext) {
  document.getElementById('push-cannot').hidden = true;
  button.hidden = false;
  button.addEventListener('click', switchOn);
}

async function switchOn() {
  button.disabled = true;
  try {
    if (await Notification.requestPermission() !== 'granted') {
      words.textContent = place.dataset.refused;
      return;
    }
    const registration = await navigator.serviceWorker.register(place.dataset.worker, { scope: place.dataset.scope });
    const { key } = await post(place.dataset.key, {});
    const subscription = await subscribe(registration, bytes(key));
    await post(place.dataset.keep, subscription.toJSON());
    location.reload();
  } catch {
    words.textContent = place.dataset.failed;
  } finally {
    button.disabled = false;
  }
}

/** A subscription under an older key of the business is given up first: a browser refuses a second key. */
async function subscribe(registration, applicationServerKey) {
  const options = { userVisibleOnly: true, applicationServerKey };
  await ready(registration);
  try {
    return await registration.pushManager.subscribe(options);
  } catch (trouble) {
    if (trouble.name !== 'InvalidStateError') throw trouble;
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    return registration.pushManager.subscribe(options);
  }
}

/** Until the worker is in charge of its own registration; no page of ours lies in its scope. */
function ready(registration) {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (worker.state === 'activated') return Promise.resolve();
  return new Promise((resolve) => worker.addEventListener('statechange', () => worker.state === 'activated' && resolve()));
}

async function post(url, body) {
  const response = await fetch(url, { method: 'POST', headers: HEADERS, body: JSON.stringify(body), signal: AbortSignal.timeout(20_000) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

/** @param {string} text base64url @returns {Uint8Array} */
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
}
