// Trains the trials that its sweep sends, one after the other, in a process of its own. It ends with the sweep: the channel closes.

import type { Trainer } from '@kindling/train';
import { type Callback, type EpochReport, RunFolder, runExperiment, type TrainSteps } from '@kindling/train';
import { monitored } from '@kindling/train/internal';
import { nameDevice } from '../../device-option.ts';
import { failureOf } from '../../failure.ts';
import type { FromWorker, ToWorker, TrialFailure } from './protocol.ts';

type Task = Extract<ToWorker, { type: 'train' }>;

/** Milliseconds between two reports of progress. */
const REPORT_MS = 250;

/** The trial that is trained. */
let stop: AbortController | undefined;
let onVerdict: ((reason: string | null) => void) | undefined;

const send = (message: FromWorker): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

const end = (reason: string): void => {
  stop?.abort(new DOMException(reason, 'AbortError'));
  onVerdict?.(null);
};

/** Reports the progress of a trial to the sweep, and stops it where the sweep's verdict says so. */
class TrialCallback implements Callback {
  readonly name = 'sweep';
  readonly interval?: number;
  readonly #task: Task;
  #steps = 1;
  #reportedAt = performance.now();

  constructor(task: Task) {
    this.#task = task;
    // A verdict is waited for at each epoch's end, which is the default.
    if (!task.isPruned) this.interval = Number.POSITIVE_INFINITY;
  }

  begin(steps: number): void {
    this.#steps = steps;
  }

  onTrainBatchEnd(steps: TrainSteps): void {
    const last = steps.at(-1);
    if (last === undefined || performance.now() - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = performance.now();
    send({ type: 'progress', step: last.step + 1, steps: this.#steps });
  }

  onTrainEpochEnd(
    { epoch, train, validation, evaluated }: EpochReport,
    trainer: Trainer,
  ): void | Promise<void> {
    if (!evaluated || !this.#task.isPruned || stop?.signal.aborted || !process.connected) return;
    // As the log has it, from which other trials are read.
    const value = monitored({ train, validation }, this.#task.experiment.checkpoint.monitor) ?? null;
    return new Promise((resolve) => {
      onVerdict = (reason) => {
        onVerdict = undefined;
        if (reason !== null) trainer.stop(reason);
        resolve();
      };
      send({ type: 'epoch', epoch, value });
    });
  }
}

async function train(task: Task, signal: AbortSignal): Promise<TrialFailure | undefined> {
  const { experiment, runDir, device } = task;
  const callback = new TrialCallback(task);
  try {
    nameDevice(device);
    await runExperiment(experiment, {
      runDir,
      resume: new RunFolder(runDir).exists(),
      signal,
      onReady: ({ steps }) => callback.begin(steps),
      onNotice: (text) => send({ type: 'notice', text }),
      files: { signal, onEvent: (event) => send({ type: 'download', event }) },
      callbacks: [callback],
    });
    return undefined;
  } catch (error) {
    // Interrupted before there was anything to keep.
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return undefined;
    return failureOf(error);
  }
}

let work = Promise.resolve();

process.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'train': {
      // At once: the message that stops the trial may be the next one.
      const controller = new AbortController();
      stop = controller;
      work = work.then(async () => {
        const failure = await train(message, controller.signal);
        stop = undefined;
        send({ type: 'ended', ...(failure === undefined ? {} : { failure }) });
      });
      return;
    }
    case 'verdict':
      return onVerdict?.(message.reason);
    case 'stop':
      return end(message.reason);
  }
});

// A terminal sends these to the workers, too; the sweep handles them and passes its decision on.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
process.on('SIGTERM', () => end('SIGTERM'));

process.on('disconnect', () => {
  end('the sweep has ended');
  void work.finally(() => process.exit());
});
