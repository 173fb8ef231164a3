// @ts-check
/** Selling: a bill is checked, its goods are set aside, and it is issued. Fetched when a bill has its first line. */

import { asksFor, sold } from './asking.js';
import { readBill } from './bills.js';
import { isApproved } from './discount.js';
import { CounterError } from './errors.js';
import { billBody, issueDocument } from './issue.js';
import { Reserver } from './reserving.js';

export { nextNumber } from './issue.js';

/** @typedef {import('./engine.js').Engine} Engine @typedef {import('./drafts.js').Draft} Draft @typedef {import('./issue.js').Tender} Tender */

/** The one of this tab. @param {Engine} engine @returns {Reserver} */
export function reserverOf(engine) {
  return (engine.reserver ??= new Reserver(engine));
}

/**
 * @param {Engine} engine @param {Draft} draft @param {Tender[]} tenders @param {{overLimit?: boolean, despiteStock?: boolean}} allowed
 * @returns {Promise<{bill: import('./issue.js').Bill, already: boolean}>}
 */
export async function issue(engine, draft, tenders, { overLimit = false, despiteStock = false }) {
  const { store, taxClasses, cashier, pricing } = engine;
  const shop = engine.shopOrRefuse();
  engine.requireOpen();
  const credit = tenders.filter((tender) => tender.mode === 'credit').reduce((sum, tender) => sum + tender.amount, 0);
  const customer = engine.customers.get(draft.customer ?? '');
  const ask = asksFor(engine, 'credit') && { kind: 'credit', figures: { customer: draft.customer ?? '', amount: credit } };
  if (credit > 0 && !(ask ? isApproved(draft, 'credit', ask.figures) : overLimit)) requireCredit(customer, credit, ask);
  engine.shelves?.require(draft);
  const reserver = reserverOf(engine);
  const isShortAllowed = asksFor(engine, 'stock') ? isApproved(draft, 'stock', sold(draft)) : despiteStock;
  const isReserved = !isShortAllowed && (await reserver.secure(draft));
  try {
    const earlier = (await engine.drafts.save(draft)) ? null : await store.db.get('bills', draft.id);
    if (earlier) return { bill: readBill(earlier), already: true };
    const answer = await issueDocument(store, {
      id: draft.id, kind: 'bill', type: 'bill', command: 'bill.issue', fromDraft: true,
      write: (head) => billBody(draft, tenders, { shop, taxClasses, cashier, pricing }, head), total: (doc) => doc.totals.total,
    });
    if (answer.already) return answer;
    reserver.issued(isReserved);
    engine.shelves?.sold(answer.bill.doc);
    if (customer && credit > 0 && customer.due !== null) customer.due += credit;
    await engine.saved();
    return answer;
  } catch (error) {
    reserver.giveBack(draft.id);
    throw error;
  }
}

/**
 * Credit is for customers of the snapshot, up to their limit.
 * @param {import('./catalogue.js').Customer|undefined} customer @param {number} amount @param {any} ask what a manager would approve
 */
function requireCredit(customer, amount, ask) {
  if (!customer || !customer.credit) {
    throw new CounterError('credit', 'No credit is agreed with this customer.', 'Take the money now, or choose a credit customer.');
  }
  if (customer.limit !== null && (customer.due ?? 0) + amount > customer.limit) {
    const { due, limit } = customer;
    throw new CounterError('credit_limit', `${customer.name} would owe more than the limit.`, 'Take part of it now, or ask the owner.', { due, limit, ...ask });
  }
}
