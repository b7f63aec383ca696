import { loadEngines } from '#engines';
import { engineInUse } from './backend/devices.ts';
import { DeviceError } from './errors.ts';

let loading: Promise<void> | undefined;

/**
 * Loads what the device `cpu` needs to be fast: in a browser, the engine as WebAssembly, which is no part of a page's first script. Without
 * it a page computes with the reference engine, in plain TypeScript. In Node.js, Deno and Bun there is nothing to load.
 *
 * To be awaited once, in each page and worker, before the first tensor is made:
 *
 * ```ts
 * import { ready, tensor } from '@kindling/core';
 * await ready();
 * ```
 *
 * A page with a policy for scripts must allow WebAssembly: `script-src 'self' 'wasm-unsafe-eval'`. Where it
 * is isolated from other origins, a worker of it computes on several threads, for which it must allow `worker-src blob:`.
 *
 * @throws DeviceError where the browser does not run the engine, with the reason; or where tensors were made before, which
 *   the reference engine has. Both go on without it.
 */
export function ready(): Promise<void> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<void> {
  const loaded = await loadEngines();
  const used = engineInUse('cpu');
  if (loaded !== undefined && used !== undefined && used !== loaded) {
    throw new DeviceError(
      `ready: expected to be awaited before the first tensor is made, got a program whose cpu is the ${used} engine already`,
    );
  }
}
