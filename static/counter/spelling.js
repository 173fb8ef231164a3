// @ts-check

/** A batch or a serial number as the books spell it. @param {string} text */
export const spelt = (text) => text.trim().replace(/\s+/g, ' ').toUpperCase();
