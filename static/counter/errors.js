// @ts-check
/** A refusal of the counter: `code` for the screen, words for the person. */

import { BooksError } from './money.js';

export class CounterError extends BooksError {
  /** @param {string} code @param {string} problem @param {string} fix @param {unknown} [detail] */
  constructor(code, problem, fix, detail = null) {
    super(problem, fix);
    this.name = 'CounterError';
    this.code = code;
    this.detail = detail;
  }
}
