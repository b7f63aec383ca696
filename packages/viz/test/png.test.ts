import { describe, expect, it } from 'vitest';
import { renderPng } from '../src/png/render-png.ts';
import { sampleCharts } from './samples.ts';

const chart = sampleCharts['training-curves']!();
/** Width and height of a PNG, from its header. */
const sizeOf = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];

describe('renderPng', () => {
  it.each(Object.entries(sampleCharts))('draws %s in its size, with the same bytes each time', (_, draw) => {
    const one = draw();
    const png = renderPng(one, { width: 320, height: 180, scale: 2 });
    expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    expect(sizeOf(png)).toEqual([640, 360]);
    expect(renderPng(one, { width: 320, height: 180, scale: 2 })).toEqual(png);
  });

  it.each(Object.entries(sampleCharts))('draws %s also where its texts have no room', (_, draw) => {
    for (const [width, height] of [
      [1, 1],
      [100, 50],
      [300, 20],
      [20, 300],
    ] as const) {
      expect(sizeOf(renderPng(draw(), { width, height }))).toEqual([width, height]);
    }
  });

  it('shows text without a font of the system: Latin and Hangul', () => {
    const titled = (text: string) => renderPng({ ...chart, title: { text } }, { width: 320, height: 180 });
    expect(titled('손실')).not.toEqual(titled(''));
    expect(titled('손실')).not.toEqual(titled('정확'));
    expect(titled('loss')).not.toEqual(titled('lass'));
  });

  it('refuses a scale or a font that is none', () => {
    expect(() => renderPng(chart, { scale: 0 })).toThrow('renderPng: expected a scale in (0, 16], got 0');
    expect(() => renderPng(chart, { scale: 17 })).toThrow('renderPng: expected a scale in (0, 16], got 17');
    expect(sizeOf(renderPng(chart, { width: 10, height: 5, scale: 16 }))).toEqual([160, 80]);
    expect(() => renderPng(chart, { fonts: { family: 'x', files: ['/no/such.ttf'] } })).toThrow(
      'renderPng: expected font files that exist, got /no/such.ttf',
    );
    expect(() => renderPng(chart, { width: 0.5 })).toThrow(
      'expected a size of positive integers, got 0.5 × 450',
    );
  });
});
