import { DeviceError } from '../../errors.ts';

// TypeScript has these types with those of the DOM alone.

/** A compiled module (`WebAssembly.Module`). */
export type WasmModule = { readonly [Symbol.toStringTag]: string };

/** `WebAssembly.Memory`. */
export interface WasmMemory {
  /** Another one after the memory has grown, which leaves the one before without bytes, or, where it is shared, as long as it was. */
  readonly buffer: ArrayBuffer;
}

/** `WebAssembly.Instance`. */
export interface WasmInstance {
  readonly exports: unknown;
}

/** What a module imports, by the names of a module and of what is in it. */
export interface WasmImports {
  readonly [module: string]: {
    readonly [name: string]: WasmMemory | ((...operands: number[]) => number);
  };
}

interface WebAssemblyNamespace {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports?: WasmImports) => WasmInstance;
  readonly Memory: new (pages: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly RuntimeError: new (message?: string) => Error;
  readonly compile: (bytes: Uint8Array) => Promise<WasmModule>;
  readonly instantiate: (module: WasmModule, imports: WasmImports) => Promise<WasmInstance>;
  readonly validate: (bytes: Uint8Array) => boolean;
}

/** `WebAssembly`. @throws DeviceError where the runtime has none. */
export function webAssembly(): WebAssemblyNamespace {
  const { WebAssembly: namespace } = globalThis as { readonly WebAssembly?: unknown };
  if (namespace === undefined) throw new DeviceError('wasm: expected a runtime with WebAssembly, got none');
  return namespace as WebAssemblyNamespace;
}
