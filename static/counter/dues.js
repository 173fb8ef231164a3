// @ts-check
/**
 * What a customer owes, bill by bill: the server's list while online, else the newest one known here; with what this till has sold on khata
 * and taken since.
 */

const ANSWER_MS = 1_500;

/**
 * @typedef {{bill: string, line: number|null, number: string, date: string, due_on: string, amount: number, open: number}} OpenBill paise
 * @typedef {{at: number|null, bills: OpenBill[]}} Dues `at`: when the server said so, ms; null when it never did
 */

/**
 * Bills that a receipt may name, the oldest due first.
 * @param {import('./engine.js').Engine} engine @param {string} customer
 * @returns {Promise<Dues>}
 */
export async function openBills({ store, contact }, customer) {
  const key = `dues-${customer}`;
  const told = contact.online ? await ask(customer) : null;
  if (told) await store.write(['facts'], (tx) => tx.objectStore('facts').put(told, key), 'relaxed');
  const { at, bills } = told ?? (await store.db.get('facts', key)) ?? { at: null, bills: [] };
  const documents = await store.db.getAll('bills');
  const news = documents.filter((/** @type {any} */ row) => row.state === 'waiting' || row.cancelled || row.ackedAt > (at ?? 0));
  return { at, bills: withOwn(bills, news, customer) };
}

/** @param {string} customer @returns {Promise<Dues|null>} */
async function ask(customer) {
  const response = await fetch(`/sync/dues?customer=${customer}`, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => null);
  const answer = response?.ok ? await response.json().catch(() => null) : null;
  return answer && { at: Date.now(), bills: answer.bills };
}

/** @param {OpenBill[]} told @param {any[]} rows documents of this till that the list does not know @param {string} customer */
function withOwn(told, rows, customer) {
  const bills = told.map((bill) => ({ ...bill }));
  /** @param {any} one */
  const pay = ({ bill, line = null, amount }) => {
    const paid = bills.find((known) => known.bill === bill && (line === null || known.line === line || known.line === null));
    if (paid) paid.open = Math.max(paid.open - amount, 0);
  };
  for (const row of rows.sort((a, b) => a.at - b.at)) {
    const doc = JSON.parse(row.body);
    if (doc.customer !== customer) continue;
    const owed = onKhata(doc);
    if (row.type === 'receipt') (doc.bills ?? []).forEach(pay);
    else if (row.type === 'return') pay({ bill: doc.against, amount: owed });
    else if (owed > 0 && !row.cancelled && !bills.some(({ bill }) => bill === row.id)) {
      bills.push({ bill: row.id, line: null, number: row.number, date: row.day, due_on: row.day, amount: owed, open: owed });
    }
    if (row.cancelled) pay({ bill: row.id, amount: owed });
  }
  return bills.filter(({ open }) => open > 0);
}

/** What of a document stands on khata. @param {any} doc */
function onKhata({ tenders = [] }) {
  return tenders.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + (one.mode === 'credit' ? one.amount : 0), 0);
}

/**
 * How much of `amount` goes to each chosen bill, the oldest first; what is left of it stays on account.
 * @param {OpenBill[]} chosen @param {number} amount paise
 * @returns {number[]}
 */
export function spread(chosen, amount) {
  let left = Math.max(amount, 0);
  return chosen.map(({ open }) => {
    const part = Math.min(open, left);
    left -= part;
    return part;
  });
}
