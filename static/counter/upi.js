// @ts-check
/** A payment link every UPI app reads (NPCI UPI linking specification 1.6): payee, amount, and the bill's number as reference. */

/**
 * Empty when the shop has no UPI id.
 * @param {{upi_id: string, name: string}|null} shop @param {{amount: number, number: string}} bill amount in paise
 */
export function upiLink(shop, { amount, number }) {
  if (!shop?.upi_id || !(amount > 0)) return '';
  const paise = String(amount).padStart(3, '0');
  // tr takes letters and digits only in some apps.
  const fields = {
    pa: shop.upi_id, pn: shop.name.slice(0, 50), am: `${paise.slice(0, -2)}.${paise.slice(-2)}`, cu: 'INR',
    tn: `Bill ${number}`, tr: number.replace(/[^0-9A-Za-z]/g, ''),
  };
  return `upi://pay?${Object.entries(fields).map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%40', '@')}`).join('&')}`;
}
