// @ts-check
import { watchCreator } from '../sales/creator.js';
import { Finder } from '../sales/finder.js';

/** The form of an advance: its customer is found, or made, as on a sheet. */
const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-advance]'));
const list = document.getElementById('found-list');
if (form && list) watchCreator(form, new Finder(form, list, () => /** @type {HTMLElement | null} */ (form.querySelector('[name=amount]'))?.focus()));
