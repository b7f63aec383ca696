import { ShapeError } from '../../errors.ts';
import type { View } from '../backend.ts';
import type { KernelCallOf, PickLayout } from '../kernels.ts';
import { contiguousElements } from './elements.ts';

function checked(index: number, { name, length }: PickLayout): number {
  if (index < 0 || index >= length) {
    throw new ShapeError(`${name}: expected indices in [0, ${length - 1}], got ${index}`);
  }
  return index;
}

export function indexSelect({ outputs, inputs, attributes }: KernelCallOf<'indexSelect'>): void {
  const { outer, length, inner, count } = attributes;
  const x = contiguousElements(inputs[0] as View);
  const index = contiguousElements(inputs[1] as View);
  const y = contiguousElements(outputs[0]!);
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < count; c++) {
      const start = (o * length + checked(index[c]!, attributes)) * inner;
      y.set(x.subarray(start, start + inner), (o * count + c) * inner);
    }
  }
}

export function indexAdd({ outputs, inputs, attributes }: KernelCallOf<'indexAdd'>): void {
  const { outer, length, inner, count } = attributes;
  const source = contiguousElements(inputs[0] as View);
  const index = contiguousElements(inputs[1] as View);
  const y = contiguousElements(outputs[0]!);
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < count; c++) {
      const to = (o * length + checked(index[c]!, attributes)) * inner;
      const from = (o * count + c) * inner;
      for (let i = 0; i < inner; i++) y[to + i] = y[to + i]! + source[from + i]!;
    }
  }
}

export function gather({ outputs, inputs, attributes }: KernelCallOf<'gather'>): void {
  const { outer, length, inner, count } = attributes;
  const x = contiguousElements(inputs[0] as View);
  const index = contiguousElements(inputs[1] as View);
  const y = contiguousElements(outputs[0]!);
  for (let o = 0, p = 0; o < outer; o++) {
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < inner; i++, p++) {
        y[p] = x[(o * length + checked(index[p]!, attributes)) * inner + i]!;
      }
    }
  }
}

export function scatterAdd({ outputs, inputs, attributes }: KernelCallOf<'scatterAdd'>): void {
  const { outer, length, inner, count } = attributes;
  const source = contiguousElements(inputs[0] as View);
  const index = contiguousElements(inputs[1] as View);
  const y = contiguousElements(outputs[0]!);
  for (let o = 0, p = 0; o < outer; o++) {
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < inner; i++, p++) {
        const to = (o * length + checked(index[p]!, attributes)) * inner + i;
        y[to] = y[to]! + source[p]!;
      }
    }
  }
}
