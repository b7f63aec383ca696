import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { eliminateDeadStores } from '../../src/backend/passes/eliminate-dead-stores.ts';
import { type FuseOptions, fusePointwise } from '../../src/backend/passes/fuse-pointwise.ts';
import { type Buffer, isBufferView } from '../../src/backend/passes/memory-use.ts';
import type { FusedPointwise } from '../../src/backend/passes/optimized-call.ts';
import { lifetimesOf, planMemory } from '../../src/backend/passes/plan-memory.ts';
import { bufferOf, type Elements, placeOf, run } from './interpreter.ts';

type Operand = BufferView | number;

const copy = (out: BufferView, input: Operand): LoweredCall => ({
  kind: 'copy',
  outputs: [out],
  inputs: [input],
  attributes: {},
});
const neg = (out: BufferView, input: Operand): LoweredCall => ({
  kind: 'unary',
  outputs: [out],
  inputs: [input],
  attributes: { op: 'neg', parameters: [] },
});
const binary = (op: 'add' | 'mul', out: BufferView, a: Operand, b: Operand): LoweredCall => ({
  kind: 'binary',
  outputs: [out],
  inputs: [a, b],
  attributes: { op },
});
const sum = (out: BufferView, input: BufferView): LoweredCall => ({
  kind: 'reduce',
  outputs: [out],
  inputs: [input],
  attributes: { op: 'sum', outer: 1, length: input.shape.reduce((a, b) => a * b, 1), inner: 1 },
});
const check = (input: BufferView): LoweredCall => ({
  kind: 'assertRange',
  outputs: [],
  inputs: [input],
  attributes: { low: 0, high: 1, except: Number.NaN, expected: '', rest: '' },
});

const [a, b, c, d, e] = Array.from({ length: 5 }, () => bufferOf(1, 2, 3, 4)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];
const whole = (buffer: Buffer): BufferView => placeOf(buffer, [4]);
const part = (buffer: Buffer, offset: number, length: number): BufferView =>
  placeOf(buffer, [length], offset);
const outlive =
  (...buffers: Buffer[]) =>
  (buffer: Buffer): boolean =>
    buffers.includes(buffer);

describe('eliminateDeadStores', () => {
  const kept = (calls: readonly LoweredCall[], ...outliving: Buffer[]): number[] =>
    eliminateDeadStores(calls, outlive(...outliving)).map((call) => calls.indexOf(call));

  test('drops zeros that are overwritten, and keeps those that are partly read', () => {
    expect(kept([copy(whole(a), 0), copy(whole(a), whole(b)), neg(whole(c), whole(a))], c)).toEqual([1, 2]);
    expect(kept([copy(whole(a), 0), copy(part(a, 1, 2), part(b, 0, 2)), neg(whole(c), whole(a))], c)).toEqual(
      [0, 1, 2],
    );
    expect(
      kept([copy(whole(a), 0), copy(part(a, 0, 2), part(b, 0, 2)), neg(part(c, 0, 2), part(a, 0, 2))], c),
    ).toEqual([1, 2]);
  });

  test('drops what leads to nothing, and keeps what outlives', () => {
    expect(kept([neg(whole(a), whole(b)), neg(whole(c), whole(a)), neg(whole(d), whole(b))], d)).toEqual([2]);
    expect(kept([copy(whole(a), 1), copy(whole(a), 2)], a)).toEqual([1]);
    expect(kept([copy(part(a, 0, 2), 1), copy(part(a, 2, 2), 2)], a)).toEqual([0, 1]);
  });

  test('keeps what other processes wait for', () => {
    const reduction: LoweredCall = {
      kind: 'allReduce',
      outputs: [whole(a)],
      inputs: [],
      attributes: { count: 4, reduction: 0 },
    };
    expect(kept([copy(whole(a), 1), reduction, neg(whole(b), whole(a))])).toEqual([0, 1]);
  });

  test('counts in-place work as reading, and keeps checks', () => {
    const scatter: LoweredCall = {
      kind: 'indexAdd',
      outputs: [whole(a)],
      inputs: [whole(b), whole(c)],
      attributes: { name: 'indexAdd', outer: 1, length: 4, inner: 1, count: 4 },
    };
    expect(kept([copy(whole(a), 0), scatter], a)).toEqual([0, 1]);
    expect(kept([neg(whole(a), whole(b)), check(whole(a))])).toEqual([0, 1]);
  });

  test('does not take elements with gaps for a whole', () => {
    const everyOther = placeOf(a, [2], 0, [2]);
    expect(
      kept([copy(part(a, 0, 3), 0), copy(everyOther, part(b, 0, 2)), neg(part(c, 0, 3), part(a, 0, 3))], c),
    ).toEqual([0, 1, 2]);
  });
});

const options = (...outliving: Buffer[]): FuseOptions => ({
  accepts: () => true,
  outlives: outlive(...outliving),
  maxCalls: 4,
  maxOperands: 16,
});

describe('fusePointwise', () => {
  const fused = (calls: readonly LoweredCall[], ...outliving: Buffer[]): unknown[] =>
    fusePointwise(calls, options(...outliving)).map((call) =>
      call.kind === 'fusedPointwise' ? call.calls.map((each) => calls.indexOf(each)) : calls.indexOf(call),
    );

  test('fuses calls, past calls that it does not wait for', () => {
    const calls = [
      neg(whole(b), whole(a)),
      sum(part(c, 0, 1), whole(b)),
      binary('mul', whole(d), whole(b), whole(b)),
      binary('add', whole(e), whole(d), part(c, 0, 1)),
    ];
    expect(fused(calls)).toEqual([[0, 2], 1, 3]);
  });

  test('leaves behind what overwrites an input of a call between', () => {
    const calls = [neg(whole(b), whole(a)), sum(part(c, 0, 1), whole(d)), neg(whole(d), whole(b))];
    expect(fused(calls)).toEqual([0, 1, 2]);
  });

  test('works in place, and not where elements shift or one is read throughout', () => {
    expect(fused([neg(whole(a), whole(a)), binary('add', whole(a), whole(a), 1)])).toEqual([[0, 1]]);
    expect(fused([neg(part(a, 0, 3), part(b, 0, 3)), neg(part(c, 0, 3), part(a, 1, 3))])).toEqual([0, 1]);
    const first = placeOf(a, [4], 0, [0]);
    expect(fused([neg(whole(a), whole(b)), binary('mul', whole(c), whole(b), first)])).toEqual([0, 1]);
  });

  test('moves nothing that outlives past a check', () => {
    const calls = [neg(whole(b), whole(a)), check(whole(b)), neg(whole(c), whole(a))];
    expect(fused(calls)).toEqual([[0, 2], 1]);
    expect(fused(calls, c)).toEqual([0, 1, 2]);
  });

  test('keeps to the limits', () => {
    const calls = Array.from({ length: 6 }, () => neg(whole(a), whole(a)));
    expect(fused(calls)).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
  });

  test('leaves other layouts alone', () => {
    const backwards = placeOf(a, [4], 3, [-1]);
    expect(fused([neg(whole(b), backwards), neg(whole(c), whole(b))])).toEqual([0, 1]);
  });
});

test('planned buffers share memory when their times are apart', () => {
  const calls = [
    neg(whole(b), whole(a)),
    neg(whole(c), whole(b)),
    neg(whole(d), whole(c)),
    neg(whole(e), whole(d)),
  ];
  const free: number[] = [];
  let made = 0;
  const plan = planMemory(calls, (buffer) => (buffer === a || buffer === e ? undefined : 32), {
    allocate: () => free.pop() ?? made++,
    free: (memory) => void free.push(memory),
  });
  expect([b, c, d].map((buffer) => plan.get(buffer))).toEqual([0, 1, 0]);
  expect(plan.has(a) || plan.has(e)).toBe(false);
  expect(lifetimesOf(calls).get(c)).toEqual({ first: 1, last: 2 });
});

/** Buffers 0 to 2 outlive the calls; the others are first written where they are first used. */
const BUFFERS = 7;
const OUTLIVING = 3;
const LENGTH = 6;

const lengths = fc.constantFrom(1, 2, 3, 6);
const operand = (count: number): fc.Arbitrary<(buffers: Buffer[]) => Operand> =>
  fc
    .record({
      buffer: fc.nat(BUFFERS - 1),
      offset: fc.nat(LENGTH - count),
      form: fc.constantFrom('dense', 'dense', 'dense', 'single', 'number'),
    })
    .map(({ buffer, offset, form }) => (buffers) => {
      if (form === 'number') return offset + 0.5;
      return placeOf(buffers[buffer]!, [count], offset, form === 'single' ? [0] : [1]);
    });
const callsOfSize = (count: number): fc.Arbitrary<(buffers: Buffer[]) => LoweredCall> =>
  fc
    .record({
      kind: fc.constantFrom('copy', 'neg', 'add', 'mul', 'sum'),
      out: fc.nat(BUFFERS - 1),
      offset: fc.nat(LENGTH - count),
      a: operand(count),
      b: operand(count),
    })
    .map(({ kind, out, offset, a, b }) => (buffers) => {
      const target = placeOf(buffers[out]!, [count], offset);
      if (kind === 'copy') return copy(target, a(buffers));
      if (kind === 'neg') return neg(target, a(buffers));
      if (kind === 'add' || kind === 'mul') return binary(kind, target, a(buffers), b(buffers));
      return sum(part(buffers[out]!, offset, 1), placeOf(buffers[(out + 1) % BUFFERS]!, [count], offset));
    });
const programs = fc.array(lengths.chain(callsOfSize), { minLength: 1, maxLength: 14 });

/** Whether an output overlaps an input of the same call without being it, which no kernel has to take. */
const isShifted = ({ outputs, inputs }: LoweredCall): boolean =>
  inputs.some(
    (input) =>
      isBufferView(input) &&
      input.storage === outputs[0]!.storage &&
      !(input.offset === outputs[0]!.offset && input.strides[0] === outputs[0]!.strides[0]),
  );

test('optimized programs leave the same numbers', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(programs, fc.integer({ min: 1, max: 4 }), (program, block) => {
      const fresh = () =>
        Array.from({ length: BUFFERS }, (_, i) =>
          bufferOf(...Array.from({ length: LENGTH }, (_, j) => i + j / 8)),
        );
      const outcome = (
        optimize: (
          calls: readonly LoweredCall[],
          outliving: Buffer[],
        ) => readonly (LoweredCall | FusedPointwise)[],
      ) => {
        const buffers = fresh();
        const temporaries = buffers.slice(OUTLIVING).map((buffer) => copy(placeOf(buffer, [LENGTH]), 0));
        const calls = [
          ...temporaries,
          ...program.map((call) => call(buffers)).filter((call) => !isShifted(call)),
        ];
        run(optimize(calls, buffers.slice(0, OUTLIVING)), block);
        return buffers.slice(0, OUTLIVING).map(({ handle }) => [...(handle as Elements)]);
      };
      const plain = outcome((calls) => calls);
      expect(outcome((calls, kept) => eliminateDeadStores(calls, outlive(...kept)))).toEqual(plain);
      expect(outcome((calls, kept) => fusePointwise(calls, options(...kept)))).toEqual(plain);
      expect(
        outcome((calls, kept) => {
          const fused = fusePointwise(eliminateDeadStores(calls, outlive(...kept)), options(...kept));
          const free: Elements[] = [];
          const plan = planMemory(fused, (buffer) => (kept.includes(buffer) ? undefined : LENGTH), {
            allocate: () => free.pop() ?? new Float64Array(LENGTH).fill(Number.NaN),
            free: (memory) => void free.push(memory),
          });
          for (const [buffer, memory] of plan) Object.assign(buffer, { handle: memory });
          return fused;
        }),
      ).toEqual(plain);
    }),
    { numRuns: 500 },
  );
});
