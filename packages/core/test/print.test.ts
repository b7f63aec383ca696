import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type DType, ones, tensor } from '../src/index.ts';

interface Printed {
  shape: number[];
  dtype: DType;
  data: (number | string | boolean)[];
  text: string;
}

const fixture = new URL('fixtures/print.json', import.meta.url);
const cases = JSON.parse(readFileSync(fixture, 'utf8')) as Printed[];

test.each(cases)('prints $dtype $shape as PyTorch does', ({ shape, dtype, data, text }) => {
  const values = data.map(Number);
  expect(String(tensor(Float64Array.from(values), { shape, dtype }))).toBe(text);
});

test('prints what autograd knows', () => {
  const x = ones([1], { requiresGrad: true });
  expect(String(x)).toBe('tensor([1.], requiresGrad=true)');
  expect(String(x.mul(2))).toBe('tensor([2.], gradFn=<mul>)');
});

test('the sign of -0 shows in every notation', () => {
  expect(String(tensor([-0, 1]))).toBe('tensor([-0., 1.])');
  expect(String(tensor([-0, 1.5]))).toBe('tensor([-0.0000, 1.5000])');
  expect(String(tensor([-0, 1e-6, 1]))).toBe('tensor([-0.0000e+00, 1.0000e-06, 1.0000e+00])');
});
