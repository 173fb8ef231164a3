// @ts-check
/** What the first line of a bill does not need: loaded after the counter is ready, so that it opens sooner. */

export { makeBackup, readBackup, takeBackup } from './backup.js';
export { billWithNotes, countPrint, findBills, readBill } from './bills.js';
export { releaseStock, requireCredit, reserveStock } from './checks.js';
export { addCustomer, addItem, takeReceipt } from './customers.js';
export { billBody, cancelBill, issueDocument } from './issue.js';
export { clearedNumbers, dropSettled, enrol, forget, isSignedIn, keepSeries, logoutCheck, tidy } from './lease.js';
export { leftOf, returnBody, workOutReturn } from './returns.js';
export { cashMove, closeShift, openShift, shiftTotals } from './shift.js';
