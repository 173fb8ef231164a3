// @ts-check
/** How this device stands: storage, installation, scanner, clock, version; its paper and sound; files out and in. */

import { remember, recall } from '../app/store.js';
import { $, el, icon, say } from './dom.js';
import { clockTime, count, refusal, t } from './lang.js';
import { printPaper, paperOf, paperSize } from './print.js';
import { saveFile } from './share.js';
import { tick } from './sound.js';

/** @type {any} */
let till;
/** @type {any} Chromium's offer to install */
let install = null;
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  install = event;
});

/** @param {any} counter */
export async function show(counter) {
  if (!till) watch(counter);
  $('paper-size').value = paperSize();
  $('volume').value = recall('volume');
  $('always-print').checked = till.alwaysPrints();
  say($('device-error'));
  $('device-answer').textContent = '';
  await draw();
  $('device').showModal();
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  $('paper-size').addEventListener('change', () => remember('paper', $('paper-size').value));
  $('volume').addEventListener('change', () => (remember('volume', $('volume').value), tick()));
  $('always-print').addEventListener('change', () => remember('always-print', $('always-print').checked ? 'yes' : 'no'));
  press('test-print', async () => {
    const [last] = await till.engine.bills({ limit: 1 });
    if (!last) throw new Error('Make a first bill; then it can be printed here as a test.');
    printPaper(paperOf(till.engine, last, true), paperSize());
  });
  press('device-backup', async () => saveFile(await till.engine.backupFile()));
  press('device-log', async () => saveFile(await till.engine.logFile()));
  press('device-import', async () => $('backup-file').click());
  $('backup-file').addEventListener('change', () => run(async () => {
    const [file] = $('backup-file').files;
    if (!file) return;
    const { bills } = await till.engine.importBackup(file);
    $('device-answer').textContent = count(bills, '1 document taken in.', '{n} documents taken in.');
  }));
  press('device-forget', async () => {
    await till.engine.forget();
    await till.bill.open();
    $('device-answer').textContent = t('Customers and sent bills are gone from this device. Numbers and what waits stay.');
  });
}

/** @param {string} id @param {() => Promise<any>} work */
function press(id, work) {
  $(id).addEventListener('click', () => run(work));
}

/** @param {() => Promise<any>} work */
async function run(work) {
  say($('device-error'));
  await work().catch((error) => say($('device-error'), refusal(error)));
}

async function draw() {
  const { engine } = till;
  const persisted = engine.protected || (await navigator.storage?.persisted?.());
  const isInstalled = matchMedia('(display-mode: standalone)').matches;
  const { contact } = engine;
  const build = /\/s\/([^/]+)\//.exec(import.meta.url)?.[1] ?? '–';
  const rows = [
    [persisted, persisted ? 'Storage is protected' : 'Storage is not protected', persisted ? '' : 'The browser may clear it when space is short. Install Munim to protect it.', persisted ? null : ['Protect', () => navigator.storage?.persist?.()]],
    [isInstalled, isInstalled ? 'Installed as an app' : 'Opened in a browser', isInstalled ? '' : 'Install it from the browser’s menu, or here.', install ? ['Install', () => install.prompt()] : null],
    [navigator.serviceWorker?.controller, navigator.serviceWorker?.controller ? 'Opens without the network' : 'Does not open without the network yet', navigator.serviceWorker?.controller ? '' : 'Reload once with the network on.', null],
    [till.scannedAt, till.scannedAt ? t('Scanner heard at {time}', { time: clockTime(till.scannedAt) }) : 'Scanner not heard yet', till.scannedAt ? '' : 'Scan any code to try it.', null],
    [!engine.clockWarning, engine.clockWarning ? 'The clock is wrong' : 'The clock is right', engine.clockWarning ? 'Bills carry its time. Set it to the network’s time.' : '', null],
    [contact.online, contact.online ? 'The server is heard' : 'The server is not heard', contact.at ? t('Last at {time}', { time: clockTime(contact.at) }) : '', null],
    [engine.items.size, count(engine.items.size, '1 item on this device', '{n} items on this device'), t('Version {build}', { build }), null],
  ];
  $('health').replaceChildren(...rows.map(([isWell, words, more, action]) => el('li', {},
    icon(isWell ? 'circle-check' : 'circle-alert', isWell ? 'ok' : 'warn'),
    el('span', { class: 'row-main' }, el('b', { text: t(/** @type {string} */ (words)) }), more ? el('small', { text: t(/** @type {string} */ (more)) }) : null),
    action ? el('button', { class: 'button', text: t(/** @type {any} */ (action)[0]), on: async () => (await /** @type {any} */ (action)[1](), draw()) }) : null)));
}
