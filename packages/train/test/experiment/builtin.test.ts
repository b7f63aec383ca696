import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtinNames, isBuiltinName } from '../../src/experiment/builtin.ts';
import { experimentJsonSchema } from '../../src/experiment/experiment-json-schema.ts';
import { loadExperiment, readExperimentSource } from '../../src/experiment/load-experiment.ts';
import { variantNames } from '../../src/experiment/variant.ts';

const folder = new URL('../../../../experiments/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

/** The module that carries the files into installed packages, where there is no folder to read them from. */
function builtinModule(): string {
  const texts = files.map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const name = file.replace('.json', '');
    return `  ${name.includes('-') ? `'${name}'` : name}: \`${text.replace(/[`\\]|\$\{/g, '\\$&')}\`,\n`;
  });
  return `/*
 * The files of the folder experiments/, word for word. Written by test/experiment/builtin.test.ts under \`vitest run -u\`; do
 * not edit.
 */
export const builtinTexts = {
${texts.join('')}} as const;

export type BuiltinName = keyof typeof builtinTexts;

export const isBuiltinName = (name: string): name is BuiltinName => Object.hasOwn(builtinTexts, name);

/** The experiments that come with Kindling. */
export const builtinNames: readonly BuiltinName[] = Object.keys(builtinTexts).filter(isBuiltinName);
`;
}

test('the built-in experiments are the files of experiments/', async () => {
  await expect(builtinModule()).toMatchFileSnapshot('../../src/experiment/builtin.ts');
});

test('the shipped JSON Schema is the one of the code', async () => {
  const text = `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../experiment.schema.json');
});

test('the names are those of the tutorials and the chapters after them', () => {
  expect([...builtinNames].sort()).toEqual([
    'attention',
    'dcgan-mnist',
    'diabetes',
    'diabetes-deep',
    'digits',
    'gan-1010',
    'gan-mnist',
    'gru',
    'hihello',
    'lstm',
    'mnist',
    'mnist-cnn',
    'mnist-lenet',
    'mnist-resnet',
    'mnist-single',
    'sentence',
    'weight-height',
    'weight-height-numpy',
    'xor',
    'xor-wide-deep',
  ]);
  expect(isBuiltinName('toString')).toBe(false);
});

describe.each(files.map((file) => file.replace('.json', '')))('%s', (name) => {
  test('is a valid experiment of that name', async () => {
    expect((await loadExperiment(name)).name).toBe(name);
  });

  test('has valid variants only', async () => {
    for (const variant of variantNames((await readExperimentSource(name)).document)) {
      expect((await loadExperiment(name, { variant })).name).toBe(`${name}-${variant}`);
    }
  });
});
