import { describe, expect, test } from 'vitest';
import { allowed } from './golden/allowance.ts';
import { devices, possible } from './golden/call.ts';
import { readFixture } from './golden/fixture.ts';
import { checkInit, checkLayer, type InitCase, type LayerCase } from './golden/layer.ts';
import { checkOperation, type OperationCase } from './golden/operation.ts';
import { checkProgram, type ProgramCase } from './golden/program.ts';
import { checkRecurrent, type RecurrentCase } from './golden/recurrent.ts';

/** PyTorch 2.15's results, written by `python -m golden` in tools/. */
const read = <T>(name: string): T[] =>
  readFixture<{ cases: T[] }>(new URL(`fixtures/golden/${name}.json`, import.meta.url)).cases;

const operations = [
  'pointwise',
  'binary',
  'promotion',
  'reductions',
  'matmul',
  'normalization',
  'attention',
  'shapes',
  'storage',
  'indexing',
  'edges',
  'losses',
  'margins',
  'forms',
  'functional',
  'convolution',
  'composed',
  'places',
  'pool',
].map((name) => ({ name, cases: read<OperationCase>(name) }));
/** The cases of a suite that a device can compute, by name, with what its engine is allowed. */
const named = <T extends { readonly name: string }>(cases: readonly T[], device: string, suite: string) =>
  possible(cases, device, suite).map((entry) => [entry.name, allowed(entry, device)] as const);
const programs = ['autograd', 'edge-programs'].flatMap((name) => read<ProgramCase>(name));
const initializers = read<InitCase>('init');
const recurrent = read<RecurrentCase>('recurrent');
const layers = ['layers', 'form-layers', 'convolution-layers', 'attention-layers', 'pool-layers'].flatMap(
  (name) => read<LayerCase>(name),
);

test('the golden suite keeps its size', () => {
  const files = [...operations.map(({ cases }) => cases), programs, initializers, layers, recurrent];
  expect(files.reduce((sum, cases) => sum + cases.length, 0)).toBeGreaterThanOrEqual(1500);
});

describe.each(devices)('on %s', (device) => {
  describe.each(operations)('$name', ({ name, cases }) => {
    test.each(named(cases, device, name))('%s', (_, entry) => checkOperation(entry, device));
  });
  describe('autograd', () => {
    test.each(named(programs, device, 'autograd'))('%s', (_, entry) => checkProgram(entry, device));
  });
  describe('init', () => {
    test.each(named(initializers, device, 'init'))('%s', (_, entry) => checkInit(entry, device));
  });
  describe('layers', () => {
    test.each(named(layers, device, 'layers'))('%s', (_, entry) => checkLayer(entry, device));
  });
  describe('recurrent', () => {
    test.each(named(recurrent, device, 'recurrent'))('%s', (_, entry) => checkRecurrent(entry, device));
  });
});
