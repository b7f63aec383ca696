import { encodeSafetensors, type nn, scope } from '@kindling/core';
import { z } from 'zod';
import type { Callback, EpochReport, FitStatus, StepReport } from '../trainer/callback.ts';
import { isBetter, monitored } from '../trainer/monitor.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { formatEvent, type RunEvent } from './event.ts';
import type { CheckpointKind } from './run-folder.ts';
import type { RunRecord } from './run-record.ts';
import type { Signature } from './signature.ts';
import { encodeTree } from './tensor-tree.ts';

export interface CheckpointerOptions {
  /** Save when this much time has passed. */
  readonly seconds: number;
  /** Save after every this many steps, too. */
  readonly steps?: number | undefined;
  /** What tells better from worse. */
  readonly monitor: string;
  readonly stepsPerEpoch: number;
  /** Goes into the checkpoints, so that they can be used without the data. */
  readonly signature: Signature;
}

const stateSchema = z.object({
  best: z.object({ value: z.number(), epoch: z.int(), step: z.int() }).nullable(),
});

/**
 * Saves a run's weights and the state that training goes on from: now and then, when training ends, and when the weights are
 * the best so far. Weights that are no finite numbers are never saved.
 */
export class Checkpointer implements Callback {
  readonly name = 'checkpointer';
  readonly every: number;
  readonly #record: RunRecord;
  readonly #options: CheckpointerOptions;
  #best: z.output<typeof stateSchema>['best'] = null;
  #isResumed = false;
  #savedAt = performance.now();
  /** What the newest saved state has behind it. */
  #saved: { readonly step: number; readonly epoch: number } | undefined;

  constructor(record: RunRecord, options: CheckpointerOptions) {
    this.#record = record;
    this.#options = options;
    this.every = options.steps ?? Number.POSITIVE_INFINITY;
  }

  onStart(trainer: Trainer): void {
    this.#savedAt = performance.now();
    if (this.#isResumed) this.#saved = { step: trainer.step, epoch: trainer.epoch };
    else this.#saveWeights('initial', trainer);
  }

  onSteps(steps: readonly StepReport[], trainer: Trainer): void {
    // After the last step of an epoch its evaluation comes first.
    const isLast = trainer.epochSteps >= this.#options.stepsPerEpoch;
    if (!isLast && steps.every(({ loss }) => Number.isFinite(loss))) this.#saveIfDue(trainer);
  }

  onEpoch(epoch: EpochReport, trainer: Trainer): void {
    const { monitor } = this.#options;
    const value = epoch.evaluated ? monitored(epoch, monitor) : undefined;
    if (value !== undefined && isBetter(monitor, value, this.#best?.value)) {
      this.#best = { value, epoch: epoch.epoch, step: epoch.step };
      this.#record.note({ best: { monitor, ...this.#best } });
      this.#saveWeights('best', trainer, value);
    }
    this.#saveIfDue(trainer);
  }

  onFinish(status: FitStatus, trainer: Trainer): void {
    const isSaved = this.#saved?.step === trainer.step && this.#saved.epoch === trainer.epoch;
    if (status !== 'diverged' && !isSaved) this.#save(trainer);
  }

  stateDict() {
    return { best: this.#best };
  }

  loadStateDict(state: unknown): void {
    this.#isResumed = true;
    this.#best = stateSchema.parse(state).best;
    if (this.#best !== null) this.#record.note({ best: { monitor: this.#options.monitor, ...this.#best } });
  }

  #saveIfDue(trainer: Trainer): void {
    const { seconds, steps } = this.#options;
    const isTime = performance.now() - this.#savedAt >= 1000 * seconds;
    const before = this.#saved?.step ?? 0;
    const isStep = steps !== undefined && Math.floor(trainer.step / steps) > Math.floor(before / steps);
    if (isTime || isStep) this.#save(trainer);
  }

  #save(trainer: Trainer): void {
    if (!holdsNumbers(trainer.model)) return;
    const { folder, log } = this.#record;
    const event = this.#event('last', trainer);
    // The log as it will be with the event of this checkpoint, which comes when the files are there.
    const logLength = log.length + Buffer.byteLength(`${formatEvent(event)}\n`);
    log.sync();
    const state = scope(() => encodeTree({ version: 1, logLength, trainer: trainer.stateDict() }));
    writeFileAtomic(folder.state, state);
    this.#writeWeights('last', trainer);
    this.#record.emit(event);
    this.#record.note({ epoch: trainer.epoch, step: trainer.step });
    this.#record.writeSummary();
    this.#savedAt = performance.now();
    this.#saved = { step: trainer.step, epoch: trainer.epoch };
  }

  #saveWeights(kind: CheckpointKind, trainer: Trainer, value?: number): void {
    if (!holdsNumbers(trainer.model)) return;
    this.#writeWeights(kind, trainer);
    this.#record.emit(this.#event(kind, trainer, value));
  }

  #writeWeights(kind: CheckpointKind, { model, epoch, step }: Trainer): void {
    const metadata = {
      format: 'pt',
      run: this.#record.folder.name,
      epoch: String(epoch),
      step: String(step),
      signature: JSON.stringify(this.#options.signature),
    };
    const weights = scope(() => encodeSafetensors(model.stateDict(), metadata));
    writeFileAtomic(this.#record.folder.checkpoint(kind), weights);
  }

  #event(kind: CheckpointKind, { epoch, step }: Trainer, value?: number): RunEvent {
    const file = `checkpoints/${kind}.safetensors`;
    const best = value === undefined ? {} : { value };
    return { type: 'checkpoint', epoch, step, kind, file, ...best, time: Date.now() };
  }
}

/** Whether every weight is a finite number. */
const holdsNumbers = (model: nn.Module): boolean =>
  scope(() =>
    Object.values(model.stateDict()).every((tensor) => {
      const values = tensor.data();
      for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
      return true;
    }),
  );
