import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barChart,
  decisionBoundary,
  image,
  scatter,
  themes,
  toEChartsOption,
  trainingCurve,
  trainingCurves,
} from '../src/index.ts';
import { renderSvg } from '../src/svg/render-svg.ts';
import { parseXml } from './xml.ts';

const steps = Array.from({ length: 60 }, (_, i) => i * 100);
const loss = steps.map((step) => 2 * Math.exp(-step / 1500) + 0.1);
const curve = trainingCurve({ step: steps, train: { loss } }, { title: 'MNIST', smoothing: 0.8 });
const texts = (svg: string) =>
  parseXml(svg)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text);

describe('renderSvg', () => {
  it('gives the same bytes for the same option, whatever was drawn before', () => {
    const first = renderSvg(curve);
    renderSvg(scatter({ x: [1, 2], target: [1, 2] }), { theme: 'dark' });
    renderSvg(curve, { width: 300, height: 200 });
    expect(renderSvg(curve)).toBe(first);
  });

  it('gives ids that another chart in the same page does not have', () => {
    const ids = (svg: string) => parseXml(svg).flatMap(({ attributes }) => attributes.id ?? []);
    const [one, other] = [renderSvg(curve), renderSvg(curve, { theme: 'dark' })];
    expect(ids(one).length).toBeGreaterThan(0);
    expect(ids(one).filter((id) => ids(other).includes(id))).toEqual([]);
    expect(one).toContain(`url(#${ids(one)[0]})`);
  });

  it('shows title, names, ticks and legend', () => {
    const svg = renderSvg(
      trainingCurve(
        [
          { run: 'sgd', step: [0, 10_000], train: { loss: [0.0012, 0.0003] } },
          { run: 'adam', step: [0, 10_000], train: { loss: [0.001, 0.0001] } },
        ],
        { title: 'Two runs' },
      ),
    );
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['Two runs', 'step', 'loss', 'sgd', 'adam', '10k', '0.0012']),
    );
  });

  it('draws accuracy against the axis at the right', () => {
    const option = trainingCurve({ step: [0, 1, 2], train: { loss: [10, 5, 0], accuracy: [0, 0.5, 1] } });
    const lines = parseXml(renderSvg(option, { width: 400, height: 300 })).flatMap(({ attributes }) =>
      attributes.d?.split('L').length === 3 ? attributes.d : [],
    );
    expect(lines).toEqual(['M66 50L198 142.5L330 235', 'M66 235L198 142.5L330 50']);
  });

  it('shortens the name of an axis that is longer than the axis', () => {
    const xName = 'a name that says more than there is room for, however one may put it, and goes on';
    const shown = texts(renderSvg(scatter({ x: [0, 1], target: [0, 1] }, { xName }), { width: 300 }));
    expect(shown).not.toContain(xName);
    expect(shown).toContainEqual(expect.stringMatching(/^a name that .*….*goes on$/));
  });

  it('draws rows of panels below each other inside of the picture', () => {
    const metrics = { loss: [2, 1], mae: [2, 1], lr: [2, 1] };
    const svg = renderSvg(trainingCurves({ step: [0, 1], train: metrics }, { columns: 1 }), { height: 600 });
    const tops = parseXml(svg).flatMap(({ name, text, attributes }) =>
      name === 'text' && text in metrics ? Number(/([-\d.]+)\)$/.exec(attributes.transform!)![1]) : [],
    );
    expect(tops).toHaveLength(3);
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
    expect(tops.every((top, i) => top > 200 * i && top < 200 * (i + 1))).toBe(true);
  });

  it('draws panels beside each other with one gap between them', () => {
    const metrics = { loss: [2, 1], mae: [2, 1], lr: [2, 1] };
    const figure = trainingCurves({ step: [0, 1], train: metrics }, { columns: 3 });
    const { grid } = toEChartsOption(figure, { width: 900, height: 300 });
    const sides = (grid as { left: number; width: number }[]).map(({ left, width }) => [left, left + width]);
    const gaps = sides.slice(1).map(([left], i) => left! - sides[i]![1]!);
    expect(Math.min(...gaps)).toBeGreaterThan(20);
    expect(Math.max(...gaps)).toBeLessThan(100);
    expect(sides.at(-1)![1]).toBeLessThanOrEqual(900);
    expect(sides.at(-1)![1]).toBeGreaterThan(850);
  });

  it('is named by its title, or by what it shows', () => {
    const nameOf = (title?: string) =>
      parseXml(
        renderSvg(trainingCurve({ step: [0, 1], train: { loss: [2, 1] } }, title ? { title } : {})),
      )[0]!.attributes['aria-label'];
    expect([nameOf('XOR'), nameOf()]).toEqual(['XOR', 'loss over step']);
  });

  it('stands by itself: no script, no style sheet, nothing from elsewhere', () => {
    const elements = parseXml(renderSvg(curve));
    expect(elements[0]).toMatchObject({
      name: 'svg',
      attributes: { role: 'img', 'aria-label': 'MNIST', width: '800', height: '450' },
    });
    expect(new Set(elements.map(({ name }) => name))).toEqual(
      new Set(['svg', 'rect', 'path', 'text', 'g', 'defs', 'clipPath']),
    );
    expect(renderSvg(curve)).not.toMatch(/href|class=|ecmeta|dominant-baseline|NaN/);
  });

  it('stays well-formed for any name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ unit: 'binary', maxLength: 40 }),
        (title, run) => {
          const option = trainingCurve(
            [
              { run, step: [0, 1], train: { loss: [1, 2] } },
              { run: `${run}2`, step: [0, 1], train: { loss: [2, 1] } },
            ],
            { title },
          );
          parseXml(renderSvg(option, { width: 400, height: 300 }));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'may show the name %s, and leaves what it names alone',
    (name) => {
      const named = barChart({ labels: [name], values: [1] }, { title: name });
      const runs = trainingCurve(
        [
          { run: name, step: [0, 1], train: { loss: [1, 2] } },
          { run: 'b', step: [0, 1], train: { loss: [1, 2] } },
        ],
        { title: `${name}\nand ${name}` },
      );
      const shown = [named, runs].map((option) =>
        texts(renderSvg(option)).map((text) => text.replace('\u034f', '')),
      );
      for (const all of shown) expect(all).toContain(name);
      expect([Object.keys(Object.prototype), Object.keys(Object), Object.keys({}.toString)]).toEqual([
        [],
        [],
        [],
      ]);
    },
  );

  it('takes its colours from the theme', () => {
    const dark = renderSvg(curve, { theme: 'dark' });
    expect(dark).toContain(`fill="${themes.dark.background}"`);
    expect(dark).toContain(`stroke="${themes.dark.hues.blue}"`);
    expect(dark).not.toContain(themes.light.hues.blue);
    expect(renderSvg(curve, { theme: { ...themes.light, background: '#fafafa' } })).toContain(
      'fill="#fafafa"',
    );
  });

  it('marks a value that stands between two gaps', () => {
    const values = steps.map((_, i) => (i % 2 === 0 ? 1 + i : Number.NaN));
    const circles = parseXml(renderSvg(trainingCurve({ step: steps, train: { loss: values } }))).filter(
      ({ name }) => name === 'circle',
    );
    expect(circles).toHaveLength(30);
  });

  it('draws every hard case', () => {
    const hard = [
      trainingCurve([]),
      trainingCurve({ step: [5], train: { loss: [0.5] } }),
      trainingCurve({ step: [0, 1], train: { loss: [3, 3] } }),
      trainingCurve({ step: [0, 1, 2], train: { loss: [-1e300, 1e300, 1e-300] } }),
      trainingCurve({ step: [0, 1, 2], train: { loss: [1e-300, 1e300, 1] } }, { yScale: 'log' }),
      trainingCurve({ step: [0, 1], train: { loss: [0, 0] } }, { yScale: 'log', xScale: 'log' }),
      trainingCurve({ step: [0, 1], train: { loss: [Number.NaN, Number.NaN] } }),
      scatter({ x: [] }),
      barChart({ labels: [], values: [] }),
      barChart({ labels: ['a', 'b'], values: [-1, 2] }),
      image({ pixels: Array.from({ length: 784 }, (_, i) => i % 256), width: 28, height: 28 }),
    ];
    for (const option of hard) {
      for (const size of [
        { width: 800, height: 450 },
        { width: 160, height: 90 },
        { width: 1, height: 1 },
      ]) {
        const svg = renderSvg(option, size);
        const numbers = parseXml(svg).flatMap(({ attributes }) => Object.values(attributes));
        expect(numbers.filter((value) => /NaN|Infinity|undefined/.test(value))).toEqual([]);
      }
    }
  });

  it('keeps most of the height for the plot however many runs there are', () => {
    const runs = Array.from({ length: 60 }, (_, i) => ({
      run: `a run with a long name, seed ${i}`,
      step: [0, 1],
      train: { loss: [i, i + 1] },
    }));
    const svg = renderSvg(trainingCurve(runs));
    expect(texts(svg)).toContainEqual(expect.stringMatching(/^\d+ more not in the legend$/));
    const clip = parseXml(svg).findIndex(({ name }) => name === 'clipPath');
    const height = Number(/l0 ([\d.]+)/.exec(parseXml(svg)[clip + 1]!.attributes.d!)![1]);
    expect(height).toBeGreaterThan(150);
  });

  it('refuses a size that is none', () => {
    expect(() => renderSvg(curve, { width: 0 })).toThrow(
      'renderSvg: expected a size of positive integers, got 0 × 450',
    );
  });
});

describe('numbers of any size', () => {
  const drawn = (values: readonly number[], yScale: 'linear' | 'log') => {
    const svg = renderSvg(
      trainingCurve({ step: values.map((_, i) => i), train: { loss: values } }, { yScale }),
    );
    // Heights alone: labels of another width move the rest.
    return parseXml(svg).flatMap(({ name, attributes }) => (name === 'circle' ? [attributes.cy] : []));
  };

  it('draws losses of 1e-300 to 1e300 where it draws those around 1', () => {
    const losses = [8, 4, 2, 1, 5];
    for (const yScale of ['linear', 'log'] as const) {
      const expected = drawn(losses, yScale);
      expect(expected).toHaveLength(losses.length);
      for (const exponent of [-299, -100, -30, -22, -21, -20, -9, 9, 22, 100, 298]) {
        const values = losses.map((loss) => Number(`${loss}e${exponent}`));
        expect(drawn(values, yScale), `1e${exponent} ${yScale}`).toEqual(expected);
      }
    }
  });

  it('draws any finite numbers without an error', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('linear', 'log'),
        (values, yScale) => {
          const option = trainingCurve(
            { step: values.map((_, i) => i), train: { loss: values } },
            { yScale },
          );
          expect(renderSvg(option)).not.toContain('NaN');
          const cloud = scatter({ x: values, target: values.toReversed() });
          expect(renderSvg(cloud)).not.toContain('NaN');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stretches a field over the whole plot', () => {
    const axis = [0, 0.5, 1];
    const field = decisionBoundary({ x: axis, y: axis, scores: [0, 0, 0, 0, 1, 1, 1, 1, 1] });
    const [image] = parseXml(renderSvg(field, { width: 640, height: 360 })).filter(
      ({ name }) => name === 'image',
    );
    expect(image!.attributes).toMatchObject({ preserveAspectRatio: 'none' });
  });

  it('leaves tilted labels out where they would lie on each other', () => {
    const tilted = (count: number) => {
      const labels = Array.from({ length: count }, (_, i) => `class number ${i}`);
      return parseXml(
        renderSvg(barChart({ labels, values: labels.map(Number) }), { width: 600, height: 400 }),
      ).filter(({ name, attributes }) => name === 'text' && /^matrix\(0\.7/.test(attributes.transform ?? ''))
        .length;
    };
    expect(tilted(20)).toBe(20);
    expect(tilted(40)).toBe(40 / 2);
  });
});
