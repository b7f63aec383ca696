import { ArgumentError } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';

function refuse(op: string, name: string, what: string, value: unknown): never {
  throw new ArgumentError(`${op}: expected ${name} to be ${what}, got ${describeValue(value)}`);
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
export function assertHas(op: string, name: string, value: unknown, keys: readonly string[]): void {
  const has = typeof value === 'object' && value !== null && keys.every((key) => key in value);
  if (!has) refuse(op, name, `an object with ${keys.join(', ')}`, value);
}
