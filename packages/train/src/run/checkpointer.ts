import { scope, tensor } from '@kindling/core';
import type { CheckpointEvent } from '../events/event.ts';
import type { Callback, EpochReport, FitStatus } from '../trainer/callback.ts';
import { hasFiniteWeights } from '../trainer/divergence.ts';
import { isBetter, monitored } from '../trainer/monitor.ts';
import type { TrainSteps } from '../trainer/train-steps.ts';
import type { Trainer } from '../trainer/trainer.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { type CheckpointerState, checkpointerStateSchema } from './checkpointer-state.ts';
import type { RunFiles } from './run-files.ts';
import type { CheckpointKind } from './run-folder.ts';
import { toSave } from './saved-training.ts';
import type { Signature } from './signature.ts';
import { encodeTree } from './tensor-tree.ts';
import { checksum, encodeWeights, type Weights } from './weights-file.ts';

export interface CheckpointerOptions {
  /** Save when this much time has passed. */
  readonly seconds: number;
  /** Save after every this many steps, too. */
  readonly steps?: number | undefined;
  /** What tells better from worse. Undefined: nothing does, and no weights are the best. */
  readonly monitor: string | undefined;
  readonly stepsPerEpoch: number;
  /** Seconds of training, over all resumptions. */
  readonly elapsed: () => number;
  /** Goes into the checkpoints, so that they can be used without the data. */
  readonly signature: Signature;
  /** The weights that belong to the state that the run goes on from. */
  readonly resumed?: { readonly initial: string; readonly best: Weights | undefined } | undefined;
}

/**
 * Saves a run's weights and the state that training goes on from: now and then, when training ends, and when the weights are
 * the best so far. Weights that are no finite numbers are never saved.
 *
 * The state comes first and is complete in itself: it holds the newest weights, the best ones and the checksums of their files,
 * which are written anew from it when the process dies before they are there.
 */
export class Checkpointer implements Callback {
  readonly name = 'checkpointer';
  readonly interval: number;
  readonly #record: RunFiles;
  readonly #options: CheckpointerOptions;
  #initial: string;
  #best: CheckpointerState['best'] = null;
  /** The file of the best weights. */
  #bestWeights: Weights | undefined;
  #savedAt = performance.now();
  /** What the newest saved state has behind it. */
  #saved: { readonly step: number; readonly epoch: number } | undefined;

  constructor(record: RunFiles, options: CheckpointerOptions) {
    this.#record = record;
    this.#options = options;
    this.#initial = options.resumed?.initial ?? '';
    this.#bestWeights = options.resumed?.best;
    this.interval = options.steps ?? Number.POSITIVE_INFINITY;
  }

  onTrainStart(trainer: Trainer): void {
    this.#savedAt = performance.now();
    if (this.#options.resumed === undefined) {
      this.#initial = this.#saveWeights('initial', trainer)?.checksum ?? '';
    } else {
      this.#saved = { step: trainer.step, epoch: trainer.epoch };
    }
  }

  onTrainBatchEnd(_steps: TrainSteps, trainer: Trainer): void {
    // After the last step of an epoch its evaluation comes first.
    const isLast = trainer.epochSteps >= this.#options.stepsPerEpoch;
    if (!isLast) this.#saveIfDue(trainer);
  }

  onTrainEpochEnd(epoch: EpochReport, trainer: Trainer): void {
    if (trainer.status === 'diverged') return;
    const { monitor } = this.#options;
    const value = epoch.evaluated && monitor !== undefined ? monitored(epoch, monitor) : undefined;
    if (monitor !== undefined && value !== undefined && isBetter(monitor, value, this.#best?.value)) {
      const weights = this.#saveWeights('best', trainer, value);
      if (weights !== undefined) {
        this.#bestWeights = weights;
        this.#best = { value, epoch: epoch.epoch, step: epoch.step };
        this.#record.summarize({ best: { monitor, ...this.#best } });
      }
    }
    this.#saveIfDue(trainer);
  }

  onTrainEnd(status: FitStatus, trainer: Trainer): void {
    const isSaved = this.#saved?.step === trainer.step && this.#saved.epoch === trainer.epoch;
    if (status !== 'diverged' && !isSaved) this.#save(trainer);
  }

  stateDict(): CheckpointerState {
    return { best: this.#best };
  }

  loadStateDict(state: unknown): void {
    this.#best = checkpointerStateSchema.parse(state).best;
    const { monitor } = this.#options;
    if (this.#best !== null && monitor !== undefined)
      this.#record.summarize({ best: { monitor, ...this.#best } });
  }

  #saveIfDue(trainer: Trainer): void {
    if (trainer.status === 'diverged') return;
    const { seconds, steps } = this.#options;
    const isTime = performance.now() - this.#savedAt >= 1000 * seconds;
    const before = this.#saved?.step ?? 0;
    const isStep = steps !== undefined && Math.floor(trainer.step / steps) > Math.floor(before / steps);
    if (isTime || isStep) this.#save(trainer);
  }

  #save(trainer: Trainer): void {
    if (!hasFiniteWeights(trainer.model)) return;
    const { folder, log } = this.#record;
    this.#record.assertHeld();
    const event = this.#event('last', trainer);
    const last = this.#encode(trainer);
    log.sync();
    writeFileAtomic(folder.state, this.#encodeState(trainer, event, last));
    writeFileAtomic(folder.checkpoint('last'), last.bytes);
    this.#record.emit(event);
    this.#record.summarize({ epoch: trainer.epoch, step: trainer.step, seconds: this.#options.elapsed() });
    this.#record.writeSummary();
    this.#savedAt = performance.now();
    this.#saved = { step: trainer.step, epoch: trainer.epoch };
  }

  #encodeState(trainer: Trainer, event: CheckpointEvent, last: Weights): Uint8Array {
    const best = this.#bestWeights;
    return scope(() =>
      encodeTree(
        toSave({
          logLength: this.#record.log.length,
          event,
          weights: { initial: this.#initial, last: last.checksum, best: best?.checksum ?? null },
          best: best === undefined || best.checksum === last.checksum ? null : tensor(best.bytes),
          trainer: trainer.stateDict(),
        }),
      ),
    );
  }

  #saveWeights(kind: CheckpointKind, trainer: Trainer, value?: number): Weights | undefined {
    if (!hasFiniteWeights(trainer.model)) return undefined;
    const weights = this.#encode(trainer);
    this.#record.assertHeld();
    writeFileAtomic(this.#record.folder.checkpoint(kind), weights.bytes);
    this.#record.emit(this.#event(kind, trainer, value));
    return weights;
  }

  #encode(trainer: Trainer): Weights {
    const bytes = encodeWeights(trainer, this.#record.folder.name, this.#options.signature);
    return { bytes, checksum: checksum(bytes) };
  }

  #event(kind: CheckpointKind, { epoch, step }: Trainer, value?: number): CheckpointEvent {
    const file = `checkpoints/${kind}.safetensors`;
    const best = value === undefined ? {} : { value };
    return { type: 'checkpoint', epoch, step, kind, file, ...best, time: Date.now() };
  }
}
