// @ts-check
/** The worker and new versions. A new one waits; it takes over when a person agrees and no bill is open, and the page reloads once. */

/** A worker that has not taken over by then is parked. */
const PARKED_MS = 3_000;
const TRIED_KEY = 'munim-took-over';
const HOUR_MS = 60 * 60 * 1000;

export class Updates {
  /** @param {{onWaiting: () => void, isBusy: () => Promise<boolean>}} options */
  constructor({ onWaiting, isBusy }) {
    this.onWaiting = onWaiting;
    this.isBusy = isBusy;
    this.isReady = false;
    this.isAccepted = false;
    /** @type {ServiceWorkerRegistration|null} */
    this.registration = null;
  }

  /** Register, and apply at once what waited since last time. Without module workers there is no worker: billing goes on. */
  async start() {
    const workers = navigator.serviceWorker;
    if (!workers) return;
    const hadOne = workers.controller !== null;
    workers.addEventListener('controllerchange', () => this.#changed(hadOne));
    try {
      this.registration = await workers.register('/sw.js', { type: 'module', updateViaCache: 'none' });
    } catch {
      return;
    }
    const { registration } = this;
    registration.addEventListener('updatefound', () => this.#watch(registration.installing));
    if (registration.installing) this.#watch(registration.installing);
    if (registration.waiting && hadOne) {
      // By itself once a session only: a version that will not take over must not reload the counter for ever.
      const isFirst = sessionStorage.getItem(TRIED_KEY) === null;
      if (!isFirst || (await this.isBusy())) this.#waits();
      else this.#takeOver(registration.waiting);
      sessionStorage.setItem(TRIED_KEY, '1');
    } else {
      sessionStorage.removeItem(TRIED_KEY);
    }
    setInterval(() => this.look(), HOUR_MS);
    await withinSeconds(workers.ready, 10);
    if (!workers.controller && !hadOne) await withinSeconds(new Promise((resolve) => workers.addEventListener('controllerchange', resolve, { once: true })), 2);
  }

  /** Installed apps stay open for weeks: ask for a new version. */
  look() {
    this.registration?.update().catch(() => undefined);
  }

  /** A person agreed: the waiting version takes over. */
  accept() {
    this.isAccepted = true;
    if (this.registration?.waiting) this.#takeOver(this.registration.waiting);
    else location.reload();
  }

  /**
   * Chromium gives an activation up when a request comes to the old worker at that moment, and does not try again; a reload settles it.
   * @param {ServiceWorker} worker
   */
  async #takeOver(worker) {
    worker.postMessage('SKIP');
    await new Promise((resolve) => setTimeout(resolve, PARKED_MS));
    if (worker.state === 'installed') await this.#changed(true);
  }

  /** Ask the browser to wake the worker when the network is back; Chromium only. */
  wakeLater() {
    // @ts-ignore: not in every browser
    this.registration?.sync?.register('munim-outbox').catch(() => undefined);
  }

  /** @param {ServiceWorker|null} worker */
  #watch(worker) {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && navigator.serviceWorker.controller) this.#waits();
    });
  }

  #waits() {
    this.isReady = true;
    this.onWaiting();
  }

  /** @param {boolean} hadOne the very first worker takes charge of an open page without a reload */
  async #changed(hadOne) {
    if (!hadOne && !this.isAccepted) return;
    if (this.isAccepted || !(await this.isBusy())) location.reload();
    else this.#waits(); // another tab agreed; this one has an open bill
  }
}

/** @param {Promise<unknown>} promise @param {number} seconds */
function withinSeconds(promise, seconds) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, seconds * 1000))]);
}
