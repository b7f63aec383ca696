import { FormatError, type nn, Tensor } from '@kindling/core';
import * as z from 'zod';
import { weightAveragingStateSchema } from '../averaging/weight-averaging-state.ts';
import { checkpointSchema } from '../events/event.ts';
import { earlyStoppingStateSchema } from '../trainer/early-stopping.ts';
import { parseTrainerState, type TrainerState } from '../trainer/trainer-state.ts';
import { checkpointerStateSchema } from './checkpointer-state.ts';
import { eventLoggerStateSchema } from './event-logger-state.ts';
import { isRegularFile, MAX_WEIGHTS_BYTES, readRegularFile } from './regular-file.ts';
import type { RunFolder } from './run-folder.ts';
import { decodeTree } from './tensor-tree.ts';

const VERSION = 2;

/** What `checkpoints/last.trainer.safetensors` holds: all that the run goes on from. */
const savedSchema = z.object({
  version: z.literal(VERSION),
  /** Bytes of `events.jsonl` that tell of what was before. */
  logLength: z.int().min(0),
  /** The event of this checkpoint, which comes behind them. */
  event: checkpointSchema,
  /** Checksums of the files of weights that belong to the state. */
  weights: z.object({ initial: z.string(), last: z.string(), best: z.string().nullable() }),
  /** The file of the best weights, where it differs from that of the newest. */
  best: z.instanceof(Tensor).nullable(),
  trainer: z.unknown(),
});

/** The states of a run's own callbacks. */
const callbacksSchema = z.object({
  recorder: eventLoggerStateSchema,
  checkpointer: checkpointerStateSchema,
  earlyStopping: earlyStoppingStateSchema.optional(),
  weightAveraging: weightAveragingStateSchema.optional(),
});

export interface SavedTraining extends Omit<z.output<typeof savedSchema>, 'version' | 'trainer'> {
  readonly trainer: TrainerState;
  /** Averaged weights by name, where there are some: those of `last`. */
  readonly averages: nn.StateDict | undefined;
}

/** As `encodeTree` takes it. */
export const toSave = (saved: Omit<SavedTraining, 'averages'>): object => ({ version: VERSION, ...saved });

/**
 * The state that a run goes on from; undefined before its first checkpoint.
 *
 * @throws FormatError, with the path, for a damaged file and for one of another version.
 */
export function readSaved({ state: path }: RunFolder): SavedTraining | undefined {
  if (!isRegularFile(path)) return undefined;
  const refuse = (error: z.ZodError): FormatError => {
    const { path: place, message } = error.issues[0]!;
    return new FormatError(`${path}: expected a training state, got ${place.join('.')}: ${message}`);
  };
  const parsed = savedSchema.safeParse(decodeTree(readRegularFile(path, MAX_WEIGHTS_BYTES), path));
  if (!parsed.success) throw refuse(parsed.error);
  const trainer = parseState(parsed.data.trainer, path);
  const callbacks = callbacksSchema.safeParse(trainer.callbacks);
  if (!callbacks.success) throw refuse(callbacks.error);
  return { ...parsed.data, trainer, averages: averagesOf(callbacks.data, trainer) };
}

/** In the order of the model's weights. */
function averagesOf(
  { weightAveraging }: z.output<typeof callbacksSchema>,
  { model }: TrainerState,
): nn.StateDict | undefined {
  const { count = 0, averages = {} } = weightAveraging ?? {};
  if (count === 0) return undefined;
  return Object.fromEntries(
    Object.keys(model).flatMap((name) => (averages[name] === undefined ? [] : [[name, averages[name]]])),
  );
}

function parseState(value: unknown, path: string): TrainerState {
  try {
    return parseTrainerState(value);
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(`${path}: ${error.message}`) : error;
  }
}
