import { words } from "./words.js";

const MINUTE = 60_000;

/**
 * `<time data-ago datetime="…">` says how long ago, in the page's language, and keeps saying it; the full moment, in the
 * time of this device, is its title. `<time data-local …>` shows that moment itself.
 */
export function watchTimes() {
  tell(document);
  document.addEventListener("htmx:after:swap", () => tell(document));
  setInterval(() => tell(document), MINUTE);
}

/** @param {ParentNode} root */
function tell(root) {
  const language = document.documentElement.lang || "en";
  const full = new Intl.DateTimeFormat(`${language}-IN`, { dateStyle: "medium", timeStyle: "short" });
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  for (const element of /** @type {NodeListOf<HTMLTimeElement>} */ (root.querySelectorAll("time[data-ago], time[data-local]"))) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    element.title = full.format(moment);
    element.textContent = "local" in element.dataset ? full.format(moment) : (since(moment, ago) ?? full.format(moment));
  }
}

/**
 * @param {Date} moment
 * @param {Intl.RelativeTimeFormat} ago
 * @returns {string | null} null when it is so long ago that the date says more
 */
function since(moment, ago) {
  const minutes = Math.round((moment.getTime() - Date.now()) / MINUTE);
  if (minutes === 0) return words("justNow");
  if (Math.abs(minutes) < 60) return ago.format(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return ago.format(Math.round(minutes / 60), "hour");
  if (Math.abs(minutes) < 31 * 1440) return ago.format(Math.round(minutes / 1440), "day");
  return null;
}
