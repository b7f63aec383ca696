import { DeviceError } from '../../errors.ts';
import { type Driver, versionText } from './driver.ts';

/** Lowest compute capability that the kernels run on: Turing. */
const LOWEST_CAPABILITY = 75;

/** CUdevice_attribute values. */
const attributes = { multiprocessors: 16, major: 75, minor: 76, memoryPools: 115 } as const;

/** What is known of a GPU. */
export interface DeviceProperties {
  /** The driver's handle of the device. */
  readonly handle: number;
  readonly name: string;
  /** 32 hexadecimal digits that tell it from all others. */
  readonly uuid: string;
  /** 10 · major + minor. */
  readonly computeCapability: number;
  readonly multiprocessors: number;
  /** Bytes. */
  readonly memory: number;
  /** Whether it allocates in the order of a stream. */
  readonly hasMemoryPools: boolean;
}

/** Throws {@link DeviceError} for a number that no GPU has, and for a GPU that is too old. */
export function deviceProperties(driver: Driver, index: number): DeviceProperties {
  const count = driver.deviceCount;
  if (index >= count) {
    throw new DeviceError(`cuda: expected a GPU index in [0, ${count - 1}], got ${index}`);
  }
  const handle = driver.outputInt('cuDeviceGet', index);
  const attribute = (number: number): number => driver.outputInt('cuDeviceGetAttribute', number, handle);
  const text = Buffer.alloc(256);
  driver.check(driver.api.cuDeviceGetName(text, text.length - 1, handle), 'cuDeviceGetName');
  const uuid = Buffer.alloc(16);
  driver.check(driver.api.cuDeviceGetUuid_v2(uuid, handle), 'cuDeviceGetUuid');
  const properties: DeviceProperties = {
    handle,
    name: text.toString('utf8', 0, text.indexOf(0)),
    uuid: uuid.toString('hex'),
    computeCapability: 10 * attribute(attributes.major) + attribute(attributes.minor),
    multiprocessors: attribute(attributes.multiprocessors),
    memory: driver.output('cuDeviceTotalMem_v2', handle),
    hasMemoryPools: attribute(attributes.memoryPools) !== 0,
  };
  if (properties.computeCapability < LOWEST_CAPABILITY) {
    throw new DeviceError(
      `cuda: expected a GPU of compute capability ${capabilityText(LOWEST_CAPABILITY)} or higher, got ${describe(properties, driver.version)}`,
    );
  }
  return properties;
}

const capabilityText = (capability: number): string => `${Math.floor(capability / 10)}.${capability % 10}`;

/** `NVIDIA H100 80GB HBM3 (compute capability 9.0, 79.2 GiB, driver for CUDA 12.4)`. */
export const describe = (
  { name, computeCapability, memory }: DeviceProperties,
  driverVersion: number,
): string =>
  `${name} (compute capability ${capabilityText(computeCapability)}, ${formatBytes(memory)}, driver for CUDA ${versionText(driverVersion)})`;

/** Bytes in the largest binary unit that leaves a number of at least 1. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)));
  const amount = bytes / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power]}`;
}
