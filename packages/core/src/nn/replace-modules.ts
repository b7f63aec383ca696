import { isPlainObject } from './items.ts';
import { type AnyModule, Module } from './module.ts';

/**
 * Puts other modules in the place of those below a module, in arrays, maps and plain objects too: `replace` gets each once, however often
 * it is held, and gives it back where it stays. What it gives is not looked into. `#private` members stay.
 *
 * @returns the module, or what `replace` gave for it.
 */
export function replaceModules(module: AnyModule, replace: (module: AnyModule) => AnyModule): AnyModule {
  const replaced = new Map<object, unknown>();
  const replacement = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (replaced.has(value)) return replaced.get(value);
    replaced.set(value, value);
    if (value instanceof Module) {
      const other = replace(value);
      replaced.set(value, other);
      if (other === value) replaceProperties(value);
      return other;
    }
    if (value instanceof Map) {
      for (const [key, item] of value) if (replacement(item) !== item) value.set(key, replacement(item));
    } else if (Array.isArray(value) || isPlainObject(value)) {
      replaceProperties(value);
    }
    return value;
  };
  const replaceProperties = (holder: object): void => {
    for (const [key, value] of Object.entries(holder)) {
      const other = replacement(value);
      if (other !== value) (holder as Record<string, unknown>)[key] = other;
    }
  };
  return replacement(module) as AnyModule;
}
