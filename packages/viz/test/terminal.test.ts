import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barChart, type ChartOption, image, renderTerminal, scatter, trainingCurve } from '../src/index.ts';
import { displayWidth } from '../src/text/glyph.ts';

const esc = String.fromCharCode(27);
const plain = (text: string) =>
  text
    .split(esc)
    .map((part, i) => (i === 0 ? part : part.replace(/^\[[\d;]*m/, '')))
    .join('');
/** Golden text between two line feeds; the indentation of the source is not part of it. */
const page = ([text]: TemplateStringsArray) => text!.replace(/^\n|\n *$/g, '').replace(/^ {6}/gm, '');

const epochs = trainingCurve(
  {
    epoch: [1, 2, 3, 4],
    train: { loss: [1, 0.5, 0.25, 0.2], accuracy: [0.5, 0.7, 0.8, 0.9] },
    validation: { loss: [1.1, 0.7, 0.5, 0.45], accuracy: [0.4, 0.65, 0.75, 0.8] },
  },
  { title: 'MNIST' },
);
const heights = scatter(
  { x: [10, 30, 70], target: [70, 130, 175], prediction: [95, 110, 150] },
  { xName: '몸무게', xUnit: 'kg', yName: '키', yUnit: 'cm', targetName: '실제', predictionName: '예측' },
);
const scores = barChart(
  { labels: ['고양이', '개', 'bird'], values: [0.125, 0.75, -0.25] },
  { title: 'Scores', xName: 'class', yName: 'logit', highlight: 1 },
);

describe('renderTerminal', () => {
  it('draws a curve with axes, ticks, names and title', () => {
    const option = trainingCurve(
      { step: [0, 5000, 10_000], train: { loss: [0.8, 0.2, 0.1] } },
      { title: 'XOR' },
    );
    expect(renderTerminal(option, { width: 40, height: 12 })).toBe(page`
      XOR
      loss
      1.0 ┤
          │⠒⠤⣀
          │   ⠉⠒⠤⣀
      0.5 ┤       ⠉⠒⠤⣀
          │           ⠉⠒⠤⣀
          │               ⠉⠒⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀⣀⣀⣀⡀
      0.0 ┤                              ⠈⠉⠉⠉⠉
          └┬────────────────┬────────────────┬
           0               5k              10k
                          step
    `);
  });

  it('tells series apart without colour, and shows both axes', () => {
    expect(renderTerminal(epochs, { width: 48, height: 14 })).toBe(page`
      MNIST
      ⠒⠒⠒ train loss   x validation loss
      o train accuracy   + validation accuracy
      loss                                    accuracy
      1.5 ┤                                      ├ 1.0
          │x                            ooooooooo│
      1.0 ┤⠒xxxxxxxx          ooooo++++++++++++++├ 0.8
          │   ⠈⠉⠒⠢⠤xxoooo++++++++++              │
      0.5 ┤     oooo+++++⣀⣀⡀xxxxxxxxxxxxxxxxxxxxx├ 0.6
          │oooo+++++       ⠈⠉⠉⠒⠒⠢⠤⠤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀│
      0.0 ┤++++                                  ├ 0.4
          └┬───────────┬────────────┬───────────┬┘
           1           2            3           4
                           epoch
    `);
  });

  it('draws few points as letters, and Korean names in their width', () => {
    expect(renderTerminal(heights, { width: 40, height: 12 })).toBe(page`
      x 실제   o 예측
      키 (cm)
      200 ┤
          │                        x
      150 ┤                        o
          │          x
      100 ┤   o      o
          │   x
       50 ┤
          └┬────────────────┬────────────────┬
           0               50              100
                       몸무게 (kg)
    `);
  });

  it('leaves a gap where a loss is not finite, and marks a value between two gaps', () => {
    const option = trainingCurve({
      step: [0, 1, 2, 3, 4, 5, 6],
      train: { loss: [3, 2, Number.NaN, 2, Infinity, 1, 1] },
    });
    expect(renderTerminal(option, { width: 40, height: 12 })).toBe(page`
      2 of 7 values not finite (NaN or
      ±Infinity), first at step 2
      loss
      3 ┤⠑⠢⣀
        │   ⠑⠢⣀
      2 ┤      ⠁           ⠛
      1 ┤                              ⢀⣀⣀⣀⣀⣀⣀
        │
      0 ┤
        └┬───────────┬───────────┬───────────┬
         0           2           4           6
                         step
    `);
  });

  it('lays bars down, with their values', () => {
    expect(renderTerminal(scores, { width: 40 })).toBe(page`
      Scores
       class  logit
      고양이 │         █▉ 0.125
          개 │         ████████████▋ 0.75
        bird │    █████ -0.25
    `);
  });

  it('shows that a small value is below zero', () => {
    const small = barChart({ labels: ['a', 'b', 'c'], values: [1, -0.001, 0.001] });
    expect(renderTerminal(small, { width: 30 })).toBe(page`
      a │       █████████████ 1
      b │      █ -0.001
      c │        0.001
    `);
  });

  it('stands bars up where they have no rows to lie in', () => {
    const text = renderTerminal(barChart({ labels: [...'abcdefgh'], values: [1, 2, 3, 4, 5, 6, 7, 8] }), {
      width: 30,
      height: 6,
    });
    expect(text).toBe(page`
      10 ┤                       ⣀⣀⡀
         │                ⢠⣤⣤⢰⣶⣶⡆⣿⣿⡇
       5 ┤       ⣀⣀⡀⣶⣶⣶⣿⣿⣿⢸⣿⣿⢸⣿⣿⡇⣿⣿⡇
       0 ┤⢠⣤⣤⢸⣿⣿⡇⣿⣿⡇⣿⣿⣿⣿⣿⣿⢸⣿⣿⢸⣿⣿⡇⣿⣿⡇
         └─┬───┬──┬──┬──┬──┬──┬───┬─
           a   b  c  d  e  f  g   h
    `);
  });

  it('draws an image in shades', () => {
    const option = image({ pixels: [0, 1, 2, 3, 4, 3, 2, 1, 0], width: 3, height: 3 }, { title: 'label 4' });
    expect(renderTerminal(option)).toBe('label 4\n  ░░▒▒\n▓▓██▓▓\n▒▒░░');
    expect(plain(renderTerminal(option, { color: true }))).toBe('label 4\n▀▀▀\n▀▀▀');
  });

  it('shrinks an image that has no room', () => {
    const pixels = Array.from({ length: 784 }, (_, i) => (i % 28 < 14 ? 0 : 1));
    const lines = renderTerminal(image({ pixels, width: 28, height: 28 }), { width: 80, height: 14 }).split(
      '\n',
    );
    expect(lines).toEqual(Array.from({ length: 14 }, () => ' '.repeat(14) + '█'.repeat(14)));
  });

  it('uses no colour unless asked, and then the same characters where series have no letters', () => {
    const option = trainingCurve({ step: [0, 1], train: { loss: [1, 0] } }, { title: 'a' });
    expect(renderTerminal(option)).not.toContain(esc);
    expect(renderTerminal(option, { color: true })).toContain(`${esc}[38;5;32m`);
    expect(plain(renderTerminal(option, { color: true }))).toBe(renderTerminal(option));
    for (const line of renderTerminal(epochs, { color: true }).split('\n')) {
      expect(line.lastIndexOf(`${esc}[0m`)).toBe(line.lastIndexOf(esc));
    }
  });

  it('lets no name reach the terminal as a command', () => {
    const option = trainingCurve(
      [
        { run: `a${esc}[2J`, step: [0, 1], train: { loss: [1, 0] } },
        { run: 'b\n\r\u202e', step: [0, 1], train: { loss: [0, 1] } },
      ],
      { title: `${esc}]0;title\u0007` },
    );
    expect(renderTerminal(option, { height: 12 })).toMatch(/^[^\p{Cc}\p{Cf}]*$/mu);
    expect(renderTerminal(option, { height: 12 }).split('\n')).toHaveLength(12);
  });

  it('says how many runs its legend has no room for', () => {
    const runs = Array.from({ length: 30 }, (_, i) => ({
      run: `run with seed ${i}`,
      step: [0, 1],
      train: { loss: [i, 0] },
    }));
    expect(renderTerminal(trainingCurve(runs), { width: 60, height: 15 })).toMatch(/… \d+ more$/m);
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 30 });
  const number = fc.oneof(fc.double(), fc.double({ min: -10, max: 10 }));
  const column = fc.array(number, { minLength: 3, maxLength: 3 });
  const charts: fc.Arbitrary<ChartOption> = fc.oneof(
    fc
      .record({
        names: fc.tuple(text, text),
        x: column,
        a: column,
        b: column,
        title: text,
        yScale: fc.constantFrom('linear', 'log'),
      })
      .map(({ names, x, a, b, title, yScale }) =>
        trainingCurve(
          [
            { run: names[0], step: x, train: { loss: a, accuracy: b } },
            { run: names[1], step: x, train: { loss: b }, validation: { loss: a } },
          ],
          { title, yScale, smoothing: 0.5 },
        ),
      ),
    fc
      .record({ x: column, a: column, b: column, name: text })
      .map(({ x, a, b, name }) =>
        scatter({ x, target: a, prediction: b }, { title: name, xName: name, yUnit: name }),
      ),
    fc
      .record({ labels: fc.tuple(text, text, text), values: column, name: text })
      .map(({ name, ...columns }) => barChart(columns, { title: name, xName: name, yName: name })),
    fc
      .record({ pixels: column, title: text })
      .map(({ pixels, title }) => image({ pixels, width: 3, height: 1 }, { title })),
  );

  it('never exceeds the width or the height it was given', () => {
    fc.assert(
      fc.property(
        charts,
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        (option, width, height, color) => {
          const lines = plain(renderTerminal(option, { width, height, color })).split('\n');
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a size that is none', () => {
    expect(() => renderTerminal(epochs, { width: 0 })).toThrow(
      'renderTerminal: expected a size of positive integers, got 0 × 20',
    );
  });
});
