// @ts-check
/**
 * The camera as a scanner. It looks at the middle of the picture eight times a second and stops when out of sight. `place` holds a video,
 * an `input` for a photo, and buttons `data-do` torch, zoom and close; whoever uses it says what is shown.
 */

const FORMATS = ['ean_13', 'ean_8', 'upc_a', 'code_128', 'qr_code', 'data_matrix'];
const LOOK_MS = 120;
const SAME_MS = 1200;

/**
 * @typedef {'opening'|'aim'|'denied'|'none'|'empty'|'closed'} State
 * @typedef {{onCode: (code: string) => void, onState: (state: State, error?: unknown) => void}} Ears
 */

export class CodeCamera {
  /** @param {any} place @param {Ears} ears */
  constructor(place, { onCode, onState }) {
    this.place = place;
    this.onCode = onCode;
    this.onState = onState;
    /** @type {any} */
    this.detector = null;
    /** @type {MediaStream|null} */
    this.stream = null;
    this.timer = 0;
    this.lastCode = '';
    this.lastAt = 0;
    place.addEventListener('click', (/** @type {any} */ event) => {
      const what = event.target.closest('[data-do]')?.dataset.do;
      if (what === 'close') this.close();
      else if (what === 'torch') void this.#flip('torch', (now) => !now);
      else if (what === 'zoom') void this.#flip('zoom', (now, range) => (now >= Math.min(3, range.max) ? range.min : Math.min(now + 1, range.max)));
    });
    place.querySelector('input[type=file]').addEventListener('change', (/** @type {any} */ event) => this.#fromPhoto(event.target));
    // A camera left open behind another page comes back black on iPhones.
    document.addEventListener('visibilitychange', () => document.hidden && this.close());
  }

  /** Open it, or close it when it is open. */
  async toggle() {
    if (this.stream) return this.close();
    this.place.hidden = false;
    this.onState('opening');
    try {
      this.detector ??= await makeDetector();
      await this.#open();
    } catch (error) {
      this.onState(/** @type {any} */ (error).name === 'NotAllowedError' ? 'denied' : 'none', error);
    }
  }

  close() {
    clearTimeout(this.timer);
    for (const one of this.stream?.getTracks() ?? []) one.stop();
    this.stream = null;
    this.place.hidden = true;
    this.onState('closed');
  }

  async #open() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } } });
    const video = this.place.querySelector('video');
    video.srcObject = this.stream;
    await video.play();
    const can = this.#track()?.getCapabilities?.() ?? {};
    this.place.querySelector('[data-do=torch]').hidden = !can.torch;
    this.place.querySelector('[data-do=zoom]').hidden = !can.zoom;
    this.onState('aim');
    this.timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  /** @returns {any} */
  #track() {
    return this.stream?.getVideoTracks()[0];
  }

  /** @param {string} what @param {(now: any, range: any) => any} next */
  async #flip(what, next) {
    const one = this.#track();
    const value = next(one.getSettings()[what], one.getCapabilities()[what]);
    await one.applyConstraints({ advanced: [{ [what]: value }] }).catch(() => undefined);
  }

  async #look() {
    const video = this.place.querySelector('video');
    if (!this.stream) return;
    const { videoWidth: width, videoHeight: height } = video;
    if (width) {
      const middle = await createImageBitmap(video, width * 0.1, height * 0.2, width * 0.8, height * 0.6).catch(() => null);
      if (middle) {
        this.#heard((await this.detector.detect(middle).catch(() => []))[0]?.rawValue);
        middle.close();
      }
    }
    if (this.stream) this.timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  /** @param {string|undefined} code */
  #heard(code) {
    if (!code) return;
    const now = Date.now();
    const isSame = code === this.lastCode && now - this.lastAt < SAME_MS;
    this.lastCode = code;
    this.lastAt = now;
    if (!isSame) this.onCode(code);
  }

  /** @param {HTMLInputElement} input */
  async #fromPhoto(input) {
    const [file] = input.files ?? [];
    if (!file) return;
    let codes = [];
    try {
      this.detector ??= await makeDetector();
      codes = await this.detector.detect(await createImageBitmap(file));
    } catch (error) {
      this.onState('empty', error);
    }
    if (codes[0]) this.#heard(codes[0].rawValue);
    else this.onState('empty');
    input.value = '';
  }
}

/** The browser's own detector where it knows our codes, else the decoder we carry; its WASM comes from our own address. */
async function makeDetector() {
  const own = /** @type {any} */ (globalThis).BarcodeDetector;
  const known = await own?.getSupportedFormats?.().catch(() => []);
  if (known && FORMATS.every((format) => known.includes(format))) return new own({ formats: FORMATS });
  const { BarcodeDetector, prepareZXingModule } = await import('../vendor/barcode-detector/ponyfill.js');
  prepareZXingModule({ overrides: { locateFile: (/** @type {string} */ file) => (file.endsWith('.wasm') ? new URL('../vendor/zxing-wasm/zxing_reader.wasm', import.meta.url).href : file) } });
  return new BarcodeDetector({ formats: FORMATS });
}
