import type { Backend } from '../../src/backend/backend.ts';
import { KindlingError } from '../../src/errors.ts';
import * as kindling from '../../src/index.ts';
import { manualSeed } from '../../src/random/default-generator.ts';
import { scope } from '../../src/scope.ts';
import { Tensor } from '../../src/tensor.ts';
import { buildAll, type TensorForm } from './values.ts';

/** One call of the API, on no engine yet. */
export interface ApiCall {
  readonly name: string;
  /** Undefined for a function that is no method. */
  readonly self: TensorForm | undefined;
  readonly arguments: readonly unknown[];
}

/** What became of a call: the error's class, or all that it left, as plain data. */
export interface Outcome {
  readonly error: string | undefined;
  readonly message: string;
  readonly values: readonly unknown[];
}

/** Functions of tensors that are no methods; those of the package before those of `nn.functional`. */
export const functionNamed = (name: string): unknown =>
  Reflect.get(kindling, name) ?? Reflect.get(kindling.F, name);

/** Elements that are compared: an expanded tensor may have any number without taking memory. */
const maxCompared = 1_000_000;

function plain(value: unknown): unknown {
  if (value instanceof Tensor) {
    if (value.disposed) return 'disposed';
    const data = value.numel > maxCompared ? [] : [...value.data()];
    return { dtype: value.dtype, shape: [...value.shape], data };
  }
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(plain);
  return typeof value === 'string' || typeof value === 'function' ? typeof value : value;
}

/** Calls, reads what came, and takes gradients where there are any. */
export function outcomeOf(call: ApiCall, backend: Backend, settle: () => void): Outcome {
  manualSeed(1);
  try {
    const values = scope(() => {
      const self = call.self === undefined ? undefined : buildAll(call.self, backend);
      const given = buildAll(call.arguments, backend) as unknown[];
      const method: unknown =
        self instanceof Tensor ? Reflect.get(self, call.name) : functionNamed(call.name);
      if (typeof method !== 'function') throw new Error(`no method ${call.name}`);
      const result: unknown = Reflect.apply(method, self, given);
      const seen = [plain(result), plain(self)];
      const isResult = result instanceof Tensor && result !== self && !result.disposed;
      if (isResult && result.requiresGrad && result.numel <= maxCompared) {
        result.backward(result.detach().mul(0.5));
        if (self instanceof Tensor && !self.disposed) seen.push(plain(self.grad));
      }
      settle();
      return seen;
    });
    return { error: undefined, message: '', values };
  } catch (error) {
    try {
      settle();
    } catch {}
    const isOurs = error instanceof KindlingError;
    return {
      error: isOurs ? error.name : `not ours: ${String(error)}`,
      message: error instanceof Error ? `${error.message}${isOurs ? '' : `\n${error.stack}`}` : String(error),
      values: [],
    };
  }
}

/** Engines round differently; compositions and gradients of them round more than once. */
function close(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  // Infinity less infinity: where an overflow comes first depends on the order.
  if (!Number.isFinite(a) && !Number.isFinite(b)) return true;
  const largest = 1e37;
  if (Math.abs(a) > largest && Math.abs(b) > largest) return Math.sign(a) === Math.sign(b);
  return Math.abs(a - b) <= 1e-4 + 2e-3 * Math.max(Math.abs(a), Math.abs(b));
}

/** Where two outcomes differ; undefined where they agree. */
export function difference(a: unknown, b: unknown, path = 'the result'): string | undefined {
  if (typeof a === 'number' && typeof b === 'number')
    return close(a, b) ? undefined : `${path}: ${a} and ${b}`;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return `${path}: ${a.length} and ${b.length} items`;
    for (const [i, item] of a.entries()) {
      const found = difference(item, b[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    for (const key of Object.keys(a)) {
      const found = difference(Reflect.get(a, key), Reflect.get(b, key), `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(a, b) ? undefined : `${path}: ${String(a)} and ${String(b)}`;
}
