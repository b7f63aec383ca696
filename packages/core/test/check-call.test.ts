import { describe, expect, test } from 'vitest';
import { checkCall } from '../src/backend/check-call.ts';
import { assertInside } from '../src/backend/check-view.ts';
import { MAX_TENSORS } from '../src/backend/kernels.ts';
import type { BufferView, LoweredCall } from '../src/backend/lowered-call.ts';
import { type DType, dtypes } from '../src/dtype.ts';
import { KindlingError } from '../src/errors.ts';
import { contiguousStrides, numel } from '../src/shape.ts';
import { type Form, form, type Template, templates } from './fuzz/good-calls.ts';

const placed = (view: Form | number): BufferView | number =>
  typeof view === 'number' ? view : { ...view, storage: { handle: {}, byteLength: view.bytes } };

const check = ({ kind, outputs, inputs, attributes }: Template): void =>
  checkCall({
    kind,
    outputs: outputs.map(placed),
    inputs: inputs.map(placed),
    attributes,
  } as unknown as LoweredCall);

function isTaken(call: Template): boolean {
  try {
    check(call);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(KindlingError);
    expect(String(error)).toMatch(new RegExp(`^KindlingError: ${call.kind}: expected .+, got `));
    return false;
  }
}

const resize = (view: Form, shape: number[], dtype: DType = view.dtype): void =>
  void Object.assign(view, {
    shape,
    dtype,
    strides: contiguousStrides(shape),
    bytes: numel(shape) * dtypes[dtype].bytes,
  });

const pointwise = ['copy', 'unary', 'binary', 'where'];

/** One thing that is changed about an operand, and the operands with which it is allowed all the same. */
const changes: readonly {
  readonly name: string;
  readonly apply: (view: Form) => void;
  readonly allowed: readonly string[];
}[] = [
  { name: 'a byte too few', apply: (view) => void view.bytes--, allowed: [] },
  { name: 'an offset', apply: (view) => void view.offset++, allowed: [] },
  { name: 'an offset before its memory', apply: (view) => void view.offset--, allowed: [] },
  {
    name: 'a fraction as offset',
    apply: (view) => {
      view.offset = 0.5;
      view.bytes += 8;
    },
    allowed: [],
  },
  {
    name: 'a stride too few or too many',
    apply: ({ strides }) => void (strides.length === 0 ? strides.push(1) : strides.pop()),
    allowed: [],
  },
  {
    name: 'an element more in its last axis',
    apply: (view) => resize(view, [...view.shape.slice(0, -1), (view.shape.at(-1) ?? 1) + 1]),
    allowed: ['assertRange in 0'],
  },
  {
    name: 'a size less than none',
    apply: ({ shape }) => void shape.splice(0, 1, -1),
    allowed: [],
  },
  {
    name: 'half a size',
    apply: (view) => {
      view.shape[view.shape.length === 0 ? 0 : view.shape.length - 1] = 1.5;
    },
    allowed: [],
  },
  {
    name: 'gaps between elements',
    apply: (view) => {
      if (view.shape.length === 0) resize(view, [2]);
      view.strides = view.strides.map((stride) => 2 * stride);
      view.bytes *= 2;
    },
    allowed: [
      ...pointwise.flatMap((kind) => [0, 1, 2].flatMap((i) => [`${kind} out ${i}`, `${kind} in ${i}`])),
      'activationBackward out 0',
      'activationBackward in 0',
      'activationBackward in 1',
      'crossEntropyBackward in 2',
      // One number has no neighbours.
      'sgdStep in 0',
      'rmspropStep in 0',
      'adagradStep in 0',
    ],
  },
  {
    name: 'another dtype',
    apply: (view) => resize(view, view.shape, view.dtype === 'float64' ? 'float32' : 'float64'),
    allowed: [
      ...pointwise.flatMap((kind) => [0, 1, 2].flatMap((i) => [`${kind} out ${i}`, `${kind} in ${i}`])),
      'argReduce in 0',
      'argsort in 0',
      'assertRange in 0',
    ],
  },
  {
    name: 'integers',
    apply: (view) => resize(view, view.shape, view.dtype === 'int32' ? 'uint8' : 'int32'),
    allowed: [
      ...pointwise.flatMap((kind) => [0, 1, 2].flatMap((i) => [`${kind} out ${i}`, `${kind} in ${i}`])),
      'argReduce in 0',
      'argsort in 0',
      'assertRange in 0',
      'crossEntropy in 1',
      'crossEntropyBackward in 1',
    ],
  },
  {
    name: 'a dtype that there is none of',
    apply: (view) => void Object.assign(view, { dtype: 'float16' }),
    allowed: [],
  },
];

describe.each(changes)('an operand with $name', ({ apply, allowed }) => {
  test('is refused in each kind, unless it is allowed', () => {
    const taken = new Set<string>();
    for (const [n, { kind, outputs, inputs }] of templates().entries()) {
      for (const [side, list] of [
        ['out', outputs],
        ['in', inputs],
      ] as const) {
        for (const i of list.keys()) {
          const call = templates()[n]!;
          const view = (side === 'out' ? call.outputs : call.inputs)[i]!;
          if (typeof view === 'number') continue;
          apply(view);
          if (isTaken(call)) taken.add(`${kind} ${side} ${i}`);
        }
      }
    }
    const allowedHere = [...taken].filter((name) => !allowed.includes(name));
    expect(allowedHere).toEqual([]);
  });
});

test('good calls are taken', () => {
  for (const call of templates()) check(call);
});

test('an operand too few or too many is refused, unless it may be left out', () => {
  const taken: string[] = [];
  for (const n of templates().keys()) {
    const call = (change: (call: Template) => void): Template => {
      const made = templates()[n]!;
      change(made);
      return made;
    };
    const { kind } = templates()[n]!;
    if (isTaken(call(({ inputs }) => void inputs.push(form([1]))))) taken.push(`${kind} input more`);
    if (isTaken(call(({ outputs }) => void outputs.push(form([1]))))) taken.push(`${kind} output more`);
    if (isTaken(call(({ inputs }) => void inputs.pop()))) taken.push(`${kind} input less`);
    if (kind === 'assertRange') continue;
    if (isTaken(call(({ outputs }) => void outputs.pop()))) taken.push(`${kind} output less`);
  }
  expect(taken).toEqual([
    'matmul input less',
    'layerNorm input less',
    'layerNormBackward input less',
    'layerNormBackward output less',
  ]);
});

test('a number is an operand of pointwise kinds alone', () => {
  const taken = new Set<string>();
  for (const [n, { kind, inputs }] of templates().entries()) {
    for (const i of inputs.keys()) {
      const call = templates()[n]!;
      call.inputs[i] = 2;
      if (isTaken(call)) taken.add(`${kind} ${i}`);
    }
  }
  expect([...taken]).toEqual(['copy 0', 'unary 0', 'binary 0', 'binary 1', 'where 1', 'where 2']);
});

describe('attributes', () => {
  const sizes = ['outer', 'length', 'inner', 'count', 'rows', 'classes', 'batch', 'm', 'n', 'k'];

  test('of another type are refused', () => {
    for (const [n, { attributes }] of templates().entries()) {
      for (const name of Object.keys(attributes)) {
        const wrongs = [null, undefined, typeof attributes[name] === 'string' ? 3 : 'x'];
        for (const wrong of name === 'parameters' ? [...wrongs, ['x']] : wrongs) {
          const call = templates()[n]!;
          call.attributes[name] = wrong;
          expect(isTaken(call), `${call.kind} ${name} ${wrong}`).toBe(false);
        }
      }
    }
  });

  test('that are sizes are whole, and those of the operands', () => {
    for (const [n, { attributes }] of templates().entries()) {
      for (const name of Object.keys(attributes).filter((key) => sizes.includes(key))) {
        const size = Number(attributes[name]);
        for (const wrong of [size + 1, size - 1, size + 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
          const call = templates()[n]!;
          call.attributes[name] = wrong;
          expect(isTaken(call), `${call.kind} ${name} ${wrong}`).toBe(false);
        }
      }
    }
  });

  test('that name an operation name one of the kind', () => {
    const taken = (kind: string, op: string): boolean => {
      const call = templates().find((template) => template.kind === kind)!;
      call.attributes.op = op;
      return isTaken(call);
    };
    expect(taken('unary', 'erf')).toBe(true);
    expect(taken('unary', 'add')).toBe(false);
    for (const op of ['add', 'lt', 'logicalAnd']) expect(taken('binary', op)).toBe(true);
    expect(taken('binary', 'exp')).toBe(false);
    for (const op of ['tanh', 'softplus']) expect(taken('activationBackward', op)).toBe(true);
    expect(taken('activationBackward', 'exp')).toBe(false);
    for (const op of ['min', 'max']) expect(taken('argReduce', op)).toBe(true);
    expect(taken('argReduce', 'sum')).toBe(false);
    for (const op of ['sum', 'prod', 'max', 'min']) expect(taken('reduce', op)).toBe(true);
    expect(taken('reduce', 'mean')).toBe(false);
    // They write bools.
    for (const op of ['any', 'all']) {
      expect(taken('reduce', op)).toBe(false);
      const call = templates().find(({ kind }) => kind === 'reduce')!;
      call.attributes.op = op;
      resize(call.outputs[0]!, call.outputs[0]!.shape, 'bool');
      expect(isTaken(call)).toBe(true);
    }
  });
});

describe('no elements', () => {
  const empty = (kind: string, attributes: object, ...shapes: readonly number[][]): Template => {
    const call = templates().find((template) => template.kind === kind)!;
    Object.assign(call.attributes, attributes);
    for (const [i, view] of [...call.outputs, ...call.inputs].entries()) resize(view as Form, shapes[i]!);
    return call;
  };

  test('are fine beside an axis, but not along one that is reduced', () => {
    expect(isTaken(empty('reduce', { outer: 0 }, [0, 2], [0, 3, 2]))).toBe(true);
    expect(isTaken(empty('reduce', { inner: 0 }, [2, 0], [2, 3, 0]))).toBe(true);
    expect(isTaken(empty('reduce', { length: 0 }, [2, 2], [2, 0, 2]))).toBe(false);
    expect(isTaken(empty('argReduce', { length: 0 }, [2, 2], [2, 0, 2]))).toBe(false);
    expect(isTaken(empty('softmax', { length: 0 }, [2, 0, 2], [2, 0, 2]))).toBe(false);
    for (const kind of ['cumsum', 'argsort'])
      expect(isTaken(empty(kind, { length: 0 }, [2, 0, 2], [2, 0, 2]))).toBe(true);
    expect(isTaken(empty('indexSelect', { count: 0 }, [2, 0, 2], [2, 3, 2], [0]))).toBe(true);
    expect(isTaken(empty('gather', { length: 0 }, [2, 4, 2], [2, 0, 2], [2, 4, 2]))).toBe(true);
    expect(isTaken(empty('mse', {}, [], [0], [0]))).toBe(true);
    expect(isTaken(empty('layerNorm', { rows: 0 }, [0, 3], [0], [0], [0, 3], [3], [3]))).toBe(true);
    expect(isTaken(empty('layerNorm', { length: 0 }, [4, 0], [4], [4], [4, 0], [0], [0]))).toBe(false);
    expect(isTaken(empty('crossEntropy', { rows: 0 }, [0], [0, 3], [], [0, 3], [0]))).toBe(true);
    expect(isTaken(empty('crossEntropy', { classes: 0 }, [4], [4, 0], [], [4, 0], [4]))).toBe(false);
  });

  test('in a product are fine but for the axis that is summed', () => {
    const product = (sizes: { batch?: number; m?: number; n?: number; k?: number }): Template => {
      const { batch = 2, m = 3, n = 5, k = 4 } = sizes;
      return empty('matmul', sizes, [batch, m, n], [batch, m, k], [batch, k, n], [n]);
    };
    for (const sizes of [{ batch: 0 }, { m: 0 }, { n: 0 }]) expect(isTaken(product(sizes))).toBe(true);
    expect(isTaken(product({ k: 0 }))).toBe(false);
  });
});

describe('layouts', () => {
  const unary = (out: Partial<Form>, x: Partial<Form>): Template => ({
    kind: 'unary',
    outputs: [{ ...form([2, 3]), ...out }],
    inputs: [{ ...form([2, 3]), ...x }],
    attributes: { op: 'exp', parameters: [] },
  });

  test('backwards, broadcast and apart, as long as all lies in the memory', () => {
    expect(isTaken(unary({}, { strides: [-3, -1], offset: 5 }))).toBe(true);
    expect(isTaken(unary({}, { strides: [-3, -1], offset: 4 }))).toBe(false);
    expect(isTaken(unary({}, { strides: [-3, 1], offset: 3 }))).toBe(true);
    expect(isTaken(unary({}, { strides: [-3, 1], offset: 4 }))).toBe(false);
    expect(isTaken(unary({}, { strides: [0, 0], bytes: 4 }))).toBe(true);
    expect(isTaken(unary({}, { strides: [0, 1], bytes: 12 }))).toBe(true);
    expect(isTaken(unary({}, { strides: [0, 1], bytes: 11 }))).toBe(false);
    expect(isTaken(unary({}, { strides: [1, 2] }))).toBe(true);
    expect(isTaken(unary({}, { strides: [0.5, 1] }))).toBe(false);
  });

  test('of an output have memory for each element', () => {
    expect(isTaken(unary({ strides: [0, 1] }, {}))).toBe(false);
    expect(isTaken(unary({ strides: [3, 0] }, {}))).toBe(false);
    const single = { shape: [1, 3], strides: [0, 1] };
    expect(isTaken(unary(single, single))).toBe(true);
  });

  test('without gaps have any stride along an axis of one', () => {
    const call = templates().find(({ kind }) => kind === 'mse')!;
    for (const view of call.inputs as Form[]) Object.assign(view, { shape: [1, 5, 1], strides: [9, 1, 7] });
    expect(isTaken(call)).toBe(true);
  });

  test('of a product are free but for neighbours in a row', () => {
    const product = (strides: number[], bytes = 4 * 200): boolean => {
      const call = templates().find(({ kind }) => kind === 'matmul')!;
      Object.assign(call.inputs[0]!, { strides, bytes });
      return isTaken(call);
    };
    expect(product([100, 10, 1])).toBe(true);
    expect(product([0, 4, 1])).toBe(true);
    expect(product([12, 4, 2])).toBe(false);
    expect(product([100, 10, 1], 4 * 100)).toBe(false);
  });

  test('of a gradient of losses are free', () => {
    const call = templates().find(({ kind }) => kind === 'crossEntropyBackward')!;
    Object.assign(call.inputs[2]!, { strides: [0], bytes: 4 });
    expect(isTaken(call)).toBe(true);
    Object.assign(call.inputs[2]!, { shape: [4, 1], strides: [0, 0] });
    expect(isTaken(call)).toBe(false);
  });
});

describe('steps of optimizers', () => {
  const steps = (kind: string, count: number, kept: number, varying: number, attributes: object): boolean =>
    isTaken({
      kind,
      outputs: Array.from({ length: count * (1 + kept) }, () => form([3])),
      inputs: [form([varying]), ...Array.from({ length: count }, () => form([3]))],
      attributes: {
        ...templates().find((template) => template.kind === kind)!.attributes,
        count,
        ...attributes,
      },
    });

  test('take one parameter to as many as a call holds', () => {
    for (const [count, taken] of [
      [0, false],
      [1, true],
      [MAX_TENSORS, true],
      [MAX_TENSORS + 1, false],
    ] as const) {
      expect(steps('adagradStep', count, 1, 1, {})).toBe(taken);
    }
  });

  test('keep what their options ask for', () => {
    const kept = (kind: string, varying: number, attributes: object): number[] =>
      [0, 1, 2, 3, 4].filter((each) => steps(kind, 2, each, varying, attributes));
    expect(kept('sgdStep', 1, { momentum: 0 })).toEqual([0]);
    expect(kept('sgdStep', 1, { momentum: 0.9 })).toEqual([1]);
    expect(kept('adamStep', 3, { amsgrad: false })).toEqual([2]);
    expect(kept('adamStep', 3, { amsgrad: true })).toEqual([3]);
    expect(kept('rmspropStep', 1, { momentum: 0, centered: false })).toEqual([1]);
    expect(kept('rmspropStep', 1, { momentum: 0.5, centered: false })).toEqual([2]);
    expect(kept('rmspropStep', 1, { momentum: 0, centered: true })).toEqual([2]);
    expect(kept('rmspropStep', 1, { momentum: 0.5, centered: true })).toEqual([3]);
    expect(kept('adagradStep', 1, {})).toEqual([1]);
    expect(kept('adamStep', 1, {})).toEqual([]);
  });
});

test('an axis of more elements than an int32 has positions for', () => {
  for (const [kind, attributes] of [
    ['argReduce', { op: 'max' }],
    ['argsort', { descending: false }],
  ] as const) {
    const call = (length: number): Template => {
      const along = { ...form([0, length, 1]), bytes: 0 };
      const out = kind === 'argReduce' ? form([0, 1], 'int32') : { ...along, dtype: 'int32' as const };
      const inputs = [{ ...along, dtype: 'uint8' as const }];
      return { kind, outputs: [out], inputs, attributes: { ...attributes, outer: 0, length, inner: 1 } };
    };
    expect(isTaken(call(2 ** 31))).toBe(true);
    expect(isTaken(call(2 ** 31 + 1))).toBe(false);
  }
});

test('a kind that there is none of, and memory that is gone', () => {
  expect(isTaken({ kind: 'conv', outputs: [], inputs: [], attributes: {} })).toBe(false);
  const view: BufferView = {
    storage: { handle: undefined },
    dtype: 'float32',
    shape: [1],
    strides: [1],
    offset: 0,
  };
  const copy = (out: BufferView): void =>
    checkCall({ kind: 'copy', outputs: [out], inputs: [1], attributes: {} });
  expect(() => copy(view)).toThrow('expected operands that have not been disposed, got a disposed one');
  // Without a length, the memory is as long as the engine made it.
  copy({ ...view, storage: { handle: {} }, offset: 1e9 });
});

test('bytes that the host copies lie in a block', () => {
  const block = { capacity: 8 };
  for (const [offset, length] of [
    [0, 8],
    [8, 0],
    [4, 4],
  ] as const) {
    assertInside('write', block, offset, length);
  }
  for (const [offset, length] of [
    [0, 9],
    [-1, 4],
    [5, 4],
  ] as const) {
    expect(() => assertInside('write', block, offset, length)).toThrow(
      `write: expected bytes within the memory's 8, got ${length} from ${offset} on`,
    );
  }
  expect(() => assertInside('read', undefined, 0, 0)).toThrow("within the memory's 0, got 0 from 0 on");
});
