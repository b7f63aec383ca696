import { hostname } from 'node:os';
import { compile, DeviceError, setDefaultDevice, type Tensor, tensor } from '@kindling/core';
import {
  allReduce,
  describeGroup,
  destroyProcessGroup,
  initProcessGroup,
  isInitialized,
} from '@kindling/distributed';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Communicator } from '../../src/communicator.ts';
import { GpuGroups } from '../../src/nccl/gpu-groups.ts';
import { openNcclLibrary } from '../../src/nccl/library.ts';
import { singleProcess } from '../../src/single-process.ts';
import { launchers, runProcesses } from '../launchers.ts';
import { checkCollectives } from '../programs/collective-checks.ts';
import { buildStandIn, noStandIn, type StandIn } from './stand-in.ts';

if (noStandIn !== undefined) console.log(`Skipped NCCL: ${noStandIn}`);

describe.skipIf(noStandIn !== undefined)('NCCL', () => {
  const place = `process 0 of 1 on ${hostname()}`;
  let standIn: StandIn;

  beforeAll(() => {
    standIn = buildStandIn();
  });
  afterAll(() => standIn.remove());

  const useStandIn = (settings: Readonly<Record<string, string>> = {}): void => {
    for (const [name, value] of Object.entries({ ...standIn.environment, ...settings }))
      vi.stubEnv(name, value);
  };
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    setDefaultDevice('cpu');
    if (isInitialized()) destroyProcessGroup();
  });

  test.skipIf(launchers.length === 0).each([2, 4])(
    '%d processes: collectives are what they are defined as, and training that of the CPU',
    async (count) => {
      useStandIn();
      const { code, stdout, stderr } = await runProcesses(launchers[0]!, count, 'nccl.ts');
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.match(/agreed \d/g)).toHaveLength(count);
    },
  );

  test.skipIf(launchers.length === 0)('where it fails at one process, all end', async () => {
    useStandIn();
    const { code, stdout, stderr } = await runProcesses(launchers[0]!, 2, 'nccl-failing.ts', [
      'ncclAllReduce:2=2',
    ]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(
      /process 1 of 2 on .+: DeviceError: nccl: expected ncclAllReduce to succeed at process 1 of 2 on .+, got its error 2, unhandled system error: stand-in: asked to fail/,
    );
  });

  describe('one process that asks for it', () => {
    const start = (settings?: Readonly<Record<string, string>>): Tensor => {
      useStandIn(settings);
      initProcessGroup({ backend: 'nccl' });
      return tensor([1, 2], { device: 'cuda' });
    };

    test('has its collectives', () => {
      start();
      setDefaultDevice('cuda');
      checkCollectives([0, 1, 1000]);
      expect(describeGroup()).toBe('one process, NCCL 2.23.5');
    });

    test.each([
      ['ncclGetUniqueId:1=2', 'ncclGetUniqueId'],
      ['ncclCommInitRank:1=2', 'ncclCommInitRank'],
      ['ncclAllReduce:1=2', 'ncclAllReduce'],
    ])('is told of %s', (fault, name) => {
      const x = start({ STAND_IN_FAIL: fault });
      const message = `nccl: expected ${name} to succeed at ${place}, got its error 2, unhandled system error: stand-in: asked to fail`;
      expect(() => allReduce(x)).toThrow(new DeviceError(message));
    });

    test('is told of what fails later, when it reads; the communicator is of no use then', () => {
      const x = start();
      allReduce(x);
      expect(x.toArray()).toEqual([1, 2]);
      vi.stubEnv('STAND_IN_FAIL', 'ncclCommGetAsyncError:1=2');
      allReduce(x);
      const message = `nccl: expected ncclCommGetAsyncError to succeed at ${place}, got its error 2, unhandled system error`;
      expect(() => x.data()).toThrow(message);
      expect(() => allReduce(x)).toThrow(message);
      expect(x.toArray()).toEqual([1, 2]);
      expect(() => destroyProcessGroup()).not.toThrow();
    });

    test('gets an error where a GPU waits too long for others', () => {
      const x = start();
      const nccl = new GpuGroups(singleProcess, 'demanded', 60).of(x)!;
      expect(() => nccl.check(60)).not.toThrow();
      const message = `nccl: expected the other processes within 60 s at ${place}, whose GPU waits for them`;
      expect(() => nccl.check(61)).toThrow(message);
      expect(() => nccl.allReduce('float32', 'sum').enqueue(0, 0, 0)).toThrow(message);
    });

    test('records it in steps, which end with the group', () => {
      const x = start();
      const step = compile((values: Tensor) => {
        const y = values.mul(2);
        allReduce(y);
        return y;
      });
      for (let i = 0; i < 5; i++) expect(step(x).toArray()).toEqual([2, 4]);
      expect(step.replays).toBeGreaterThan(0);
      destroyProcessGroup();
      expect(() => step(x)).toThrow('expected the process group that was there when the step was recorded');
    });

    test.each([
      [{ STAND_IN_VERSION: '21003' }, 'expected version 2.14.0 or newer, got 2.10.3'],
      [{ STAND_IN_VERSION: '2708' }, 'expected version 2.14.0 or newer, got code 2708'],
      [{ KINDLING_NCCL: '/nowhere/libnccl.so.2' }, 'tried /nowhere/libnccl.so.2 (cannot open'],
      [{ KINDLING_NCCL: 'libm.so.6' }, 'tried libm.so.6 ('],
      [
        { KINDLING_NCCL: '' },
        'expected KINDLING_NCCL to name the library that goes with KINDLING_CUDA_LIBRARY',
      ],
      [{ KINDLING_NCCL: 'off' }, 'KINDLING_NCCL=off'],
    ])('fails without it: %j', (settings, reason) => {
      const x = start(settings);
      const message = expect.stringContaining(reason);
      expect(() => allReduce(x)).toThrow(expect.objectContaining({ name: 'DeviceError', message }));
    });
  });

  test('a library that is not there is named with where to get it', () => {
    vi.stubEnv('KINDLING_NCCL', '');
    vi.stubEnv('KINDLING_CUDA_LIBRARY', '');
    vi.stubEnv('LD_LIBRARY_PATH', '');
    let message = 'found no library (tried libnccl.so.2 (…); install libnccl2';
    try {
      // Some machines have one.
      expect(openNcclLibrary().version).toBeGreaterThan(0);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/found no library \(tried libnccl\.so\.2 \(.+\); install libnccl2/);
  });

  describe('where the processes cannot use it together', () => {
    /** Two processes, of which the other says what this one does, but for some of it. */
    const pairWith = (other: object): Communicator => ({
      ...singleProcess,
      size: 2,
      allGather: (own, all) => {
        const bytes = own as Uint8Array;
        const claim = JSON.parse(new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0))));
        all.set(bytes, 0);
        all.set(new TextEncoder().encode(JSON.stringify({ ...claim, ...other })), bytes.length);
      },
    });

    test.each([
      [{}, /expected a GPU of its own for each process, got one for process 0 of 2 on .+ and process 1 of 2/],
      [
        { version: 22700 },
        /expected one version of NCCL .+, got 2\.23\.5 at process 0 of 2 on .+ and 2\.27\.0 at/,
      ],
      [{ reason: 'no library' }, /no library \(process 1 of 2 on .+\)/],
    ])('as the other says %j, they use the host, which is said once', (other, reason) => {
      useStandIn();
      const x = tensor([1], { device: 'cuda' });
      const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      expect(() => new GpuGroups(pairWith(other), 'demanded', 1).of(x)).toThrow(reason);
      expect(new GpuGroups(pairWith({ ...other, isDeclined: true }), 'declined', 1).of(x)).toBeUndefined();
      expect(said).not.toHaveBeenCalled();
      const gpus = new GpuGroups(pairWith(other), 'allowed', 1);
      expect([gpus.of(x), gpus.of(x), gpus.of(tensor([1]))]).toEqual([undefined, undefined, undefined]);
      expect(gpus.description).toBeUndefined();
      expect(said).toHaveBeenCalledOnce();
      expect(said.mock.calls[0]![0]).toMatch(reason);
      expect(said.mock.calls[0]![0]).toMatch(/^kindling: tensors on cuda:0 go through the host's memory/);
    });
  });
});
