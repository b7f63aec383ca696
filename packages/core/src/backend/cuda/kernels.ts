import { DeviceError } from '../../errors.ts';
import { bundleRemedy, packageFolder } from '../package-folder.ts';
import { type Driver, reasonOf } from './driver.ts';
import type { Launch } from './plan/plan.ts';

/** Bytes of dynamic shared memory that any kernel may have without asking. */
const SHARED_WITHOUT_ASKING = 48 * 1024;

/** Bytes that a kernel's parameters may have. */
const MAX_PARAMETER_BYTES = 4096;

const LOG_BYTES = 8192;

/** CUjit_option and CUfunction_attribute values. */
const jitOptions = { errorLog: 5, errorLogBytes: 6 } as const;
const maxDynamicSharedBytes = 8;

interface Kernel {
  readonly handle: number;
  sharedBytes: number;
}

interface Module {
  readonly handle: number;
  readonly kernels: Map<string, Kernel>;
}

/** The folder of the PTX files. */
function ptxFolder(): string {
  const folder = packageFolder('cuda');
  if (folder === undefined) {
    throw new DeviceError(
      `cuda: expected the kernels in the folder of @kindling/core, which this bundle does not include; ${bundleRemedy}`,
    );
  }
  return process.getBuiltinModule('node:path').join(folder, 'cuda', 'ptx');
}

/** The kernels of cuda/ptx, compiled for the GPU by its driver when they are first used, and launched. */
export class Kernels {
  readonly #driver: Driver;
  readonly #folder = ptxFolder();
  readonly #modules = new Map<string, Module>();
  readonly #parameters = Buffer.alloc(MAX_PARAMETER_BYTES);
  /** Where the only parameter lies, as `kernelParams` wants to be told. */
  readonly #pointer = new BigUint64Array(16);
  readonly #pointerAddress: number;
  /** What was launched last, for the message of an error that comes later. */
  #last = 'no kernel';

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#pointer[0] = driver.koffi.address(this.#parameters);
    this.#pointerAddress = Number(driver.koffi.address(this.#pointer));
  }

  get last(): string {
    return this.#last;
  }

  launch({ module, entry, grid, block, sharedBytes, parameters }: Launch, stream: number): void {
    const kernel = this.#kernel(module, entry);
    if (sharedBytes > kernel.sharedBytes) this.#allowShared(kernel, entry, sharedBytes);
    this.#parameters.set(parameters);
    this.#last = entry;
    const code = this.#driver.api.cuLaunchKernel(
      kernel.handle,
      grid[0],
      grid[1],
      grid[2],
      block[0],
      block[1],
      block[2],
      sharedBytes,
      stream,
      this.#pointerAddress,
      0,
    );
    if (code !== 0) this.#driver.check(code, 'cuLaunchKernel', `the kernel is ${entry}`);
  }

  close(): void {
    for (const { handle } of this.#modules.values()) {
      this.#driver.check(this.#driver.api.cuModuleUnload(handle), 'cuModuleUnload');
    }
    this.#modules.clear();
  }

  #kernel(moduleName: string, entry: string): Kernel {
    const module = this.#modules.get(moduleName) ?? this.#load(moduleName);
    const known = module.kernels.get(entry);
    if (known !== undefined) return known;
    const handle = new BigUint64Array(1);
    const code = this.#driver.api.cuModuleGetFunction(handle, module.handle, Buffer.from(`${entry}\0`));
    this.#driver.check(code, 'cuModuleGetFunction', `the kernel is ${entry} of ${moduleName}.ptx`);
    const kernel = { handle: Number(handle[0]!), sharedBytes: SHARED_WITHOUT_ASKING };
    module.kernels.set(entry, kernel);
    return kernel;
  }

  #allowShared(kernel: Kernel, entry: string, sharedBytes: number): void {
    this.#driver.check(
      this.#driver.api.cuFuncSetAttribute(kernel.handle, maxDynamicSharedBytes, sharedBytes),
      'cuFuncSetAttribute',
      `the kernel ${entry} requests ${sharedBytes} bytes of shared memory`,
    );
    kernel.sharedBytes = sharedBytes;
  }

  #load(name: string): Module {
    const { readFileSync } = process.getBuiltinModule('node:fs');
    const path = process.getBuiltinModule('node:path').join(this.#folder, `${name}.ptx`);
    let ptx: Buffer;
    try {
      ptx = Buffer.concat([readFileSync(path), Buffer.of(0)]);
    } catch (error) {
      throw new DeviceError(`cuda: expected kernels in ${path}, got ${reasonOf(error)}`);
    }
    const { koffi, api } = this.#driver;
    const log = Buffer.alloc(LOG_BYTES);
    const options = Int32Array.of(jitOptions.errorLog, jitOptions.errorLogBytes);
    const values = BigUint64Array.of(koffi.address(log), BigInt(LOG_BYTES));
    const handle = new BigUint64Array(1);
    const code = api.cuModuleLoadDataEx(handle, ptx, options.length, options, values);
    const [message = ''] = log.toString('utf8').split('\0', 1);
    this.#driver.check(code, 'cuModuleLoadDataEx', `${path} ${message}`.trim());
    const module = { handle: Number(handle[0]!), kernels: new Map<string, Kernel>() };
    this.#modules.set(name, module);
    return module;
  }
}
