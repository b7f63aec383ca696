// Every kernel kind against the reference engine, on random shapes, layouts and dtypes; and the cases of PyTorch.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as engines from '../../dist/internal-engines.js';
import { Draws, difference, kinds, randomCall, run } from './random-call.mjs';

const cases = Number(process.env.KINDLING_TEST_CASES ?? 300);
const { backendFor, referenceBackend, Storage } = engines;
const cuda = backendFor('cuda');

for (const kind of kinds) {
  test(`${kind}: ${cases} random calls give what the reference gives`, () => {
    for (let seed = 1; seed <= cases; seed++) {
      const call = randomCall(kind, new Draws(seed * 7919), engines);
      const problem = difference(call, run(call, cuda, Storage), run(call, referenceBackend, Storage));
      assert.equal(problem, undefined, `seed ${seed}: ${problem}`);
    }
  });
}

test('a bad index is refused with the words of the reference', () => {
  for (const kind of ['indexSelect', 'indexAdd', 'gather', 'scatterAdd']) {
    const said = [cuda, referenceBackend].map((backend) => {
      const data = { dtype: 'float32', shape: [4], strides: [1], offset: 0, memory: new Float32Array(4) };
      const index = { ...data, dtype: 'int32', memory: Int32Array.of(0, 3, 7, 1) };
      const attributes = { outer: 1, length: 4, inner: 1, count: 4, name: 'pick' };
      try {
        run({ kind, out: data, inputs: [data, index], attributes }, backend, Storage);
      } catch (error) {
        return String(error);
      }
      return 'no error';
    });
    assert.equal(said[0], said[1]);
    assert.equal(said[0], 'ShapeError: pick: expected indices in [0, 3], got 7');
  }
});

const golden = [
  'pointwise',
  'binary',
  'promotion',
  'reductions',
  'matmul',
  'normalization',
  'shapes',
  'storage',
];
const readCases = (name) =>
  JSON.parse(readFileSync(new URL(`../fixtures/golden/${name}.json`, import.meta.url), 'utf8')).cases;
const stripsTypes = Boolean(process.features.typescript);

for (const [file, names, check] of [
  ['operation', [...golden, 'indexing'], 'checkOperation'],
  ['program', ['autograd'], 'checkProgram'],
  ['layer', ['layers'], 'checkLayer'],
]) {
  const skip = stripsTypes
    ? false
    : `Node ${process.version} does not run TypeScript, in which these checks are written`;
  for (const name of names) {
    test(`PyTorch's results: ${name}`, { skip }, async () => {
      const checks = await import(`../golden/${file}.ts`);
      const failures = readCases(name).flatMap((entry) => {
        try {
          checks[check](entry, 'cuda');
          return [];
        } catch (error) {
          return [`${entry.name}: ${error.message}`];
        }
      });
      assert.equal(failures.length, 0, `${failures.length} failed:\n${failures.slice(0, 20).join('\n')}`);
    });
  }
}
