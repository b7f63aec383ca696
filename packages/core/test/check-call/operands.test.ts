import { describe, expect, test } from 'vitest';
import { type Form, form, type Template, templates } from '../fuzz/good-calls.ts';
import { check, isTaken, resize } from './checked.ts';

const pointwise = ['copy', 'unary', 'binary', 'where'];

/** Has no elements in this call, and so neither gaps nor an end. */
const empty = 'recurrenceBackward out 3';

/** One thing that is changed about an operand, and the operands with which it is allowed all the same. */
const changes: readonly {
  readonly name: string;
  readonly apply: (view: Form) => void;
  readonly allowed: readonly string[];
}[] = [
  { name: 'a byte too few', apply: (view) => void view.bytes--, allowed: [empty] },
  { name: 'an offset', apply: (view) => void view.offset++, allowed: [empty] },
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
      ...['out 0', ...[0, 1, 2, 3].map((i) => `in ${i}`)].map(
        (place) => `scaledDotProductAttention ${place}`,
      ),
      ...[...[0, 1, 2].map((i) => `out ${i}`), ...[0, 1, 4, 5, 6, 7].map((i) => `in ${i}`)].map(
        (place) => `scaledDotProductAttentionBackward ${place}`,
      ),
      ...pointwise.flatMap((kind) => [0, 1, 2].flatMap((i) => [`${kind} out ${i}`, `${kind} in ${i}`])),
      'activationBackward out 0',
      'activationBackward in 0',
      'activationBackward in 1',
      'crossEntropyBackward in 2',
      empty,
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
    'conv2d input less',
    'conv2dBackwardWeight output less',
    'scaledDotProductAttention input less',
    'scaledDotProductAttentionBackward input less',
    'layerNorm input less',
    'layerNormBackward input less',
    'layerNormBackward output less',
    'batchNorm input less',
    'batchNorm output less',
    'batchNormBackward input less',
    'batchNormBackward output less',
    'maxPool2d output less',
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
