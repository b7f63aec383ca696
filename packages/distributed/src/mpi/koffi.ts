/** A function of a library. */
export type ForeignFunction = (...operands: unknown[]) => number;

export interface LibraryHandle {
  func(declaration: string): ForeignFunction;
  symbol(name: string): unknown;
}

/** What is used of koffi, which @kindling/core brings along. */
export interface Koffi {
  load(file: string, options: { readonly global: boolean }): LibraryHandle;
  address(pointer: unknown): bigint;
}
