// Charts in a page: the same text and, but for how letters are measured, the same SVG as in Node.js.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../setup.mjs';

const losses = [1, 0.5, 0.25, 0.2];

/** Without the ids that are made from all the rest, and the heights of lines of text. */
const plain = (svg) => svg.replaceAll(/\bk[0-9a-z]+-c/g, 'c').replaceAll(/ y="[-\d.]+"/g, '');

export async function checkCharts(page) {
  const load = (file) => import(pathToFileURL(join(root, 'packages', 'viz', 'dist', file)).href);
  const { renderTerminal, histogram } = await load('index.js');
  const { renderSvg } = await load('svg/render-svg.js');
  const chart = histogram({ values: losses });
  const drawn = await page.evaluate(async (values) => {
    const { histogram, renderTerminal } = await import('@kindling/viz');
    const { renderSvg } = await import('@kindling/viz/svg');
    const chart = histogram({ values });
    return { text: renderTerminal(chart), svg: renderSvg(chart) };
  }, losses);
  assert.equal(drawn.text, renderTerminal(chart));
  assert.equal(plain(drawn.svg), plain(renderSvg(chart)));
}
