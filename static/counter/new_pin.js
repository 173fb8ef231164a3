// @ts-check
/** A PIN of one's own in the place of one that was given for once. Needs the server: it works out what each till is given of it. */

import { CounterError } from './errors.js';

const TIME_OUT_MS = 15_000;

/** @param {any} engine @param {{member: string, pin: string, new: string, again: string}} typed */
export async function newPin(engine, typed) {
  let response;
  try {
    response = await fetch('/sync/pin', {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Munim-Sync': '1' }, body: JSON.stringify(typed), signal: AbortSignal.timeout(TIME_OUT_MS),
    });
  } catch {
    throw new CounterError('offline', 'The server does not answer.', 'Connect to the network and try again.');
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    const [first] = Object.values(answer?.errors ?? {});
    throw new CounterError('refused', first ?? answer?.problem ?? 'The server refused it.', first ? '' : (answer?.fix ?? ''));
  }
  await engine.refresh();
}
