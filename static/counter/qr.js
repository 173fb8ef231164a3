// @ts-check
/** A QR code as a picture that stays sharp at any size. Black on white in every theme. */

import { generate } from '../vendor/lean-qr/lean-qr.js';

const SVG = 'http://www.w3.org/2000/svg';
const QUIET = 4; // modules of white that readers need around it

/** @param {string} text @param {string} [label] @returns {SVGElement} */
export function qrSvg(text, label = text) {
  const code = generate(text);
  const whole = code.size + 2 * QUIET;
  let path = '';
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  }
  const svg = document.createElementNS(SVG, 'svg');
  const dots = document.createElementNS(SVG, 'path');
  for (const [name, value] of [['viewBox', `0 0 ${whole} ${whole}`], ['role', 'img'], ['aria-label', label], ['shape-rendering', 'crispEdges']]) svg.setAttribute(name, value);
  dots.setAttribute('d', path);
  svg.append(dots);
  return svg;
}
