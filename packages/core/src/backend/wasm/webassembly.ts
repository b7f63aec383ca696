import { DeviceError } from '../../errors.ts';

// TypeScript has these types with those of the DOM alone.

/** A compiled module (`WebAssembly.Module`). */
export type WasmModule = { readonly [Symbol.toStringTag]: string };

/** `WebAssembly.Memory`, not shared. */
export interface WasmMemory {
  /** Another one after the memory has grown, which leaves the one before without bytes. */
  readonly buffer: ArrayBuffer;
}

/** `WebAssembly.Instance`. */
export interface WasmInstance {
  readonly exports: unknown;
}

type Imports = { readonly [module: string]: { readonly [name: string]: (argument: number) => void } };

interface WebAssemblyNamespace {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: Imports) => WasmInstance;
  readonly instantiate: (
    bytes: Uint8Array,
    imports: Imports,
  ) => Promise<{ readonly instance: WasmInstance; readonly module: WasmModule }>;
}

/** `WebAssembly`. @throws DeviceError where the runtime has none. */
export function webAssembly(): WebAssemblyNamespace {
  const { WebAssembly: namespace } = globalThis as { WebAssembly?: WebAssemblyNamespace };
  if (namespace === undefined) throw new DeviceError('wasm: expected a runtime with WebAssembly, got none');
  return namespace;
}
