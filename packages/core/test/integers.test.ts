import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArgumentError, compile, type Tensor, tensor } from '../src/index.ts';

const int = (data: number[]): Tensor => tensor(data, { dtype: 'int32' });
const least = -(2 ** 31);
const greatest = 2 ** 31 - 1;

/** Integers of every size, those at the ends and roots of the range among them. */
const integer = fc.oneof(
  fc.integer({ min: -10, max: 10 }),
  fc.integer({ min: -70000, max: 70000 }),
  fc.integer({ min: least, max: greatest }),
  fc.constantFrom(least, least + 1, greatest, greatest - 1, 46340, 46341, -46340, -46341, 65536, 0),
);

/** Expects the exact result where int32 holds it, and an error where it does not. An asynchronous engine tells when it is read. */
function expectExact(compute: () => Tensor, exact: readonly bigint[]): void {
  const fits = exact.every((value) => BigInt.asIntN(32, value) === value);
  if (fits) {
    const result = compute();
    expect(result.dtype).toBe('int32');
    expect(Array.from(result.data())).toEqual(exact.map(Number));
  } else {
    expect(() => compute().data()).toThrow(ArgumentError);
  }
}

const total = (values: readonly number[]): bigint => values.reduce((sum, x) => sum + BigInt(x), 0n);

test('arithmetic on int32 is exact or an error', () => {
  const run = (a: number, b: number): void => {
    const [x, y] = [BigInt(a), BigInt(b)];
    expectExact(() => int([a]).add(int([b])), [x + y]);
    expectExact(() => int([a]).sub(int([b])), [x - y]);
    expectExact(() => int([a]).mul(int([b])), [x * y]);
    expectExact(() => int([a]).add(b), [x + y]);
    expectExact(() => int([a]).sub(b), [x - y]);
    expectExact(() => int([a]).mul(b), [x * y]);
    expectExact(() => int([a]).add_(int([b])), [x + y]);
    expectExact(() => int([a]).mul_(b), [x * y]);
    expectExact(() => int([a]).square(), [x * x]);
    expectExact(() => int([a]).neg(), [-x]);
    expectExact(() => int([a]).abs(), [x < 0n ? -x : x]);
    const rests = [b === 0 ? 2n ** 40n : x % y, b === 0 ? 2n ** 40n : ((x % y) + y) % y] as const;
    expectExact(() => int([a]).fmod(int([b])), [rests[0]]);
    expectExact(() => int([a]).fmod(b), [rests[0]]);
    expectExact(() => int([a]).remainder(int([b])), [rests[1]]);
    expectExact(() => int([a]).remainder(b), [rests[1]]);
    const floors = b === 0 ? 2n ** 40n : (x - rests[1]) / y;
    expectExact(() => int([a]).floorDivide(int([b])), [floors]);
    expectExact(() => int([a]).floorDivide(b), [floors]);
    const quotient = b === 0 ? 2n ** 40n : x / y;
    expectExact(() => int([a]).div(int([b]), { roundingMode: 'trunc' }), [quotient]);
    expectExact(() => int([a]).div(b, { roundingMode: 'trunc' }), [quotient]);
    const exponent = Math.abs(b) % 40;
    expectExact(() => int([a]).pow(exponent), [x ** BigInt(exponent)]);
    expectExact(() => int([a]).pow(int([exponent])), [x ** BigInt(exponent)]);
    expectExact(
      () =>
        int([a, b])
          .reshape(1, 2)
          .matmul(int([b, a]).reshape(2, 1))
          .reshape(1),
      [2n * x * y],
    );
    expectExact(() => int([a]).scatterAdd(0, int([0, 0]), int([b, b])), [x + 2n * y]);
  };
  fc.assert(fc.property(integer, integer, run), { numRuns: 60 });
});

test('sums, products and running sums of int32 are exact or errors', () => {
  fc.assert(
    fc.property(fc.array(integer, { minLength: 1, maxLength: 8 }), (values) => {
      expectExact(() => int(values).sum(), [total(values)]);
      expectExact(() => int(values).prod(), [values.reduce((product, x) => product * BigInt(x), 1n)]);
      expectExact(
        () => int(values).cumsum(0),
        values.map((_, i) => total(values.slice(0, i + 1))),
      );
      const columns = int([...values, ...values]).reshape(2, values.length);
      expectExact(
        () => columns.sum(0),
        values.map((x) => 2n * BigInt(x)),
      );
    }),
    { numRuns: 60 },
  );
});

test('the error names the operation and the way out', () => {
  expect(() => int([greatest, 1]).sum().item()).toThrow(
    'sum: expected a result that fits int32, got 2147483648 at element 0; compute in floats',
  );
  expect(() => int([greatest]).add(1).item()).toThrow(
    'add: expected elements in [-2147483648, 2147483646], so that',
  );
});

test('a failed operation in place leaves its target alone', () => {
  const x = int([greatest, 1]);
  expect(() => x.add_(int([1, 1])).data()).toThrow(ArgumentError);
  if (x.device === 'cpu') expect(x.toArray()).toEqual([greatest, 1]);
});

test('a compiled function checks at each call', () => {
  const step = compile((x: Tensor) => x.mul(x).sum(), { strict: false });
  for (let i = 0; i < 5; i++) expect(step(int([i, 1])).item()).toBe(i * i + 1);
  expect(() => step(int([65536, 1])).item()).toThrow(ArgumentError);
  expect(step(int([3, 1])).item()).toBe(10);
});

test('bytes wrap within their dtype, as in PyTorch', () => {
  const bytes = tensor([250, 10], { dtype: 'uint8' });
  expect(bytes.add(10).toArray()).toEqual([4, 20]);
  expect(
    bytes
      .clone()
      .add_(int([300, -11]))
      .toArray(),
  ).toEqual([38, 255]);
  expect(bytes.mul(2).toArray()).toEqual([244, 20]);
  expect(bytes.sum().item()).toBe(260);
  expect(bytes.softmax(0).toArray()).toEqual([1, 0]);
  expect(bytes.logsumexp(0).item()).toBe(250);
});

test('numbers that a dtype does not hold are compared as they are', () => {
  expect(int([greatest]).lt(3e9).toArray()).toEqual([true]);
  expect(int([least]).gt(-3e9).toArray()).toEqual([true]);
  expect(tensor([0, 255], { dtype: 'uint8' }).ge(-1).toArray()).toEqual([true, true]);
  expect(tensor([0, 44], { dtype: 'uint8' }).eq(300).toArray()).toEqual([false, false]);
});

test('integers over 0 are refused with the place of the divisor, also in a compiled function', () => {
  for (const name of ['fmod', 'remainder', 'floorDivide'] as const) {
    const message = `${name}: expected integers other than 0 to divide by, got 0`;
    expect(() => int([1, 2])[name](0).data()).toThrow(message);
    expect(() =>
      int([1, 2])
        [name](int([3, 0]))
        .data(),
    ).toThrow(`${message} at element 1`);
    expect(() =>
      int([1, 2])
        .toDType('uint8')
        [name](int([0, 3]).toDType('uint8'))
        .data(),
    ).toThrow(`${message} at element 0`);
    expect(() =>
      int([1, 2])
        [`${name}_`](int([3, 0]))
        .data(),
    ).toThrow(`${message} at element 1`);
    const step = compile((x: Tensor, y: Tensor) => x[name](y));
    for (let i = 0; i < 4; i++) expect([...step(int([7, -9]), int([2, 3])).data()]).toHaveLength(2);
    expect(() => step(int([7, 9]), int([0, 3])).data()).toThrow(`${message} at element 0`);
    expect(int([])[name](int([])).shape).toEqual([0]);
  }
  expect(() => int([least]).floorDivide(-1).data()).toThrow('fits int32');
  expect(() =>
    int([3, least])
      .floorDivide(int([2, -1]))
      .data(),
  ).toThrow('floorDivide: expected a result that fits int32');
  expect(int([least]).fmod(-1).item()).toBe(0);
  expect(
    int([least])
      .remainder(int([-1]))
      .item(),
  ).toBe(0);
});
