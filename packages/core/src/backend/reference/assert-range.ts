import type { View } from '../backend.ts';
import type { KernelCallOf } from '../kernels.ts';
import { rangeError } from '../range-error.ts';
import { contiguousElements } from './elements.ts';

export function assertRange({ inputs, attributes }: KernelCallOf<'assertRange'>): void {
  const { low, high, except } = attributes;
  const x = contiguousElements(inputs[0] as View);
  const position = x.findIndex((value) => (value < low || value > high) && value !== except);
  if (position >= 0) throw rangeError(attributes, x[position]!, position);
}
