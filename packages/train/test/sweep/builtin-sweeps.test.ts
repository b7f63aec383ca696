import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadExperiment } from '../../src/experiment/load-experiment.ts';
import { builtinSweepNames, isBuiltinSweepName } from '../../src/sweep/builtin-sweeps.ts';
import { loadSweep } from '../../src/sweep/load-sweep.ts';
import { sweepJsonSchema } from '../../src/sweep/sweep-json-schema.ts';

const folder = new URL('../../../../experiments/sweeps/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

/** The module that carries the files into installed packages, where there is no folder to read them from. */
function builtinModule(): string {
  const texts = files.map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return `  '${file.replace('.json', '')}': \`${text.replace(/[`\\]|\$\{/g, '\\$&')}\`,\n`;
  });
  return `/*
 * The files of the folder experiments/sweeps/, word for word. Written by test/sweep/builtin-sweeps.test.ts under \`vitest run -u\`;
 * do not edit.
 */
export const builtinSweepTexts = {
${texts.join('')}} as const;

export type BuiltinSweepName = keyof typeof builtinSweepTexts;

export const isBuiltinSweepName = (name: string): name is BuiltinSweepName =>
  Object.hasOwn(builtinSweepTexts, name);

/** The sweeps that come with Kindling. */
export const builtinSweepNames: readonly BuiltinSweepName[] =
  Object.keys(builtinSweepTexts).filter(isBuiltinSweepName);
`;
}

test('the built-in sweeps are the files of experiments/sweeps/', async () => {
  await expect(builtinModule()).toMatchFileSnapshot('../../src/sweep/builtin-sweeps.ts');
});

test('the shipped JSON Schema is the one of the code', async () => {
  const text = `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../sweep.schema.json');
});

test('the homework crosses width, activation and depth', async () => {
  expect(builtinSweepNames).toEqual(['diabetes-homework']);
  expect(isBuiltinSweepName('toString')).toBe(false);
  const { name, trials, monitor } = await loadSweep('diabetes-homework');
  expect([name, trials.length, monitor]).toEqual(['diabetes-homework', 18, 'train.loss']);
  expect(trials[0]!.settings).toEqual({ width: 4, activation: 'sigmoid', depth: 3 });
  const layers = trials.map(
    ({ experiment }) => experiment.model.filter(({ type }) => type === 'linear').length,
  );
  expect(layers.slice(0, 6)).toEqual([3, 6, 10, 3, 6, 10]);
  const { experiment } = trials.at(-1)!;
  expect(experiment.model.slice(0, 2)).toMatchObject([{ type: 'linear', out: 16 }, { type: 'relu' }]);
  expect(experiment.model.slice(-2)).toMatchObject([{ type: 'linear', out: 1 }, { type: 'sigmoid' }]);
});

test('where an experiment is expected, the name of a sweep says what it is', async () => {
  await expect(loadExperiment('diabetes-homework')).rejects.toThrow(
    /got "diabetes-homework", which is a sweep; run kindling sweep diabetes-homework$/,
  );
});
