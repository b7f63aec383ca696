// Charts in a page: the same text and, but for the measure of letters, the same SVG as in Node.js.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../setup.mjs';

const columns = { step: [0, 1, 2, 3], loss: [1, 0.5, 0.25, 0.2], epoch: [0, 0, 1, 1], time: [0, 1, 2, 3] };

export async function checkCharts(page) {
  const load = (file) => import(pathToFileURL(join(root, 'packages', 'viz', 'dist', file)).href);
  const { renderTerminal, histogram } = await load('index.js');
  const { renderSvg } = await load('svg/render-svg.js');
  const chart = histogram({ values: columns.loss });
  const drawn = await page.evaluate(async (values) => {
    const { histogram, renderTerminal } = await import('@kindling/viz');
    const { renderSvg } = await import('@kindling/viz/svg');
    const chart = histogram({ values });
    return { text: renderTerminal(chart), svg: renderSvg(chart) };
  }, columns.loss);
  assert.equal(drawn.text, renderTerminal(chart));
  assert.equal(drawn.svg, renderSvg(chart));
}
