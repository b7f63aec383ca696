import {
  buildTraining,
  type DataParallel,
  type ExperimentInput,
  readRun,
  runExperiment,
} from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { experiment, runsFolder } from './set-up.ts';

/** Processes of which only this one is there: the others would do as it does. */
const processes = (size: number, rank = 0): DataParallel => ({
  rank,
  size,
  localRank: rank,
  averageGradients: () => {},
  average: () => {},
  syncBatchNorm: () => {},
  largest: (values) => values,
  gather: (values) => [values],
  broadcast: () => {},
  share: (bytes) => bytes!,
  sampler: (samples) => ({
    length: samples / size,
    setEpoch: () => {},
    *[Symbol.iterator]() {
      for (let i = rank; i < samples; i += size) yield i;
    },
  }),
});

const runs = runsFolder();

describe('a checkpoint in the middle of an epoch that processes share', () => {
  const shared = experiment({ data: { source: 'xor', batchSize: 2 }, epochs: 3 });

  /** A run that was stopped after the first of the two steps of its second epoch. */
  async function stopped(count: number): Promise<void> {
    const stop = new AbortController();
    const { status } = await runExperiment(shared, {
      runs: runs(),
      signal: stop.signal,
      dataParallel: count === 1 ? undefined : processes(count),
      callbacks: [
        {
          name: 'stop',
          interval: 1,
          onTrainBatchEnd: (steps) => {
            if (steps.at(-1)?.step === 2) stop.abort();
          },
        },
      ],
    });
    expect(status).toBe('stopped');
  }

  test.each([
    [
      2,
      1,
      'run tiny: expected 2 processes for the rest of epoch 2, in which its checkpoint is, got 1; resume it with --processes 2, and with 1 once an epoch has ended',
    ],
    [
      1,
      2,
      'run tiny: expected 1 process for the rest of epoch 2, in which its checkpoint is, got 2; resume it without --processes, and with 2 once an epoch has ended',
    ],
  ])('of %d is not gone on with by %d', async (before, now, message) => {
    await stopped(before);
    const resume = (count: number) =>
      runExperiment(shared, {
        runs: runs(),
        resume: true,
        dataParallel: count === 1 ? undefined : processes(count),
      });
    const { events } = readRun(`${runs()}/tiny`);
    await expect(resume(now)).rejects.toThrow(message);
    expect(readRun(`${runs()}/tiny`).events).toEqual(events);
    expect(await resume(before)).toMatchObject({ status: 'completed' });
    expect(await resume(now)).toMatchObject({ status: 'completed', steps: 0 });
  });

  test('at the end of an epoch is gone on with by others, which is said', async () => {
    await runExperiment({ ...shared, epochs: 1 }, { runs: runs(), dataParallel: processes(2) });
    const notices: string[] = [];
    const resumed = await runExperiment(shared, {
      runs: runs(),
      resume: true,
      onNotice: (notice) => notices.push(notice),
    });
    expect(resumed).toMatchObject({ status: 'completed', steps: 4 });
    expect(notices).toContain(
      'resumed with 1 in place of 2 processes: from epoch 2 on, samples come in the order of 1',
    );
  });

  test('of a trainer is refused by one with other processes', async () => {
    await stopped(2);
    const { trainer, batches } = await buildTraining(shared, { dataParallel: processes(2) });
    const position = { epoch: 1, step: 3, epochSteps: 1 };
    trainer.loadStateDict({
      ...trainer.stateDict(),
      ...position,
      batches: batches.stateDict(),
      processes: 4,
    });
    await expect(trainer.fit(batches, { epochs: 3 })).rejects.toThrow(
      'fit: expected 4 processes to go on in the middle of the epoch that they share, got 2',
    );
  });
});

describe('the shares of an evaluation', () => {
  /** The inputs of each batch of each process. */
  const batchesOf = (loss: ExperimentInput['loss'], size: number): Promise<number[][][][]> =>
    Promise.all(
      Array.from({ length: size }, async (_, rank) => {
        const { validation } = await buildTraining(
          experiment({
            data: { source: 'digits', seed: 1, train: 8, test: 7, batchSize: 8 },
            model: [{ type: 'linear', out: 10 }],
            loss,
          }),
          { dataParallel: size === 1 ? undefined : processes(size, rank) },
        );
        return Array.from(validation!, ([input]) => input.toArray() as number[][]);
      }),
    );
  const sizes = (all: number[][][][]) => all.map((batches) => batches.map(({ length }) => length));

  test('have every sample once, at each process some', async () => {
    const shares = await batchesOf('crossEntropy', 3);
    expect(sizes(shares)).toEqual([[3], [3], [1]]);
    expect(shares.flat(2)).toEqual((await batchesOf('crossEntropy', 1)).flat(2));
  });

  test.each<ExperimentInput['loss']>([
    { type: 'crossEntropy', ignoreIndex: 3 },
    { type: 'crossEntropy', reduction: 'sum' },
    { type: 'crossEntropy', weight: [1, 1, 1, 1, 1, 1, 1, 1, 1, 2] },
  ])('are whole batches where it matters what is in a batch together: %j', async (loss) => {
    expect(sizes(await batchesOf(loss, 2))).toEqual([[7], []]);
  });
});
