// @ts-check
/** Keys of buttons, of the closed menu too, and the device's theme: fetched once the first line can be billed. */

import { watchDevice } from '../app/device.js';
import { spelled, watchKeys } from '../app/keys.js';
import { $ } from './dom.js';

export function show() {
  watchDevice();
  watchKeys();
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog:modal') || !$('gate').hidden) return;
    const item = $('till-menu').querySelector(`[data-key="${CSS.escape(spelled(event))}"]`);
    if (!item) return;
    event.preventDefault();
    item.click();
  });
}
