// @ts-check
/** Masters and money that begin at the counter: a new customer, a new item, dues paid. Each goes to the server before the bill that needs it. */

import { itemRow } from './catalogue.js';
import { istStamp, newId } from './clock.js';
import { enqueue } from './command.js';
import { CounterError } from './errors.js';
import { checkGstin, stateOfGstin } from './gstin.js';
import { issueDocument } from './issue.js';
import { tell } from './sync.js';
import { MOST_NAME, plainText } from './text.js';

/** @typedef {import('./engine.js').Engine} Engine */

/**
 * @param {Engine} engine @param {{name: string, phone?: string, gstin?: string, state_code?: string, address?: string}} typed
 * @returns {Promise<import('./catalogue.js').Customer>}
 */
export async function addCustomer(engine, { name, phone = '', gstin = '', state_code: state = '', address = '' }) {
  const { catalogue, cashier } = engine;
  engine.requireOpen();
  const checked = gstin.trim() ? checkGstin(gstin) : null;
  const row = {
    id: newId(), name: requireName(name), local: '', phone: plainText(phone, 30), gstin: checked,
    state_code: (checked && stateOfGstin(checked)) || state || catalogue.shop?.state_code || null, address: plainText(address, MOST_NAME, true),
    credit_limit: null, due: 0, credit: true, madeAt: Date.now(),
  };
  const { local, credit_limit: _limit, due: _due, credit: _credit, madeAt: _at, ...body } = row;
  await addMaster(engine, 'customers', row, row, 'customer.add', { ...body, cashier });
  return catalogue.customers.get(row.id);
}

/**
 * `price` in thousandths of a paisa, `tax` the code of a tax class.
 * @param {Engine} engine @param {{name: string, price: number, incl?: boolean, tax: string, code?: string, unit?: string, hsn?: string}} typed
 * @returns {Promise<import('./catalogue.js').Item>}
 */
export async function addItem(engine, { name, price, incl, tax, code = '', unit = 'NOS', hsn = '' }) {
  const { catalogue, cashier } = engine;
  engine.requireOpen();
  if (!Number.isSafeInteger(price) || price < 0) throw new CounterError('refused', 'The price is not an amount.', 'Type the price in plain digits.');
  if (!catalogue.taxClasses.has(tax)) throw new CounterError('refused', 'The tax class is not known here.', 'Choose one of the list.');
  const item = {
    id: newId(), codes: code ? [plainText(code, 40)] : [], name: requireName(name), local: '', unit, price,
    incl: incl ?? catalogue.shop?.prices_include_tax ?? true, mrp: null, hsn: plainText(hsn, 20), tax_class: tax, stocked: true,
    weighed: false, packs: [], rev: 0,
  };
  const body = { id: item.id, name: item.name, price, incl: item.incl, tax_class: tax, code: item.codes[0] ?? null, unit, hsn: item.hsn || null, cashier };
  await addMaster(engine, 'items', item, itemRow(item), 'item.add', body);
  return catalogue.items.get(item.id);
}

/**
 * A customer pays dues: a numbered receipt of the till's own series. `bills` are those it pays; what names none is on account.
 * @param {Engine} engine
 * @param {{customer: string, amount: number, mode: string, ref?: string, note?: string, bills?: {bill: string, line: number|null, number: string, amount: number}[]}} typed
 */
export async function takeReceipt(engine, { customer, amount, mode, ref = '', note = '', bills = [] }) {
  const { store, catalogue, cashier } = engine;
  engine.requireOpen();
  const who = catalogue.customers.get(customer);
  if (!who) throw new CounterError('credit', 'No customer is chosen.', 'Choose the customer who pays.');
  if (!Number.isSafeInteger(amount) || amount <= 0) throw new CounterError('tender', 'The amount is nothing.', 'Type what was paid.');
  const named = bills.reduce((sum, bill) => sum + bill.amount, 0);
  if (named > amount) throw new CounterError('tender', 'The bills come to more than was paid.', 'Choose fewer bills, or type what was paid.');
  const { bill } = await issueDocument(store, {
    id: newId(), kind: 'receipt', type: 'receipt', command: 'receipt.take', total: () => amount,
    write: (head) => ({ ...head, cashier, customer, name: who.name, amount, mode, ref: plainText(ref, 100), note: plainText(note, 1000, true), ...(bills.length > 0 ? { bills } : {}) }),
  });
  if (who.due !== null) who.due -= amount;
  await engine.saved();
  return bill;
}

/** Kept with its command, known here at once, and sent. @param {Engine} engine @param {'items'|'customers'} name @param {{id: string}} about @param {any} row @param {string} type @param {any} body */
async function addMaster(engine, name, { id }, row, type, body) {
  const at = Date.now();
  await engine.store.save([name, 'outbox'], async (tx) => {
    await tx.objectStore(name).put(row, id);
    await enqueue(tx, type, { v: 1, at: istStamp(at), ...body }, { at });
  });
  engine.catalogue.add(name, row);
  tell({ kind: 'catalogue' });
  await engine.saved();
}

/** @param {string} name */
function requireName(name) {
  const plain = plainText(name);
  if (!plain) throw new CounterError('refused', 'There is no name.', 'Type a name.');
  return plain;
}
