import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ArgumentError,
  encodeSafetensors,
  FormatError,
  KindlingError,
  load,
  loadSafetensors,
  nn,
  save,
  saveSafetensors,
  Tensor,
  tensor,
} from '../../src/index.ts';
import type { State } from '../../src/internal.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindling-state-'));
  path = join(folder, 'state.safetensors');
});
afterEach(() => rm(folder, { recursive: true }));

/** A state with every tensor in it as its dtype, shape and elements. */
function plain(state: unknown): unknown {
  if (state instanceof Tensor)
    return { dtype: state.dtype, shape: [...state.shape], data: [...state.data()] };
  if (Array.isArray(state)) return state.map(plain);
  if (typeof state !== 'object' || state === null || state instanceof Uint8Array) return state;
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, plain(value)]));
}

test('nested state comes back as it went', async () => {
  const shared = tensor([1, 2]);
  const state = {
    epoch: 3,
    losses: [0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
    best: null,
    done: false,
    name: 'a "name" with \ud800 and \u0000',
    bytes: Uint8Array.of(0, 255),
    model: new nn.Linear(2, 3).stateDict(),
    twice: [shared, shared],
    deep: [[[{ x: tensor([[true]], { dtype: 'bool' }) }]]],
    empty: [{}, []],
  };
  await save(path, state);
  const back = await load<typeof state>(path);
  expect(plain(back)).toEqual(plain(state));
  expect(back.twice[0]).toBe(back.twice[1]);
  expect(Object.is(back.losses[4], -0)).toBe(true);
});

test('names that look alike, or like marks, keep their own values', async () => {
  const state = {
    'a.b': tensor(1),
    a: { b: tensor(2), $tensor: 'a.b', $number: 'NaN' },
    __metadata__: tensor(3),
    $object: [['x', 1]],
    'a.b#2': tensor(4),
    ['__proto__']: tensor(5),
  };
  await save(path, state);
  const back = await load(path);
  expect(plain(back)).toEqual(plain(state));
  expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
});

test('any state comes back', async () => {
  const leaf: fc.Arbitrary<State> = fc.oneof(
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(fc.double(), { maxLength: 4 }).map((data) => tensor(data, { dtype: 'float64' })),
  );
  const { state } = fc.letrec<{ state: State }>((tie) => ({
    state: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('state'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('state'), { maxKeys: 4 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(state, async (value) => {
      await save(path, { value });
      expect(plain(await load(path))).toEqual({ value: plain(value) });
    }),
    { numRuns: 50 },
  );
});

test('other programs find the tensors under their paths', async () => {
  await save(path, {
    optimizer: { state: { 0: { exp_avg: tensor([1, 2]), step: 7 } } },
    model: { weight: tensor([3]) },
  });
  const { tensors } = await loadSafetensors(path);
  expect(Object.keys(tensors)).toEqual(['model.weight', 'optimizer.state.0.exp_avg']);
});

test('other safetensors files are read as their tensors', async () => {
  await saveSafetensors(path, { weight: tensor([1, 2]) });
  expect(plain(await load(path))).toEqual({ weight: { dtype: 'float32', shape: [2], data: [1, 2] } });
});

test('what cannot be written is refused with its path, before there is a file', async () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ a: [1, undefined] }, /save: expected tensors, numbers.*, got undefined at a\.1/],
    [{ f: () => 1 }, /got a function at f/],
    [{ n: 1n }, /got 1n at n/],
    [{ d: new Date(0) }, /got an object at d/],
    [{ m: new Map() }, /got an object at m/],
    [circle, /expected at most 500 levels, got more at self/],
  ];
  for (const [state, message] of wrong) {
    await expect(save(path, state)).rejects.toThrow(ArgumentError);
    await expect(save(path, state)).rejects.toThrow(message);
  }
  await expect(load(path)).rejects.toThrow(KindlingError);
});

test('a damaged structure is named with the file, and runs nothing', async () => {
  const x = tensor([1]);
  const entries = ['1', '"ab"', '[1,2]', '["a"]', '["a",1,2]'].map((entry) => `{"$object":[${entry}]}`);
  for (const text of ['{', '{"$tensor":"y"}', '{"$number":"one"}', '{"$base64":1}', ...entries]) {
    await writeFile(path, encodeSafetensors({ x }, { 'kindling.tree': text }));
    await expect(load(path)).rejects.toThrow(FormatError);
    await expect(load(path)).rejects.toThrow(path);
  }
  await writeFile(
    path,
    encodeSafetensors({ x }, { 'kindling.tree': `${'['.repeat(5000)}${']'.repeat(5000)}` }),
  );
  await expect(load(path)).rejects.toThrow(/state/);
  expect((await readFile(path)).length).toBeGreaterThan(0);
});

test('flat files and JSON say what takes nested state', async () => {
  const nested = { state: { 0: tensor([1]) } };
  const call = (): Promise<void> => Reflect.apply(saveSafetensors, undefined, [path, nested]);
  await expect(call()).rejects.toThrow(ArgumentError);
  await expect(call()).rejects.toThrow(
    'expected a tensor for "state", got an object; save takes nested state',
  );
  expect(() => JSON.stringify({ grad: tensor([1, 2]) })).toThrow(
    'JSON: expected plain data, got a tensor of shape [2]; use toArray() for its elements, or save() for a file',
  );
});
