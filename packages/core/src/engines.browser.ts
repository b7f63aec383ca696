import type { Backend } from './backend/backend.ts';
import type { Candidate } from './backend/devices.ts';
import { referenceBackend } from './backend/reference/reference.ts';
import { DeviceError } from './errors.ts';

let wasm: Backend | undefined;

function openWasm(): Backend {
  if (wasm === undefined) {
    throw new DeviceError(
      'wasm: expected `await ready()` of @kindling/core before the first tensor, which loads the engine',
    );
  }
  return wasm;
}

/** The engines of a browser; package.json has bundlers take this module in the place of engines.ts. */
export const engines: readonly (readonly [kind: string, candidate: Candidate])[] = [
  ['cpu', { engine: 'wasm', open: openWasm, isExpected: () => true }],
  ['cpu', { engine: 'reference', open: () => referenceBackend }],
];

/** Loads the engine of `cpu` that cannot open at once, from a chunk of its own, and gives its name. */
export async function loadEngines(): Promise<string> {
  const { loadWasm } = await import('./backend/wasm/load.ts');
  wasm ??= await loadWasm();
  return wasm.name;
}
