import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nn, tensor } from '@kindling/core';
import { DistributedDataParallel, destroyProcessGroup, initProcessGroup } from '@kindling/distributed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchers, runProcesses } from './launchers.ts';

/** Losses of PyTorch's DistributedDataParallel over gloo, means over all processes. */
const reference: Readonly<Record<2 | 4, { readonly losses: readonly number[] }>> = JSON.parse(
  readFileSync(new URL('fixtures/mnist.json', import.meta.url), 'utf8'),
);
const dataDir = process.env.KINDLING_DATA_DIR ?? '';
const hasMnist = existsSync(join(dataDir, 'mnist', 'train-images-idx3-ubyte.gz'));
if (!hasMnist) console.log(`Skipped training of mnist: no MNIST in KINDLING_DATA_DIR ("${dataDir}")`);

describe.each(launchers)('under $name', (launcher) => {
  test.each([1, 2, 4])('%d processes train as one does', async (count) => {
    const { code, stdout, stderr } = await runProcesses(launcher, count, 'training.ts');
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/agreed \d/g)).toHaveLength(count);
  });

  test.skipIf(!hasMnist || launcher !== launchers[0]).each([2, 4] as const)(
    '%d processes train the built-in mnist as PyTorch does',
    async (count) => {
      const { code, stdout, stderr } = await runProcesses(launcher, count, 'mnist.ts');
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const losses: number[] = JSON.parse(/^\[.*\]$/m.exec(stdout)![0]);
      const { losses: expected } = reference[count];
      expect(losses).toHaveLength(expected.length);
      losses.forEach((loss, step) => {
        expect(Math.abs(loss / expected[step]! - 1), `step ${step}`).toBeLessThan(1e-5);
      });
    },
  );

  test.each([2, 4])('Trainer in %d processes trains as in one', async (count) => {
    const { code, stdout, stderr } = await runProcesses(launcher, count, 'trainer.ts');
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/agreed \d/g)).toHaveLength(count);
  });

  test('all end where one sees that training diverges', async () => {
    const { code, stdout, stderr } = await runProcesses(launcher, 2, 'diverging.ts');
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/agreed \d/g)).toHaveLength(2);
  });

  test.each([
    ['throws', /process 1 of 3 on .+: RangeError: out of luck/],
    ['exits', /^/],
    ['dies', /^/],
  ])('where one process %s, all end', async (how, message) => {
    const { code, stdout, stderr, took } = await runProcesses(launcher, 3, 'failing.ts', [how]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(message);
    expect(took).toBeLessThan(200_000);
  });
});

describe('DistributedDataParallel', () => {
  beforeAll(() => initProcessGroup());
  afterAll(() => destroyProcessGroup());

  test('names parameters without a part in the loss', () => {
    class Half extends nn.Module {
      readonly used = new nn.Linear(1, 1);
      readonly spare = new nn.Linear(1, 1);
      override forward(x: ReturnType<typeof tensor>) {
        return this.used.forward(x);
      }
    }
    const model = new DistributedDataParallel(new Half());
    expect(() =>
      model
        .forward(tensor([[1]]))
        .sum()
        .backward(),
    ).toThrow(
      'expected every parameter to have a part in the loss, got none of spare.weight, spare.bias; set findUnusedParameters',
    );
  });

  test('has the keys of its module under module', () => {
    const model = new DistributedDataParallel(new nn.Linear(1, 1));
    expect(Object.keys(model.stateDict())).toEqual(['module.weight', 'module.bias']);
  });
});
