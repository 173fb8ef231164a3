// @ts-check
/** The camera on the page of a count. Its words stand on the page, in its language. Fetched when it is first opened. */

import { CodeCamera } from '../app/code_camera.js';
import { low } from '../counter/sound.js';

/** @type {CodeCamera|null} */
let camera = null;

/** @param {HTMLElement} place @param {(code: string) => void} onCode */
export function show(place, onCode) {
  camera ??= new CodeCamera(place, {
    onCode: (code) => {
      words(place, code);
      onCode(code);
    },
    onState: (state) => {
      if (state === 'closed') document.getElementById('f-code')?.focus();
      else words(place, place.dataset[state] ?? '');
      if (state === 'empty') low();
    },
  });
  void camera.toggle();
}

/** @param {HTMLElement} place @param {string} text */
function words(place, text) {
  const line = place.querySelector('.camera-words');
  if (line) line.textContent = text;
}
