// @ts-check
/** The counter's camera: a code in the frame is as good as a scan. It opens on a tap. */

import { CodeCamera } from '../app/code_camera.js';
import { $ } from './dom.js';
import { t } from './lang.js';
import { low } from './sound.js';

/** @type {CodeCamera|null} */
let camera = null;
const place = $('camera');

/** @param {any} till */
export async function show(till) {
  camera ??= make(till);
  await camera.toggle();
}

/** @param {any} till */
function make(till) {
  place.replaceChildren($('t-camera').content.cloneNode(true));
  return new CodeCamera(place, {
    onCode: (code) => {
      words(code);
      till.scanned(code);
    },
    onState: (state, error) => {
      if (error) till.engine.store?.log?.('camera', String(error));
      if (state === 'closed') $('find').focus();
      else if (state === 'opening') words(t('Opening the camera…'));
      else if (state === 'aim') words(t('Hold the code in the frame.'));
      else if (state === 'denied') words(t('The camera is not allowed here. Allow it in the browser, or use a photo.'));
      else if (state === 'none') words(t('No camera answers. Use a photo, or type the code.'));
      else {
        low();
        words(t('No code was found in the photo.'));
      }
    },
  });
}

/** @param {string} text */
function words(text) {
  place.querySelector('.camera-words').textContent = text;
}
