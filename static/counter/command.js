// @ts-check
/** A command is made: its body frozen as text, hashed, and queued in the transaction that causes it. */

import { sha256 } from './sha256.js';

/** @typedef {import('./outbox.js').Command} Command */

/**
 * Put a command into the queue, inside the caller's transaction. Answers it, with the frozen body and its hash.
 * @param {any} tx @param {string} type @param {Record<string, any>} body
 * @param {{at: number, ref?: string|null, amount?: number|null}} about
 * @returns {Promise<Command>}
 */
export async function enqueue(tx, type, body, { at, ref = null, amount = null }) {
  const text = JSON.stringify(body);
  /** @type {Command} */
  const command = {
    id: body.id, type, ref, series: body.series ?? null, seq: body.seq ?? null, body: text, sha256: sha256(text), at,
    number: body.number ?? '', amount, waiting: 1, reason: '',
  };
  await tx.objectStore('outbox').add(command);
  return command;
}
