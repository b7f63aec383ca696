import { expect } from 'vitest';
import { checkCall } from '../../src/backend/check-call.ts';
import type { BufferView, LoweredCall } from '../../src/backend/lowered-call.ts';
import { type DType, dtypes } from '../../src/dtype.ts';
import { KindlingError } from '../../src/errors.ts';
import { contiguousStrides, numel } from '../../src/shape.ts';
import type { Form, Template } from '../fuzz/good-calls.ts';

const placed = (view: Form | number): BufferView | number =>
  typeof view === 'number' ? view : { ...view, storage: { handle: {}, byteLength: view.bytes } };

export const check = ({ kind, outputs, inputs, attributes }: Template): void =>
  checkCall({
    kind,
    outputs: outputs.map(placed),
    inputs: inputs.map(placed),
    attributes,
  } as unknown as LoweredCall);

export function isTaken(call: Template): boolean {
  try {
    check(call);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(KindlingError);
    expect(String(error)).toMatch(new RegExp(`^KindlingError: ${call.kind}: expected .+, got `));
    return false;
  }
}

export const resize = (view: Form, shape: number[], dtype: DType = view.dtype): void =>
  void Object.assign(view, {
    shape,
    dtype,
    strides: contiguousStrides(shape),
    bytes: numel(shape) * dtypes[dtype].bytes,
  });
