import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkoutRoot, packageRoot } from '../src/package-root.ts';
import { measuredSchema } from '../src/scaling/measure.ts';
import {
  allReduceSeconds,
  computeSeconds,
  fitNetwork,
  grown,
  type Program,
  speedUp,
  stepSeconds,
  worthwhile,
} from '../src/scaling/model.ts';
import { picturesOf, withReport } from '../src/scaling/report.ts';

const network = { name: 'a network', latency: 1e-5, bandwidth: 1e9 };
const program: Program = {
  name: 'a program',
  batch: 64,
  bytes: 1e6,
  compute: [
    [2, 1e-3],
    [16, 8e-3],
    [64, 20e-3],
  ],
};

describe('the time of a sum', () => {
  test('is that of the better way: rounds of the whole, or of parts of it', () => {
    expect(allReduceSeconds(1e6, 1, network)).toBe(0);
    expect(allReduceSeconds(0, 8, network)).toBeCloseTo(3e-5, 12);
    expect(allReduceSeconds(1e6, 2, network)).toBeCloseTo(1e-5 + 1e-3, 12);
    expect(allReduceSeconds(1e9, 8, network)).toBeCloseTo(6e-5 + 1.75, 12);
  });

  test('grows with the bytes and the processes', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (bytes, power) => {
          const here = allReduceSeconds(bytes, 2 ** power, network);
          expect(allReduceSeconds(bytes + 1, 2 ** power, network)).toBeGreaterThan(here);
          expect(allReduceSeconds(bytes, 2 ** (power + 1), network)).toBeGreaterThan(here);
        },
      ),
    ));

  test('gives its network back', () => {
    const measured = [4, 1e3, 1e5, 1e7].map((bytes) => [bytes, allReduceSeconds(bytes, 2, network)] as const);
    const fitted = fitNetwork('fitted', measured);
    expect(fitted.latency / network.latency).toBeCloseTo(1, 9);
    expect(fitted.bandwidth / network.bandwidth).toBeCloseTo(1, 9);
  });
});

describe('the time of a step', () => {
  test('lies on lines between measured batches, and goes on beyond them', () => {
    expect(computeSeconds(program, 16)).toBeCloseTo(8e-3, 12);
    expect(computeSeconds(program, 40)).toBeCloseTo(14e-3, 12);
    expect(computeSeconds(program, 1)).toBeCloseTo(0.5e-3, 12);
    expect(computeSeconds(program, 112)).toBeCloseTo(32e-3, 12);
  });

  test('has its share of the rows and the sum', () => {
    expect(stepSeconds(program, 4, network)).toBeCloseTo(8e-3 + allReduceSeconds(1e6, 4, network), 12);
    expect(stepSeconds(grown(program, 4), 4, network)).toBeCloseTo(
      20e-3 + allReduceSeconds(1e6, 4, network),
      12,
    );
    expect(speedUp(program, 1, network)).toBe(1);
  });

  test('more processes are worth their while until twice as many gain less than was asked', () => {
    const counts = [1, 2, 4, 8, 16, 32, 64];
    const last = worthwhile(program, counts, network);
    expect(speedUp(program, last, network) / speedUp(program, last / 2, network)).toBeGreaterThanOrEqual(1.2);
    expect(speedUp(program, 2 * last, network) / speedUp(program, last, network)).toBeLessThan(1.2);
  });
});

test('docs/scaling.md and its pictures are of what was measured', () => {
  const measured = measuredSchema.parse(
    JSON.parse(readFileSync(join(packageRoot, 'results', 'scaling.json'), 'utf8')),
  );
  const docs = join(checkoutRoot, 'docs');
  const page = readFileSync(join(docs, 'scaling.md'), 'utf8');
  expect(page).toBe(withReport(page, measured));
  for (const { name, svg } of measured.programs.flatMap((each) => picturesOf(each, 'light'))) {
    expect(readFileSync(join(docs, 'images', 'scaling', `${name}.svg`), 'utf8')).toBe(svg);
    expect(page).toContain(`images/scaling/${name}.svg`);
  }
});
