import { describe, expect, test } from 'vitest';
import {
  compile,
  DTypeError,
  embedding,
  getDefaultDevice,
  KindlingError,
  ones,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.ts';

const device = getDefaultDevice();
const int = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });
const table = () => tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]).reshape([4, 3]);

/** What takes an index [2], of positions in 4. */
const picks: readonly (readonly [string, (index: Tensor) => Tensor])[] = [
  ['indexSelect', (index) => table().indexSelect(0, index)],
  ['gather', (index) => table().gather(0, index.reshape([2, 1]))],
  ['scatterAdd', (index) => table().scatterAdd(0, index.reshape([2, 1]), ones([2, 1]))],
  ['indexSelectBackward', (index) => ones([2, 3]).indexSelectBackward(0, index, 4)],
  ['embedding', (index) => embedding(table(), index)],
];

const bad = [4, -1, 5, 1000, 2 ** 31 - 1, -(2 ** 31)];

describe.each(picks)(`%s on ${device}`, (_, pick) => {
  test.each(bad)('refuses %i, and goes on afterwards', (position) => {
    expect(() => pick(int([0, position])).data()).toThrow(ShapeError);
    expect(() => pick(int([position, 1])).data()).toThrow(
      new RegExp(`expected indices in \\[0, 3\\], got ${position}$`),
    );
    expect(pick(int([0, 3])).data().length).toBeGreaterThan(0);
  });

  test('refuses floats, NaN among them, bools and numbers', () => {
    for (const index of [tensor([0, 1]), tensor([0, Number.NaN]), tensor([true, false])]) {
      expect(() => pick(index).data()).toThrow(DTypeError);
    }
  });

  test('checks an index that is written to between replays', () => {
    const index = int([0, 3]);
    const step = compile((scale: Tensor) => pick(index).mul(scale));
    const one = tensor(1);
    const wanted = Array.from(pick(index).data());
    for (let i = 0; i < 5; i++) expect(Array.from(step(one).data())).toEqual(wanted);
    for (const position of bad) {
      index.fill_(position);
      expect(() => step(one).data()).toThrow(`expected indices in [0, 3], got ${position}`);
      index.copy_(int([0, 3]));
      expect(Array.from(step(one).data())).toEqual(wanted);
    }
  });

  test('checks an index that is an input of a compiled function', () => {
    const step = compile((index: Tensor) => pick(index).mul(2));
    for (let i = 0; i < 5; i++) step(int([i % 4, 1]));
    expect(() => step(int([1, 4])).data()).toThrow(KindlingError);
    expect(Array.from(step(int([2, 3])).data())).toEqual(
      Array.from(
        pick(int([2, 3]))
          .mul(2)
          .data(),
      ),
    );
  });
});

describe(`oneHot on ${device}`, () => {
  test.each([3, -1, 2 ** 31 - 1])('refuses the class %i of 3', (position) => {
    expect(() => int([0, position]).oneHot(3)).toThrow(ShapeError);
  });

  test('refuses more classes than fit into a tensor, and floats', () => {
    expect(() => int([2 ** 31 - 1, 0]).oneHot()).toThrow(KindlingError);
    expect(() => zeros([2]).oneHot(3)).toThrow(DTypeError);
  });
});

test(`a disposed input of a compiled function is refused on ${device}, before and after it is recorded`, () => {
  const step = compile((x: Tensor) => x.mul(2));
  const gone = ones([2]);
  gone.dispose();
  for (let i = 0; i < 5; i++) {
    expect(() => step(gone)).toThrow('compile: expected a tensor that has not been disposed');
    expect(step(ones([2])).toArray()).toEqual([2, 2]);
  }
});
