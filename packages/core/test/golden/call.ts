import * as kindling from '@kindling/core';
import {
  type Column,
  decode,
  type Result,
  type StoredInput,
  type StoredTensor,
  type ViewStep,
} from './fixture.ts';

const { Tensor, tensor } = kindling;
type Tensor = kindling.Tensor;

/** Devices that every suite runs on. */
export const devices = (process.env.KINDLING_TEST_DEVICES ?? 'cpu').split(',').map((name) => name.trim());

function missingDTypes(device: string): readonly kindling.DType[] {
  try {
    return tensor(0, { device }).storage.backend.unsupportedDTypes ?? [];
  } catch {
    // The tests themselves tell of a device that is not there.
    return [];
  }
}

/** Those of the cases that name no dtype which the device lacks; how many others there are is printed. */
export function possible<T>(cases: readonly T[], device: string, suite: string): T[] {
  const missing = missingDTypes(device);
  const kept = cases.filter((entry) => !missing.some((dtype) => JSON.stringify(entry).includes(dtype)));
  if (kept.length < cases.length) {
    console.warn(
      `${suite}: ${cases.length - kept.length} cases need ${missing.join(', ')}, not on ${device}`,
    );
  }
  return kept;
}

/** A stored tensor on a device, as a leaf. */
export function place(stored: StoredTensor, device: string, requiresGrad = false): Tensor {
  const { data, dtype, shape } = decode(stored);
  return tensor(data, { shape, dtype, device, requiresGrad });
}

/** The elements of a tensor, on the host. */
export function column(x: Tensor): Column {
  return { shape: x.shape, dtype: x.dtype, data: x.data() };
}

function find(op: string, self: unknown): { readonly method: unknown; readonly self: unknown } {
  if (self instanceof Tensor) return { method: Reflect.get(self, op), self };
  return { method: Reflect.get(kindling, op) ?? Reflect.get(kindling.F, op), self: undefined };
}

/** Calls a method of `self`, or a function of the package where `self` is undefined, by name. */
export function call(op: string, self: Tensor | undefined, args: readonly unknown[]): unknown {
  const found = find(op, self);
  if (typeof found.method !== 'function') {
    throw new TypeError(`@kindling/core has no ${self === undefined ? 'function' : 'tensor method'} ${op}`);
  }
  return Reflect.apply(found.method, found.self, args);
}

/** A result as tensors; anything else is an error that says what came. */
export function asTensors(result: unknown): Result<Tensor> {
  if (result instanceof Tensor) return result;
  if (Array.isArray(result) && result.every((item) => item instanceof Tensor)) return result;
  if (isNamed(result)) return result;
  throw new TypeError(`expected a tensor, an array of tensors or an object of them, got ${String(result)}`);
}

const isNamed = (result: unknown): result is { readonly [name: string]: Tensor } =>
  typeof result === 'object' && result !== null && Object.values(result).every((x) => x instanceof Tensor);

/** Arguments from JSON: input references, named numbers, null for undefined, and 'null' for null. */
export function decodeArguments(value: unknown, reference: (value: unknown) => Tensor | undefined): unknown {
  const found = reference(value);
  if (found !== undefined) return found;
  if (value === null) return undefined;
  if (value === 'null') return null;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (Array.isArray(value)) return value.map((item) => decodeArguments(item, reference));
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, decodeArguments(item, reference)]),
    );
  }
  return value;
}

function applyStep(x: Tensor, [method, ...args]: ViewStep): Tensor {
  const result = asTensors(
    call(
      method,
      x,
      args.map((a) => decodeArguments(a, () => undefined)),
    ),
  );
  if (!(result instanceof Tensor)) throw new TypeError(`expected ${method} to give one tensor`);
  return result;
}

/** A leaf, and what the case's view steps make of it. */
export interface Operand {
  readonly leaf: Tensor;
  readonly value: Tensor;
}

export function operand(input: StoredInput, device: string): Operand {
  const leaf = place(input, device, input.requiresGrad);
  return { leaf, value: (input.view ?? []).reduce(applyStep, leaf) };
}
