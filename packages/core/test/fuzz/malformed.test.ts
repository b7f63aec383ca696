import { describe, expect, test } from 'vitest';
import { type Backend, Storage, type View } from '../../src/backend/backend.ts';
import type { KernelCall } from '../../src/backend/kernels.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';
import { type DType, dtypes } from '../../src/dtype.ts';
import { KindlingError } from '../../src/errors.ts';
import { cuda } from '../cuda-kernels/engine.ts';
import { nativeWithExactMemory as native } from '../native/engine.ts';
import { cases } from '../random-calls/compare.ts';
import { type Form, form, type Template, templates } from './good-calls.ts';
import { Draws } from './values.ts';

const sizes = [
  0,
  1,
  2,
  3,
  5,
  100,
  1000,
  -1,
  -3,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 31,
  2 ** 53,
  1e300,
];

/** Puts another number in the place of one. */
const spoil = (draws: Draws, list: number[]): void => {
  if (list.length > 0) list[draws.below(list.length)] = draws.of(sizes);
};

const changes: readonly ((draws: Draws, view: Form) => void)[] = [
  (draws, { shape }) => spoil(draws, shape),
  (draws, { strides }) => spoil(draws, strides),
  (draws, view) => {
    view.offset = draws.of(sizes);
  },
  (draws, view) => {
    view.bytes = draws.below(view.bytes + 1);
  },
  (draws, { shape }) => void shape.push(draws.of(sizes)),
  (draws, { shape, strides }) => {
    shape.push(1 + draws.below(3));
    strides.push(draws.of([0, 1, 4]));
  },
  (_, { shape }) => void shape.pop(),
  (_, { strides }) => void strides.pop(),
  (draws, view) => {
    view.dtype = draws.of([...(Object.keys(dtypes) as DType[]), 'float16' as DType]);
  },
];

/** A call with one to three things about it that are not as they should be. */
function malformed(draws: Draws): Template {
  const all = templates();
  const call = draws.of(all);
  const views = [...call.outputs, ...call.inputs].filter((x) => typeof x === 'object');
  for (let i = 0; i <= draws.below(3); i++) {
    const kind = draws.next();
    const keys = Object.keys(call.attributes);
    if (kind < 0.6) draws.of(changes)(draws, draws.of(views));
    else if (kind < 0.85 && keys.length > 0) {
      call.attributes[draws.of(keys)] = draws.of([
        ...sizes,
        null,
        undefined,
        'add',
        true,
        1n,
        [1],
        [Number.NaN],
      ]);
    } else if (kind < 0.9) call.inputs.splice(draws.below(call.inputs.length + 1), 1);
    else if (kind < 0.95) call.inputs.push(draws.of<Form | number>([3, form([2, 3])]));
    else call.outputs.splice(draws.below(call.outputs.length + 1), 1);
  }
  return call;
}

function made(view: Form | number, backend: Backend): View | number {
  if (typeof view === 'number') return view;
  const storage = new Storage(backend, view.bytes);
  backend.write(storage.handle, 0, new Uint8Array(view.bytes));
  return { storage, dtype: view.dtype, shape: view.shape, strides: view.strides, offset: view.offset };
}

/** The error of a call; undefined where there was none. */
function errorOf(call: Template, backend: Backend, settle: () => void): unknown {
  const { kind, attributes } = call;
  const outputs = call.outputs.map((view) => made(view, backend));
  const inputs = call.inputs.map((view) => made(view, backend));
  try {
    Reflect.apply(backend.execute, backend, [{ kind, outputs, inputs, attributes }]);
    settle();
  } catch (error) {
    return error;
  }
  return undefined;
}

const engines = [
  { name: 'reference', backend: referenceBackend, settle: () => {} },
  ...(native === undefined ? [] : [{ name: 'native', backend: native, settle: () => {} }]),
  ...(cuda === undefined ? [] : [{ name: 'cuda', backend: cuda, settle: () => cuda?.synchronize() }]),
];

describe.each(engines)('$name', ({ backend, settle }) => {
  test('takes one good call of each kind', () => {
    for (const call of templates()) {
      if (!backend.supports(call.kind as KernelCall['kind'])) continue;
      expect(errorOf(call, backend, settle), call.kind).toBeUndefined();
    }
  });

  const count = cases(2000);
  test(`${count} calls that are not as they should be end with an error of this package, or do no harm`, () => {
    let refused = 0;
    for (let i = 0; i < count; i++) {
      const draws = new Draws(Number(process.env.KINDLING_TEST_SEED ?? 0) + i * 7919 + 3);
      const call = malformed(draws);
      if (!backend.supports(call.kind as KernelCall['kind'])) continue;
      const error = errorOf(call, backend, settle);
      if (error === undefined) continue;
      refused++;
      expect(error, `case ${i}: ${call.kind} ${String((error as Error).stack)}`).toBeInstanceOf(
        KindlingError,
      );
    }
    expect(refused).toBeGreaterThan(count * 0.3);
  });

  test.each<readonly [string, Partial<Form>]>([
    ['one element more than its memory', { shape: [7] }],
    ['an offset', { offset: 1 }],
    ['a stride', { strides: [2] }],
    ['a negative stride', { strides: [-1] }],
    ['a fraction', { offset: 0.5 }],
  ])('refuses a view that leaves its memory by %s', (_, change) => {
    const x = { ...form([6]), ...change };
    const attributes = { op: 'exp', parameters: [] };
    const call = { kind: 'unary', outputs: [form([6])], inputs: [x], attributes };
    expect(String(errorOf(call, backend, settle))).toMatch(
      /^KindlingError: unary: expected (operands within their 24 bytes|inputs of the output's shape)/,
    );
  });

  test('refuses memory that was freed', () => {
    const storage = new Storage(backend, 16);
    storage.retain();
    const view: View = { storage, dtype: 'float32', shape: [4], strides: [1], offset: 0 };
    storage.release();
    expect(() => backend.execute({ kind: 'copy', outputs: [view], inputs: [1], attributes: {} })).toThrow(
      'copy: expected operands that have not been disposed, got a disposed one',
    );
  });
});
