// @ts-check
/** The paper of a bill as a picture: what the browser has laid out is drawn word by word, so it is the very bill. */

import { el } from './dom.js';
import { paperOf } from './print.js';

const SCALE = 2;
const MARGIN = 16;

/** @param {any} engine @param {any} bill @returns {Promise<File>} */
export async function pictureOf(engine, bill) {
  const node = paperOf(engine, bill, false, '80');
  const place = el('div', { class: 'paper-out' }, node);
  document.body.append(place);
  const box = node.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  canvas.width = (box.width + 2 * MARGIN) * SCALE;
  canvas.height = (box.height + 2 * MARGIN) * SCALE;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(SCALE, SCALE);
  pen.translate(MARGIN - box.left, MARGIN - box.top);
  pen.fillStyle = '#000';
  pen.textBaseline = 'middle';
  for (const element of [node, ...node.querySelectorAll('*')]) drawElement(pen, element);
  place.remove();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  return new File([blob], `${bill.number.replace('/', '-')}.png`, { type: 'image/png' });
}

/** @param {CanvasRenderingContext2D} pen @param {any} element */
function drawElement(pen, element) {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  if (style.clipPath !== 'none' || box.width === 0) return;
  if (element.tagName === 'svg') return drawCode(pen, element, box);
  const thick = (/** @type {string} */ width) => Number(width.replace('px', ''));
  if (style.borderTopStyle !== 'none') pen.fillRect(box.left, box.top, box.width, thick(style.borderTopWidth));
  if (style.borderBottomStyle !== 'none') pen.fillRect(box.left, box.bottom - thick(style.borderBottomWidth), box.width, thick(style.borderBottomWidth));
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const range = document.createRange();
  for (const text of element.childNodes) {
    if (text.nodeType !== Node.TEXT_NODE) continue;
    for (const word of text.data.matchAll(/\S+/g)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const at = range.getBoundingClientRect();
      pen.fillText(word[0], at.left, at.top + at.height / 2);
    }
  }
}

/** @param {CanvasRenderingContext2D} pen @param {any} svg @param {DOMRect} box */
function drawCode(pen, svg, box) {
  const scale = box.width / svg.viewBox.baseVal.width;
  pen.save();
  pen.translate(box.left, box.top);
  pen.scale(scale, scale);
  pen.fill(new Path2D(svg.querySelector('path').getAttribute('d')));
  pen.restore();
}
