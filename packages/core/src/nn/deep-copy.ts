import { noGrad } from '../autograd/mode.ts';
import { Buffer } from './buffer.ts';
import { isPlainObject } from './items.ts';
import { type AnyModule, Module } from './module.ts';
import { Parameter } from './parameter.ts';

/**
 * A module with memory of its own, equal to another: parameters, buffers, modules, arrays, maps and plain objects are copied, whatever else it
 * holds is shared. What is shared inside of the module stays so. Hooks and `#private` members are not copied.
 */
export function deepCopy<M extends AnyModule>(module: M): M {
  const copies = new Map<object, unknown>();
  const made = <T>(value: object, copied: T): T => {
    copies.set(value, copied);
    return copied;
  };
  const fill = (target: object, source: object): object => {
    for (const [key, value] of Object.entries(source)) {
      Object.defineProperty(target, key, {
        value: copy(value),
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    return target;
  };
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (copies.has(value)) return copies.get(value);
    if (value instanceof Parameter) {
      const { requiresGrad } = value;
      return made(value, new Parameter(value.detach().clone(), { requiresGrad }));
    }
    if (value instanceof Buffer) {
      const { persistent } = value;
      return made(value, new Buffer(value.detach().clone(), { persistent }));
    }
    if (value instanceof Module) {
      return fill(made(value, Reflect.construct(Module, [], value.constructor) as object), value);
    }
    if (value instanceof Map) {
      const map = made(value, new Map<unknown, unknown>());
      for (const [key, item] of value) map.set(key, copy(item));
      return map;
    }
    if (Array.isArray(value)) return fill(made(value, []), value);
    return isPlainObject(value) ? fill(made(value, {}), value) : value;
  };
  return noGrad<unknown>(() => copy(module)) as M;
}
