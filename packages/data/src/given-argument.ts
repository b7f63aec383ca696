import { ArgumentError } from '@kindling/core/internal/errors';

/** A value in a word or two, for an error. */
function described(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
}

function refuse(op: string, name: string, what: string, value: unknown): never {
  throw new ArgumentError(`${op}: expected ${name} to be ${what}, got ${described(value)}`);
}

/** @throws {ArgumentError} unless it is a Uint8Array, as Node.js' buffers are. */
export function assertBytes(op: string, value: unknown): void {
  if (!(value instanceof Uint8Array)) refuse(op, 'bytes', 'a Uint8Array', value);
}

/** @throws {ArgumentError} unless it is text. */
export function assertText(op: string, name: string, value: unknown): void {
  if (typeof value !== 'string') refuse(op, name, 'text', value);
}

/** @throws {ArgumentError} unless it is an object that has what is named. */
export function assertHas(op: string, name: string, value: unknown, keys: readonly string[] = []): void {
  const has = typeof value === 'object' && value !== null && keys.every((key) => key in value);
  if (has) return;
  refuse(op, name, keys.length === 0 ? 'an object' : `an object with ${keys.join(', ')}`, value);
}
