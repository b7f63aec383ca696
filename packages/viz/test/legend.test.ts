import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionBoundary, renderTerminal, trainingCurves } from '../src/index.ts';

describe('legend of a terminal that is cut off', () => {
  it('counts the names that it leaves out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 24 }),
        fc.integer({ min: 16, max: 90 }),
        fc.integer({ min: 5, max: 16 }),
        (count, width, height) => {
          const runs = Array.from({ length: count }, (_, i) => ({
            run: `run-${i}-${'x'.repeat(i % 5)}`,
            step: [0, 1],
            train: { loss: [i, 1] },
          }));
          const text = renderTerminal(trainingCurves(runs, { best: false }), { width, height });
          const shown = runs.filter(({ run }) => new RegExp(`${run}(?= |$)`, 'm').test(text)).length;
          const missing = Number(/… (\d+) more/.exec(text)?.[1] ?? 0);
          expect(shown + missing).toBe(count);
        },
      ),
    );
  });

  it('does not count the steps of a key of colours', () => {
    const chart = decisionBoundary(
      { x: [0, 1], y: [0, 1], scores: [0, 1, 1, 0], samples: { x: [0, 1], y: [0, 0], label: [0, 1] } },
      { classes: ['the first class', 'the second class'] },
    );
    expect(renderTerminal(chart, { width: 24, height: 10 })).toContain('score 0 ░░░▒▒▒▓▓▓███ 1');
    expect(renderTerminal(chart, { width: 24, height: 5 })).toContain('… 2 more');
  });
});
