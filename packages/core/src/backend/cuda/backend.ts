import { dtypes } from '../../dtype.ts';
import { CapturingBackend } from '../capturing-backend.ts';
import { checkCall } from '../check-call.ts';
import type { Feature, KernelCall } from '../kernels.ts';
import type { BufferView, LoweredCall } from '../lowered-call.ts';
import { CudaCapture } from './capture.ts';
import { Collectives } from './collectives.ts';
import { Cublas } from './cublas.ts';
import type { Driver } from './driver.ts';
import { CELL_BYTES, ErrorCell } from './error-cell.ts';
import { Kernels } from './kernels.ts';
import { type Block, DeviceMemory } from './memory.ts';
import { memorySource } from './memory-source.ts';
import { type Launch, type PlanContext, plan, supported } from './plan/plan.ts';
import { float32Precision } from './precision.ts';
import { type DeviceProperties, describe, deviceProperties } from './properties.ts';
import { Staging } from './staging.ts';

/** CUstreamCaptureMode: other driver calls are not restricted meanwhile. */
const relaxedCapture = 2;

/** The context that driver calls of this thread work in. */
let current: number | undefined;

/** A call made ready: what to launch, and the memory that it needs until it is done. */
export interface Planned {
  readonly launches: readonly Launch[];
  readonly scratch: readonly Block[];
}

/** A captured graph that can be launched. */
export interface ExecutableGraph {
  /** 0 once it is ended. */
  handle: number;
  readonly mayReport: boolean;
  readonly hasCollectives: boolean;
}

/** What plan functions ask for, for one call at a time. */
class Planner implements PlanContext {
  readonly multiprocessors: number;
  readonly computeCapability: number;
  readonly errorCell: bigint;
  readonly #memory: DeviceMemory;
  scratchBlocks: Block[] = [];
  ordinal = 0;

  constructor(
    { multiprocessors, computeCapability }: DeviceProperties,
    errorCell: number,
    memory: DeviceMemory,
  ) {
    this.multiprocessors = multiprocessors;
    this.computeCapability = computeCapability;
    this.errorCell = BigInt(errorCell);
    this.#memory = memory;
  }

  get float32Precision(): 'highest' | 'high' {
    return float32Precision();
  }

  address({ storage, offset, dtype }: BufferView): bigint {
    return BigInt((storage.handle as Block).address + offset * dtypes[dtype].bytes);
  }

  scratch(byteLength: number): bigint {
    const block = this.#memory.allocate(byteLength);
    this.scratchBlocks.push(block);
    return BigInt(block.address);
  }
}

/**
 * An NVIDIA GPU through its driver: kernels from cuda/ptx, launched one after another on one stream. Nothing waits for the GPU but reading,
 * and writing where the pinned buffers are full.
 */
export class CudaBackend extends CapturingBackend<Block> {
  readonly name = 'cuda';
  readonly device: string;
  /** The GPU, its memory and its driver, in words. */
  readonly description: string;
  readonly driver: Driver;
  readonly properties: DeviceProperties;
  readonly memory: DeviceMemory;
  readonly staging: Staging;
  readonly stream: number;
  readonly collectives: Collectives;
  readonly #context: number;
  readonly #kernels: Kernels;
  readonly #errors: ErrorCell;
  readonly #errorBlock: Block;
  readonly #planner: Planner;
  readonly #cublas: Cublas | undefined;
  /** Whether a call was launched that may have met a value that it cannot take. */
  #mayReport = false;
  #isClosed = false;

  constructor(driver: Driver, index: number) {
    super();
    const properties = deviceProperties(driver, index);
    this.driver = driver;
    this.device = `cuda:${index}`;
    this.properties = properties;
    this.description = describe(properties, driver.version);
    this.#context = driver.output('cuDevicePrimaryCtxRetain', properties.handle);
    this.use();
    // Not in step with the legacy default stream, on which another library in this process may work.
    this.stream = driver.output('cuStreamCreate', 1);
    this.collectives = new Collectives(this);
    this.memory = new DeviceMemory(memorySource(this));
    this.staging = new Staging(driver, this.stream, this.collectives.wait);
    this.#kernels = new Kernels(driver);
    this.#errorBlock = this.memory.allocate(CELL_BYTES);
    this.#errors = new ErrorCell(driver, this.#errorBlock.address, this.stream);
    this.#planner = new Planner(properties, this.#errorBlock.address, this.memory);
    this.#cublas = Cublas.open(driver, this.stream, this.memory);
  }

  /** Where cuBLAS was found, or what became of looking for it. */
  get cublas(): string {
    return this.#cublas === undefined ? 'not used' : this.#cublas.path;
  }

  /** Makes the GPU's context the one that driver calls work in. */
  use(): void {
    if (current === this.#context) return;
    this.driver.check(this.driver.api.cuCtxSetCurrent(this.#context), 'cuCtxSetCurrent');
    current = this.#context;
  }

  supports(feature: Feature): boolean {
    return supported(feature);
  }

  protected allocateBlock(byteLength: number): Block {
    this.use();
    return this.memory.allocate(byteLength);
  }

  protected freeBlock(block: Block): void {
    this.memory.free(block);
  }

  protected copyIn({ address }: Block, byteOffset: number, source: Uint8Array): void {
    this.upload(address + byteOffset, source);
  }

  protected copyOut({ address }: Block, byteOffset: number, target: Uint8Array): void {
    this.use();
    this.staging.download(address + byteOffset, target, () => this.synchronize());
  }

  protected log(strict: boolean): CudaCapture {
    return new CudaCapture(this, strict);
  }

  execute(call: KernelCall): void {
    checkCall(call);
    this.use();
    if (!this.#runByLibrary(call)) {
      const { launches, scratch } = this.plan(call);
      for (const launch of launches) this.#kernels.launch(launch, this.stream);
      // What is launched later comes later on the stream, too.
      for (const block of scratch) this.memory.free(block);
    }
    this.captured?.log(call);
  }

  /** Puts bytes at an address, in the order of the stream. */
  upload(address: number, source: Uint8Array): void {
    this.use();
    this.staging.upload(address, source);
  }

  /** Copies within the GPU's memory, in the order of the stream. */
  copy(to: number, from: number, byteLength: number): void {
    const code = this.driver.api.cuMemcpyDtoDAsync_v2(to, from, byteLength, this.stream);
    if (code !== 0) this.driver.check(code, 'cuMemcpyDtoDAsync');
  }

  /** Waits for all that was launched. Throws what kernels reported, or {@link CudaError} where one failed. */
  synchronize(): void {
    const asked = this.#mayReport;
    if (asked) this.#errors.fetch();
    this.collectives.wait(() => this.driver.api.cuStreamQuery(this.stream));
    const code = this.driver.api.cuStreamSynchronize(this.stream);
    if (code !== 0) {
      this.driver.check(
        code,
        'cuStreamSynchronize',
        `the kernel launched last is ${this.#kernels.last}; with CUDA_LAUNCH_BLOCKING=1 the error comes from the kernel that failed`,
      );
    }
    if (!asked) return;
    this.#mayReport = false;
    const error = this.#errors.take();
    if (error !== undefined) throw error;
  }

  /** Makes a call ready to be launched. Its scratch memory is the caller's. */
  plan(call: LoweredCall): Planned {
    const planner = this.#planner;
    const ordinal = this.#errors.ordinal(call);
    if (ordinal !== undefined) this.#mayReport = true;
    planner.ordinal = ordinal ?? 0;
    planner.scratchBlocks = [];
    const launches = plan(call, planner);
    return { launches, scratch: planner.scratchBlocks };
  }

  /** Captures calls as a CUDA graph, and gives its executable form with the scratch memory that it works on. */
  captureGraph(calls: readonly LoweredCall[]): { graph: ExecutableGraph; scratch: Block[] } {
    this.use();
    const { api } = this.driver;
    // Memory is taken before the capture, which would make it part of the graph.
    const planned = calls.map((call) =>
      this.collectives.takes(call) || this.#cublas?.takes(call) ? call : this.plan(call),
    );
    this.driver.check(api.cuStreamBeginCapture_v2(this.stream, relaxedCapture), 'cuStreamBeginCapture');
    const captured = new BigUint64Array(1);
    try {
      for (const item of planned) {
        if ('launches' in item) for (const launch of item.launches) this.#kernels.launch(launch, this.stream);
        else this.#runByLibrary(item);
      }
    } catch (error) {
      // The error that matters is the first one.
      api.cuStreamEndCapture(this.stream, captured);
      throw error;
    }
    this.driver.check(api.cuStreamEndCapture(this.stream, captured), 'cuStreamEndCapture');
    const template = Number(captured[0]!);
    try {
      const graph: ExecutableGraph = {
        handle: this.driver.output('cuGraphInstantiateWithFlags', template, 0),
        mayReport: calls.some((call) => this.#errors.ordinal(call) !== undefined),
        hasCollectives: calls.some((call) => this.collectives.takes(call)),
      };
      if (graph.hasCollectives) this.collectives.hold(graph);
      return {
        graph,
        scratch: planned.flatMap((item) => ('launches' in item ? item.scratch : [])),
      };
    } finally {
      this.driver.check(api.cuGraphDestroy(template), 'cuGraphDestroy');
    }
  }

  /** Does a call that another library does; false for one that kernels do. */
  #runByLibrary(call: LoweredCall): boolean {
    return this.collectives.run(call) || this.#cublas?.run(call) === true;
  }

  /** Launches a captured graph. */
  replay(graph: ExecutableGraph): void {
    this.use();
    if (graph.hasCollectives) this.collectives.assertLive(graph);
    const code = this.driver.api.cuGraphLaunch(graph.handle, this.stream);
    if (code !== 0) this.driver.check(code, 'cuGraphLaunch');
    this.#mayReport ||= graph.mayReport;
  }

  /** Ends a captured graph, once the GPU is done with it. */
  release(graph: ExecutableGraph): void {
    if (this.#isClosed || graph.handle === 0) return;
    this.use();
    const { api } = this.driver;
    // A failure here was, or will be, told by the call that it belongs to.
    if (api.cuStreamSynchronize(this.stream) === 0) api.cuGraphExecDestroy(graph.handle);
    graph.handle = 0;
    this.collectives.drop(graph);
  }

  /** Gives all memory and the GPU back. Nothing of this backend may be used afterwards. */
  close(): void {
    this.use();
    this.synchronize();
    this.#isClosed = true;
    this.#cublas?.close();
    this.#kernels.close();
    this.staging.close();
    this.#errors.close();
    this.memory.free(this.#errorBlock);
    this.memory.close();
    this.driver.check(this.driver.api.cuStreamDestroy_v2(this.stream), 'cuStreamDestroy');
    this.driver.check(
      this.driver.api.cuDevicePrimaryCtxRelease_v2(this.properties.handle),
      'cuDevicePrimaryCtxRelease',
    );
    current = undefined;
  }
}
