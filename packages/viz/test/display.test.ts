import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderTerminal } from '../src/index.ts';
import { renderSvg } from '../src/svg/render-svg.ts';
import { sampleCharts } from './samples.ts';

const kinds = Object.entries(sampleCharts);
const display = Symbol.for('Jupyter.display');

describe('a chart where it is looked at', () => {
  it.each(kinds)('%s is drawn by console.log', (_, draw) => {
    const chart = draw();
    const shown = inspect(chart);
    expect(shown).toBe(renderTerminal(chart, { width: process.stdout.columns ?? 80, height: 24 }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for.
    expect(shown).not.toMatch(/\u001b/);
    expect(inspect(chart, { colors: true })).toContain('\u001b[');
  });

  it('leaves two rows of the terminal free, and takes no more than 24', () => {
    const rows = Object.getOwnPropertyDescriptor(process.stdout, 'rows');
    const linesIn = (count: number | undefined) => {
      Object.defineProperty(process.stdout, 'rows', { value: count, configurable: true });
      return inspect(sampleCharts['training-curves']!()).split('\n').length;
    };
    try {
      expect([10, 50, undefined].map(linesIn)).toEqual([8, 24, 24]);
    } finally {
      if (rows) Object.defineProperty(process.stdout, 'rows', rows);
      else Reflect.deleteProperty(process.stdout, 'rows');
    }
  });

  it('is named where it is part of something', () => {
    expect(inspect({ chart: sampleCharts.histogram!() })).toBe('{ chart: [Chart: 가중치] }');
  });

  it('stays itself in a changed copy', () => {
    const copy = { ...sampleCharts['class-scores']!(), title: { text: 'changed' } };
    expect(inspect(copy)).toMatch(/^changed\n/);
  });

  it('shows itself in a notebook as SVG, PNG and text', async () => {
    const chart = sampleCharts['training-curves']!() as unknown as Record<
      symbol,
      () => Promise<Record<string, string>>
    >;
    const shown = await chart[display]!();
    expect(shown['image/svg+xml']).toBe(renderSvg(sampleCharts['training-curves']!()));
    expect(Buffer.from(shown['image/png']!, 'base64').subarray(1, 4).toString()).toBe('PNG');
    expect(shown['text/plain']).toBe(renderTerminal(sampleCharts['training-curves']!()));
  });
});
