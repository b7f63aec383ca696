import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { NativeBackend } from '../../src/backend/native/native.ts';
import type { WasmHeap } from '../../src/backend/wasm/heap.ts';
import type { WasmLibrary } from '../../src/backend/wasm/library.ts';
import { openWasm } from '../../src/backend/wasm/open.ts';
import { type WasmInstance, webAssembly } from '../../src/backend/wasm/webassembly.ts';
import { DeviceError } from '../../src/errors.ts';
import { bytesOf, parallelCalls } from '../native/parallel-calls.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const [product] = parallelCalls;

/** Computes until so many workers have come up. Nothing gives way to them. */
function summon(engine: NativeBackend, workers: number): void {
  while ((engine.library as WasmLibrary).workers() < workers) bytesOf(product!, engine, workers + 1);
}

test('workers come up while this thread computes, and change no bit', () => {
  const engine = openWasm();
  const alone = parallelCalls.map((call) => bytesOf(call, engine, 1));
  expect((engine.library as WasmLibrary).workers()).toBe(0);
  summon(engine, 2);
  for (let round = 0; round < 3; round++) {
    for (const [i, call] of parallelCalls.entries()) {
      for (const threads of [2, 3]) expect(bytesOf(call, engine, threads).equals(alone[i]!)).toBe(true);
    }
  }
});

test('KINDLING_NUM_THREADS says how many there are at first', () => {
  vi.stubEnv('KINDLING_NUM_THREADS', '3');
  const engine = openWasm();
  expect(engine.threads).toBe(3);
  expect(engine.description).toMatch(/3 threads$/);
});

describe('there is one thread, whatever is set,', () => {
  const expectOne = (): void => {
    const engine = openWasm();
    expect(engine.library.path).not.toContain('threads');
    const expected = bytesOf(product!, openWasm(), 1);
    expect(bytesOf(product!, engine, 4).equals(expected)).toBe(true);
    expect(engine.threads).toBe(1);
    expect(engine.description).toMatch(/1 thread$/);
  };
  test('where memory cannot be shared', () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expectOne();
  });
  test('in a page that is not isolated', () => {
    vi.stubGlobal('crossOriginIsolated', false);
    expectOne();
  });
  test('in the first thread of a page, which must not wait', () => {
    vi.stubGlobal('Atomics', {
      wait() {
        throw new TypeError('Atomics.wait cannot be called in this context');
      },
    });
    expectOne();
  });
});

test('where no worker can be started, this thread does it all', () => {
  const engine = openWasm();
  const expected = bytesOf(product!, engine, 1);
  const { getBuiltinModule } = process;
  vi.spyOn(process, 'getBuiltinModule').mockImplementation((name: string) => {
    if (name === 'node:worker_threads') throw new Error('no workers here');
    return getBuiltinModule(name);
  });
  expect(bytesOf(product!, engine, 4).equals(expected)).toBe(true);
  expect(engine.threads).toBe(1);
  vi.restoreAllMocks();
});

/** An engine, and what its module exports and it does not. */
function openInside(): {
  engine: NativeBackend;
  exports: Readonly<Record<string, (operand: number) => number>>;
} {
  const { Instance } = webAssembly();
  let made: WasmInstance | undefined;
  vi.spyOn(webAssembly(), 'Instance').mockImplementation(function instance(module, imports) {
    made = new Instance(module, imports);
    return made;
  });
  const engine = openWasm();
  vi.restoreAllMocks();
  return { engine, exports: made!.exports as never };
}

test('a worker that traps ends the call with an error that says where, and every call from then on', () => {
  const { engine, exports } = openInside();
  summon(engine, 2);
  const text = new TextEncoder().encode('divide by zero at wasm-function[7]:0x1234 in thread 3\0');
  const { heap } = engine.library as unknown as { readonly heap: WasmHeap };
  const address = exports.kd_allocate!(text.length);
  heap.bytes.set(text, address);
  // What a worker calls that traps in a task.
  exports.kd_lose_worker!(address);
  const message = `wasm: expected the engine to complete ${product!.kind}, got a trap (divide by zero at wasm-function[7]:0x1234 in thread 3); tensors on cpu are lost, start the program anew`;
  const waitForWorkers = (): void => {
    for (;;) bytesOf(product!, engine, 3);
  };
  expect(waitForWorkers).toThrow(new DeviceError(message));
  expect(() => bytesOf(product!, engine, 1)).toThrow(new DeviceError(message));
});

test('a trap of the call itself is the same error, and a stack that is too deep is none', () => {
  const { library } = openWasm();
  const recurse = (): number => library.replay(0) + recurse();
  expect(recurse).toThrow(RangeError);
  expect(() => library.replay(2 ** 32 - 64)).toThrow(DeviceError);
  expect(() => library.execute(0)).toThrow(
    /^wasm: expected the engine to complete a replay, got a trap \(memory access out of bounds at wasm-function\[\d+\]:0x[\da-f]+\); tensors/,
  );
});

/** The programs that an engine gives to workers, none of which starts, and what they get. */
function programsOfWorkers(): { readonly code: string; readonly workerData: Record<string, unknown> }[] {
  const { getBuiltinModule } = process;
  const found: ReturnType<typeof programsOfWorkers> = [];
  class Worker {
    constructor(code: string, { workerData }: { workerData: Record<string, unknown> }) {
      found.push({ code, workerData });
    }
    on(): void {}
    unref(): void {}
  }
  vi.spyOn(process, 'getBuiltinModule').mockImplementation((name: string) => {
    const real = getBuiltinModule(name);
    return name === 'node:worker_threads' ? { ...real, Worker } : real;
  });
  bytesOf(product!, openWasm(), 3);
  vi.restoreAllMocks();
  return found;
}

/** Runs the program of a worker in this thread, with functions of its own in place of those of the module. */
function serveHere(
  program: ReturnType<typeof programsOfWorkers>[number],
  exports: object,
  memory: object,
): void {
  const Instance = function instance(): object {
    return { exports: { __stack_pointer: {}, __wasm_init_tls() {}, ...exports } };
  };
  const data = { workerData: { ...program.workerData, memory } };
  new Function('require', 'WebAssembly', program.code)(() => data, { Instance });
}

test('a worker takes the size of the memory anew, which may have grown while it was sent', () => {
  const [program, other] = programsOfWorkers();
  expect([program!.workerData.index, other!.workerData.index]).toEqual([0, 1]);
  const order: string[] = [];
  serveHere(
    program!,
    { kd_serve: () => order.push('serve') },
    { grow: (n: number) => order.push(`grow ${n}`) },
  );
  expect(order).toEqual(['grow 0', 'serve']);
});

test('a worker that ends says why, where, and which thread it was', () => {
  const [, program] = programsOfWorkers();
  const memory = program!.workerData.memory as {
    readonly buffer: SharedArrayBuffer;
    grow(pages: number): number;
  };
  let text = '';
  serveHere(
    program!,
    {
      kd_serve() {
        const { RuntimeError } = webAssembly();
        throw new RuntimeError('unreachable');
      },
      kd_lose_worker(address: number) {
        const bytes = new Uint8Array(memory.buffer).slice(address, address + 100);
        text = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
      },
    },
    memory,
  );
  expect(text).toBe('unreachable at its start in thread 3');
});

/** Runs a program that opens an engine; its output. */
function outputOf(rest: string): string {
  const program = `
    const { openWasm } = await import('../../src/backend/wasm/open.ts');
    const { bytesOf, parallelCalls: [product] } = await import('../native/parallel-calls.ts');
    ${rest}`;
  const args = ['--conditions=@kindling/source', '--import', 'tsx', '--input-type=module', '-e', program];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    timeout: 200_000,
  });
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  return stdout.trim();
}

/** An engine with two workers. */
const withWorkers = `
  const engine = openWasm();
  while (engine.library.workers() < 2) bytesOf(product, engine, 3);`;

test('a process ends by itself though its workers wait', () => {
  expect(outputOf(`${withWorkers} console.log('done');`)).toBe('done');
});

test('a worker that ends without an error in the midst of a task ends the call with one', () => {
  // Its stack has room for waiting, not for a task, which traps; what would say so exits instead.
  const ending = `
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (module, imports) {
      const { exports } = new Instance(module, imports);
      const start = (locals) => {
        exports.__wasm_init_tls(locals);
        exports.__stack_pointer.value = 160;
      };
      return { exports: { ...exports, __wasm_init_tls: start, kd_lose_worker: () => process.exit() } };
    };`;
  const output = outputOf(`
    const { Worker, ...threads } = process.getBuiltinModule('node:worker_threads');
    const { getBuiltinModule } = process;
    class EndingWorker extends Worker {
      constructor(code, options) {
        super(${JSON.stringify(ending)} + code, options);
      }
    }
    process.getBuiltinModule = (name) =>
      name === 'node:worker_threads' ? { ...threads, Worker: EndingWorker } : getBuiltinModule(name);
    const engine = openWasm();
    try {
      const start = performance.now();
      while (performance.now() - start < 100_000) bytesOf(product, engine, 2);
    } catch (error) {
      console.log(error.message);
    }`);
  expect(output).toBe(
    `wasm: expected the engine to complete ${product!.kind}, got a trap (thread 2 has ended); tensors on cpu are lost, start the program anew`,
  );
});

test('workers take no time where there is nothing to do', () => {
  const used = outputOf(`${withWorkers}
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { user, system } = process.cpuUsage(before);
    console.log(user + system);`);
  expect(Number(used)).toBeLessThan(500_000);
});
