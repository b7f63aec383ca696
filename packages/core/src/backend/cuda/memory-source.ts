import type { CudaBackend } from './backend.ts';
import type { MemorySource } from './memory.ts';

/** cuMemPool attribute: bytes that the pool keeps when the stream is waited for. */
const releaseThreshold = 4;

type Source = Pick<CudaBackend, 'driver' | 'device' | 'stream' | 'properties' | 'collectives'>;

/** The memory of a GPU, from the driver's pool where it has one. */
export function memorySource({ driver, device, stream, properties, collectives }: Source): MemorySource {
  const { api } = driver;
  const { memory: total, handle, hasMemoryPools } = properties;
  if (!hasMemoryPools) {
    return {
      device,
      total,
      reserve: (byteLength) => driver.output('cuMemAlloc_v2', byteLength),
      release: (address) => driver.check(api.cuMemFree_v2(address), 'cuMemFree'),
      settle: () => {},
    };
  }
  const pool = driver.output('cuDeviceGetDefaultMemPool', handle);
  const all = BigUint64Array.of(2n ** 64n - 1n);
  driver.check(api.cuMemPoolSetAttribute(pool, releaseThreshold, all), 'cuMemPoolSetAttribute');
  return {
    device,
    total,
    reserve: (byteLength) => driver.output('cuMemAllocAsync', byteLength, stream),
    release: (address) => driver.check(api.cuMemFreeAsync(address, stream), 'cuMemFreeAsync'),
    settle: () => {
      collectives.wait(() => api.cuStreamQuery(stream));
      driver.check(api.cuStreamSynchronize(stream), 'cuStreamSynchronize');
      driver.check(api.cuMemPoolTrimTo(pool, 0), 'cuMemPoolTrimTo');
    },
  };
}
