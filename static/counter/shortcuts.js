// @ts-check
/** Keys of buttons, of the closed menu too, and the device's theme once it may change: fetched once the first line can be billed. */

import { spelled, watchKeys } from '../app/keys.js';
import { $ } from './dom.js';

export function show() {
  // The theme is chosen in the menu, or in another tab.
  const followTheme = async () => (await import('../app/device.js')).watchDevice();
  $('till-menu').addEventListener('beforetoggle', followTheme, { once: true });
  addEventListener('storage', followTheme, { once: true });
  watchKeys();
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog:modal') || !$('gate').hidden) return;
    const item = $('till-menu').querySelector(`[data-key="${CSS.escape(spelled(event))}"]`);
    if (!item) return;
    event.preventDefault();
    item.click();
  });
}
