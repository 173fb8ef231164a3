// @ts-check
/** Two short tones, for people who do not look at the screen while they scan. */

import { recall } from '../app/store.js';

/** @type {AudioContext|null} */
let audio = null;

/** @param {number} pitch @param {number} seconds @param {number} loudness */
function tone(pitch, seconds, loudness) {
  const volume = recall('volume');
  if (volume === 'off' || !navigator.userActivation?.hasBeenActive) return;
  audio ??= new AudioContext();
  if (audio.state === 'suspended') void audio.resume();
  const from = audio.currentTime;
  const gain = audio.createGain();
  gain.gain.setValueAtTime(volume === 'low' ? loudness / 4 : loudness, from);
  gain.gain.exponentialRampToValueAtTime(0.0001, from + seconds);
  gain.connect(audio.destination);
  const source = audio.createOscillator();
  source.frequency.value = pitch;
  source.connect(gain);
  source.start(from);
  source.stop(from + seconds);
}

/** It is on the bill. */
export const tick = () => tone(1320, 0.06, 0.08);

/** Nothing was added. */
export function low() {
  tone(165, 0.28, 0.3);
  if (recall('volume') !== 'off' && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(30);
}
