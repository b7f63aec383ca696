import { DeviceError } from '@kindling/core';
import { packageRequire } from '@kindling/core/internal';

/** A function of a library. */
export type ForeignFunction = (...operands: unknown[]) => number;

/** A type of C: its name, or one that koffi made. */
export type ForeignType = string | object;

export interface LibraryHandle {
  func<F = ForeignFunction>(declaration: string): F;
  func(name: string, result: ForeignType, parameters: readonly ForeignType[]): ForeignFunction;
  symbol(name: string): unknown;
}

/** What is used of koffi, which @kindling/core brings along. */
export interface Koffi {
  /** @param file null for what the process has loaded. */
  load(file: string | null, options?: { readonly global: boolean }): LibraryHandle;
  address(pointer: unknown): bigint;
  struct(members: Readonly<Record<string, ForeignType>>): object;
  array(element: ForeignType, length: number, hint: 'Typed'): object;
}

/** The package that calls into libraries. @throws {DeviceError} where it does not load. */
export function loadKoffi(engine: 'mpi' | 'nccl'): Koffi {
  try {
    return packageRequire(engine)('koffi') as Koffi;
  } catch (error) {
    throw new DeviceError(
      `${engine}: expected the package koffi to load, got ${String(error).split('\n', 1)[0]}`,
    );
  }
}
