import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError, profileCsvText } from '@kindling/data';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { draftExperiment } from '../../src/experiment/draft-experiment.ts';
import { parseExperiment } from '../../src/experiment/parse-experiment.ts';
import { ExperimentError } from '../../src/experiment/problem.ts';
import { buildTraining } from '../../src/experiment/training.ts';

const folder = mkdtempSync(join(tmpdir(), 'kindling-draft-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a column holds, row by row. */
const column = fc.oneof(
  fc.constantFrom(1, 50, 1e4, 1e-3).map((size) => (i: number) => (size * Math.sin(i * 1.7)).toFixed(6)),
  fc.integer({ min: 2, max: 30 }).map((classes) => (i: number) => String((i * 7) % classes)),
  fc.integer({ min: 2, max: 30 }).map((classes) => (i: number) => `word ${(i * 5) % classes}`),
  fc.constant((i: number) => String(i)),
  fc.constant(() => 'same'),
  fc.constantFrom(3, 7, 40).map((every) => (i: number) => (i % every === 0 ? 'NA' : Math.cos(i).toFixed(4))),
  fc.constantFrom(9, 31).map((at) => (i: number) => (i === at ? 'odd' : String(i % 5))),
);

const table = fc.record({
  rows: fc.constantFrom(2, 3, 17, 49, 50, 51, 65, 81, 82, 129, 300),
  columns: fc.array(column, { minLength: 2, maxLength: 5 }),
  target: fc.nat({ max: 4 }),
  delimiter: fc.constantFrom(',', ';'),
});

test('whatever columns a file has, what is drafted for it trains, or says what is wrong with the data', async () => {
  let trained = 0;
  await fc.assert(
    fc.asyncProperty(table, async ({ rows, columns, target, delimiter }) => {
      const names = columns.map((_, j) => `c${j}`);
      const lines = Array.from({ length: rows }, (_, i) => columns.map((of) => of(i)).join(delimiter));
      const text = [names.join(delimiter), ...lines].join('\n');
      const path = join(folder, 'table.csv');
      writeFileSync(path, text);
      let experiment: ReturnType<typeof parseExperiment>;
      try {
        const { document } = draftExperiment(profileCsvText(text, path), {
          name: 'table',
          path,
          target: names[target % names.length],
          epochs: 2,
        });
        experiment = parseExperiment({ ...document, device: 'cpu' });
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        expect(error).not.toBeInstanceOf(ExperimentError);
        return;
      }
      const { trainer, batches, trainEvaluation, validation } = await buildTraining(experiment);
      const status = await trainer.fit(batches, { epochs: 2, trainEvaluation, validation });
      expect(status).toBe('completed');
      trained++;
    }),
    { numRuns: 450, seed: 99 },
  );
  expect(trained).toBeGreaterThan(200);
});
