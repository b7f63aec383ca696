import { CudaBackend } from './backend.ts';
import { Driver } from './driver.ts';

let driver: Driver | undefined;
const backends = new Map<number, CudaBackend>();

/** The driver, opened at first use. Throws {@link DeviceError} with what is missing and what to do. */
function openDriver(): Driver {
  driver ??= new Driver();
  return driver;
}

/** The backend of the n-th GPU, opened at first use. */
export function openCuda(index: number): CudaBackend {
  const known = backends.get(index);
  if (known !== undefined) return known;
  const backend = new CudaBackend(openDriver(), index);
  backends.set(index, backend);
  return backend;
}

/** How many GPUs the driver lists; 0 where there is no driver. */
export function countCudaDevices(): number {
  try {
    return openDriver().deviceCount;
  } catch {
    return 0;
  }
}
