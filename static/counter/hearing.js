// @ts-check
/** The server's word: asked for when the counter opens, brought back by each sending; and what of it a person must know. */

import { tell } from './sync.js';
import { tidy } from './bills.js';

/** The counter has opened: what this browser lost, and what the server has to say. @param {import('./engine.js').Engine} engine */
export async function greet(engine) {
  const { store } = engine;
  engine.protected = (await navigator.storage?.persisted?.()) ?? false;
  if (engine.state === 'cleared') {
    const { clearedNumbers } = await import('./enrolment.js');
    const numbers = await clearedNumbers(store);
    if (numbers) {
      engine.trouble('cleared', 'This browser cleared its data; numbers issued here may not have been received.', 'Set the counter up again. It gets its own series; look for the paper copies of these numbers.', numbers);
    }
  }
  if (!engine.till) return;
  await tidy(store);
  if (!(await engine.courier.lookUp())) return;
  await engine.courier.kick({ report: true });
  if (engine.state === 'locked') await engine.unlock();
  if (engine.counts.quarantined > 0 && (await (await import('./lease.js')).dropSettled(store))) await engine.recount();
}

/** @param {import('./engine.js').Engine} engine @param {import('./sync.js').Sending} sending @param {string} build */
export async function heard(engine, { sent, outcome, problem, fix, quarantined, answer }, build) {
  if (sent > 0 || quarantined.length > 0) tell({ kind: 'counts' });
  await engine.recount();
  if (quarantined.length > 0) {
    engine.trouble('quarantined', `${quarantined.join(', ')}: a person has to look at it.`, 'The paper in the customer\'s hand stands. See the list of what waits.', quarantined);
  }
  if (outcome === 'stale') {
    await engine.readMeta();
    tell({ kind: 'till' });
  }
  if (!['done', 'later', 'network'].includes(outcome)) engine.trouble(outcome, problem, fix);
  if (answer) await heardOfServer(engine, answer, build);
}

/** @param {import('./engine.js').Engine} engine @param {any} answer @param {string} build */
async function heardOfServer(engine, answer, build) {
  const { at, offset } = engine.contact;
  await engine.store.write(['meta'], (tx) => tx.objectStore('meta').put({ at, offset }, 'contact'), 'relaxed');
  checkClock(engine);
  if (answer.min_build && answer.min_build !== build && engine.counts.pending === 0) {
    engine.updates.look();
    engine.trouble('old_version', 'The server asks for a newer version.', 'Finish or hold the bill, then update.');
  }
  if (answer.rev !== engine.catalogue.rev) await engine.refresh();
}

/** @param {import('./engine.js').Engine} engine */
function checkClock(engine) {
  const { offset } = engine.contact;
  if (engine.clockWarning && !engine.isClockTold) {
    const minutes = Math.round(Math.abs(offset) / 60_000);
    engine.trouble('clock', `This device's clock is ${minutes} minutes ${offset > 0 ? 'behind' : 'ahead'}.`, 'Set the clock right; bills carry its time.', offset);
  }
  engine.isClockTold = engine.clockWarning;
}
