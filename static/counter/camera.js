// @ts-check
/** The camera as a scanner. It opens on a tap, looks at the middle of the picture eight times a second and stops when out of sight. */

import { $ } from './dom.js';
import { refusal, t } from './lang.js';
import { low } from './sound.js';

const FORMATS = ['ean_13', 'ean_8', 'upc_a', 'code_128', 'qr_code', 'data_matrix'];
const LOOK_MS = 120;
const SAME_MS = 1200;

/** @type {any} */
let till;
/** @type {any} */
let detector = null;
/** @type {MediaStream|null} */
let stream = null;
let timer = 0;
let lastCode = '';
let lastAt = 0;
const place = $('camera');

/** @param {any} counter */
export async function show(counter) {
  if (!till) watch(counter);
  if (stream) return close();
  place.hidden = false;
  words(t('Opening the camera…'));
  try {
    detector ??= await makeDetector();
    await open();
  } catch (error) {
    const name = /** @type {any} */ (error).name;
    words(name === 'NotAllowedError' ? t('The camera is not allowed here. Allow it in the browser, or use a photo.') : t('No camera answers. Use a photo, or type the code.'));
    till.engine.store?.log?.('camera', String(error));
  }
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  place.replaceChildren($('t-camera').content.cloneNode(true));
  place.addEventListener('click', (/** @type {any} */ event) => {
    const what = event.target.closest('[data-do]')?.dataset.do;
    if (what === 'close') close();
    else if (what === 'torch') void flip('torch', (/** @type {any} */ now) => !now);
    else if (what === 'zoom') void flip('zoom', (/** @type {any} */ now, /** @type {any} */ range) => (now >= Math.min(3, range.max) ? range.min : Math.min(now + 1, range.max)));
  });
  $('camera-photo').addEventListener('change', () => fromPhoto());
  // A camera left open behind another page comes back black on iPhones.
  document.addEventListener('visibilitychange', () => document.hidden && close());
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

async function open() {
  stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } } });
  const video = place.querySelector('video');
  video.srcObject = stream;
  await video.play();
  const can = track()?.getCapabilities?.() ?? {};
  place.querySelector('[data-do=torch]').hidden = !can.torch;
  place.querySelector('[data-do=zoom]').hidden = !can.zoom;
  words(t('Hold the code in the frame.'));
  timer = setTimeout(look, LOOK_MS);
}

const track = () => /** @type {any} */ (stream?.getVideoTracks()[0]);

/** @param {string} what @param {(now: any, range: any) => any} next */
async function flip(what, next) {
  const one = track();
  const value = next(one.getSettings()[what], one.getCapabilities()[what]);
  await one.applyConstraints({ advanced: [{ [what]: value }] }).catch(() => undefined);
}

async function look() {
  const video = place.querySelector('video');
  if (!stream) return;
  const { videoWidth: width, videoHeight: height } = video;
  if (width) {
    const middle = await createImageBitmap(video, width * 0.1, height * 0.2, width * 0.8, height * 0.6).catch(() => null);
    if (middle) {
      heard((await detector.detect(middle).catch(() => []))[0]?.rawValue);
      middle.close();
    }
  }
  if (stream) timer = setTimeout(look, LOOK_MS);
}

/** @param {string|undefined} code */
function heard(code) {
  if (!code) return;
  const now = Date.now();
  const isSame = code === lastCode && now - lastAt < SAME_MS;
  lastCode = code;
  lastAt = now;
  if (isSame) return;
  words(code);
  till.scanned(code);
}

async function fromPhoto() {
  const [file] = $('camera-photo').files;
  if (!file) return;
  detector ??= await makeDetector();
  const codes = await detector.detect(await createImageBitmap(file)).catch((/** @type {any} */ error) => (words(refusal(error)), []));
  if (codes[0]) heard(codes[0].rawValue);
  else {
    low();
    words(t('No code was found in the photo.'));
  }
  $('camera-photo').value = '';
}

/** @param {string} text */
function words(text) {
  place.querySelector('.camera-words').textContent = text;
}

function close() {
  clearTimeout(timer);
  for (const one of stream?.getTracks() ?? []) one.stop();
  stream = null;
  place.hidden = true;
  $('find').focus();
}
