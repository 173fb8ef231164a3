// @ts-check
/**
 * Passkeys. A place `data-passkey="address"` stays hidden until it is found here that the browser has them. Its button asks that address
 * what to sign, has the browser sign it, puts the answer into the field `data-field` of the form around it and sends the form. With
 * `data-makes` a new passkey is made; with `data-offers` the browser also offers one beside the field for the e-mail, where it can.
 *
 * What the server refuses is said by the page that the form leads to, so that nothing is said twice.
 */
const HEADERS = { 'Content-Type': 'application/json', 'X-Munim-Sync': '1' };
const RENEW_MS = 240_000; // the server takes an answer for five minutes

/** What the browser waits for beside the e-mail; a browser waits for one thing at a time. */
let offered = new AbortController();

if ('PublicKeyCredential' in window) {
  document.addEventListener('click', (event) => {
    const place = event.target instanceof Element ? event.target.closest('[data-passkey]') : null;
    if (place instanceof HTMLElement && event.target instanceof Element && event.target.closest('button')) void press(place);
  });
  document.addEventListener('htmx:after:swap', show);
  show();
  const place = document.querySelector('[data-passkey][data-offers]');
  if (place instanceof HTMLElement) void offer(place);
}

function show() {
  for (const place of document.querySelectorAll('[data-passkey][hidden]')) place.removeAttribute('hidden');
}

/** @param {HTMLElement} place */
async function press(place) {
  const button = place.querySelector('button');
  if (!button || button.disabled) return;
  offered.abort();
  button.disabled = true;
  say(place, '');
  try {
    const options = await asked(place);
    if (!options) return send(place, '');
    const makes = 'makes' in place.dataset;
    const made = makes ? await navigator.credentials.create({ publicKey: toMake(options) }) : await navigator.credentials.get({ publicKey: toUse(options) });
    send(place, plain(made));
  } catch (trouble) {
    const isKept = trouble instanceof DOMException && trouble.name === 'InvalidStateError';
    say(place, (isKept ? place.dataset.kept : place.dataset.failed) ?? '');
  } finally {
    button.disabled = false;
  }
}

/**
 * Beside the field for the e-mail, until one is chosen or the button is pressed. What was drawn is drawn anew before it is over.
 * @param {HTMLElement} place
 */
async function offer(place) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  offered = new AbortController();
  const mine = offered;
  const again = setTimeout(() => {
    mine.abort();
    if (document.visibilityState === 'visible') void offer(place);
    else document.addEventListener('visibilitychange', () => void offer(place), { once: true });
  }, RENEW_MS);
  mine.signal.addEventListener('abort', () => clearTimeout(again));
  try {
    const options = await asked(place);
    if (!options || mine.signal.aborted) return;
    send(place, plain(await navigator.credentials.get({ mediation: 'conditional', signal: mine.signal, publicKey: toUse(options) })));
  } catch {
    // Nobody asked for it, so nothing is said: the button and the password are there.
  }
}

/**
 * @param {HTMLElement} place
 * @returns {Promise<Record<string, any> | null>} what is to be signed, or null when the form itself has to be sent to learn why not
 */
async function asked(place) {
  const response = await fetch(place.dataset.passkey ?? '', { method: 'POST', headers: HEADERS, body: '{}', signal: AbortSignal.timeout(20_000) });
  return response.ok ? response.json() : null;
}

/**
 * @param {HTMLElement} place
 * @param {string} answer
 */
function send(place, answer) {
  const form = place.closest('form');
  const field = form?.elements.namedItem(place.dataset.field ?? '');
  if (!form || !(field instanceof HTMLInputElement)) return;
  field.value = answer;
  form.requestSubmit();
}

/**
 * @param {HTMLElement} place
 * @param {string} sentence
 */
function say(place, sentence) {
  const words = place.querySelector('[role=alert]');
  if (words) words.textContent = sentence;
}

/** @param {Record<string, any>} options PublicKeyCredentialCreationOptionsJSON */
function toMake(options) {
  const user = { ...options.user, id: bytes(options.user.id) };
  return /** @type {PublicKeyCredentialCreationOptions} */ ({ ...options, user, challenge: bytes(options.challenge), excludeCredentials: named(options.excludeCredentials) });
}

/** @param {Record<string, any>} options PublicKeyCredentialRequestOptionsJSON */
function toUse(options) {
  return /** @type {PublicKeyCredentialRequestOptions} */ ({ ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) });
}

/** @param {Array<{ id: string, type: string, transports: string[] }>} credentials */
function named(credentials) {
  return credentials.map((one) => ({ type: one.type, id: bytes(one.id), ...(one.transports.length ? { transports: one.transports } : {}) }));
}

/**
 * By hand and not by toJSON(): extensions that keep passwords hand out credentials that have none.
 * @param {Credential | null} made
 * @returns {string} RegistrationResponseJSON or AuthenticationResponseJSON
 */
function plain(made) {
  const { id, rawId, type, response } = /** @type {PublicKeyCredential & { response: any }} */ (made);
  /** @type {Record<string, unknown>} */
  const said = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[name]) said[name] = text(response[name]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return JSON.stringify({ id, rawId: text(rawId), type, response: said });
}

/** @param {string} base64url @returns {Uint8Array} */
function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer @returns {string} base64url */
function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
