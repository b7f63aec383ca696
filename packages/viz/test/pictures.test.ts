import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Chart, renderTerminal } from '../src/index.ts';
import { renderSvg } from '../src/svg/render-svg.ts';
import { displayWidth } from '../src/text/glyph.ts';
import { sampleCharts } from './samples.ts';
import { parseXml } from './xml.ts';

const kinds = Object.entries(sampleCharts);

describe('pictures of each chart', () => {
  it('are drawn of every chart that the package exports', () => {
    const exported = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8');
    const charts = Array.from(exported.matchAll(/from '\.\/charts\/([\w-]+)\.ts'/g), ([, name]) => name!);
    expect(charts.length).toBeGreaterThan(10);
    expect(Object.keys(sampleCharts)).toEqual(expect.arrayContaining(charts));
  });

  it.each(kinds)('%s as SVG', async (name, draw) => {
    await expect(renderSvg(draw(), { width: 640, height: 360 })).toMatchFileSnapshot(`pictures/${name}.svg`);
  });

  it.each(kinds)('%s as text', async (name, draw) => {
    await expect(`${renderTerminal(draw(), { width: 72, height: 18 })}\n`).toMatchFileSnapshot(
      `pictures/${name}.txt`,
    );
  });

  it.each(kinds)('%s has all its texts inside of the picture, none on another', (name, draw) => {
    const chart = draw();
    for (const size of [
      { width: 640, height: 360 },
      { width: 1000, height: 700 },
    ]) {
      const boxes = textBoxes(renderSvg(chart, size));
      // An image alone has a title and no axes.
      expect(boxes.length).toBeGreaterThan(name === 'image' ? 0 : 4);
      for (const [i, box] of boxes.entries()) {
        expect(box.left, box.text).toBeGreaterThanOrEqual(0);
        expect(box.right, box.text).toBeLessThanOrEqual(size.width);
        expect(box.top, box.text).toBeGreaterThanOrEqual(0);
        expect(box.bottom, box.text).toBeLessThanOrEqual(size.height);
        const covered = boxes.slice(i + 1).filter((other) => overlap(box, other));
        expect(covered.map(({ text }) => `${box.text} × ${text}`)).toEqual([]);
      }
    }
  });

  it.each(kinds)('%s takes every theme, with no colour of another', (_, draw) => {
    const chart = draw();
    const [light, dark, contrast] = (['light', 'dark', 'high-contrast'] as const).map((theme) =>
      renderSvg(chart, { width: 640, height: 360, theme }),
    );
    expect(light).toContain('fill="#ffffff"');
    expect(dark).toContain('fill="#1f1f1f"');
    expect(dark).not.toMatch(/#0072B2|#D55E00|#1f2328/i);
    expect(contrast).toContain('fill="#000000"');
    expect(contrast).not.toMatch(/#0072B2|#D55E00|#1f2328|#1f1f1f/i);
  });

  it.each(kinds)('%s fits into terminals of any size and number of colours', (_, draw) => {
    const chart = draw();
    for (const [width, height] of [
      [80, 24],
      [200, 50],
      [40, 12],
      [20, 6],
      [1, 1],
    ] as const) {
      for (const color of [false, 16, 256, 16777216] as const) {
        const lines = plain(renderTerminal(chart, { width, height, color })).split('\n');
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }
    }
  });

  it.each(kinds)('%s is plain data', (_, draw) => {
    const chart = draw();
    const copy = JSON.parse(JSON.stringify(chart)) as Chart;
    expect(renderSvg(copy)).toBe(renderSvg(chart));
    expect(structuredClone(chart)).toEqual(copy);
  });
});

describe('colours of a terminal', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for.
  const sgr = /\u001b\[([\d;]*)m/g;
  const codes = (color: 16 | 256 | 16777216) =>
    new Set(
      [...renderTerminal(sampleCharts['confusion-matrix']!(), { color }).matchAll(sgr)].flatMap(
        ([, code]) => code ?? [],
      ),
    );

  it('are as many as it has', () => {
    expect([...codes(16)].join(' ')).not.toMatch(/[34]8;/);
    expect([...codes(256)].join(' ')).toMatch(/48;5;/);
    expect([...codes(256)].join(' ')).not.toMatch(/48;2;/);
    expect([...codes(16777216)].join(' ')).toMatch(/48;2;\d+;\d+;\d+/);
  });

  it('are of no other number', () => {
    expect(() => renderTerminal(sampleCharts.histogram!(), { color: 8 as never })).toThrow(
      'renderTerminal: expected color to be true, false, 16, 256 or 16777216, got 8',
    );
  });
});

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away.
  return text.replace(/\u001b\[[\d;]*m/g, '');
}

interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** About where the level texts of a picture are: widths by a narrow letter, so that what meets here does so in any font. */
function textBoxes(svg: string): TextBox[] {
  return parseXml(svg).flatMap(({ name, attributes, text }) => {
    const [, x, y] = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(attributes.transform ?? '') ?? [];
    if (name !== 'text' || /rotate|matrix/.test(attributes.transform ?? '')) return [];
    const size = Number(/font-size:(\d+)px/.exec(attributes.style ?? '')?.[1] ?? 12);
    const width = displayWidth(text) * 0.45 * size;
    const anchor = attributes['text-anchor'];
    const at = Number(x ?? attributes.x ?? 0) + Number(x ? (attributes.x ?? 0) : 0);
    const left = anchor === 'end' ? at - width : anchor === 'middle' ? at - width / 2 : at;
    const middle = Number(y ?? attributes.y ?? 0) + Number(y ? (attributes.y ?? 0) : 0);
    return [{ text, left, right: left + width, top: middle - 0.3 * size, bottom: middle + 0.3 * size }];
  });
}

function overlap(a: TextBox, b: TextBox): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
