import {
  ArgumentError,
  decodeSafetensors,
  FormatError,
  type nn,
  noGrad,
  ShapeError,
  scope,
  type Tensor,
  tensor,
} from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import { loadFolder } from '@kindling/data/internal';
import { buildModel } from '../experiment/build-model.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { inputDType, inputIndices, isIndexBelow } from '../experiment/input-indices.ts';
import { resolveDevice } from '../experiment/training.ts';
import { outputsInUnits, predictionsOf } from '../losses/predictions.ts';
import type { DataParallel } from '../trainer/data-parallel.ts';
import { readRunExperiment } from './read-run.ts';
import { MAX_WEIGHTS_BYTES, readRegularFile } from './regular-file.ts';
import { type CheckpointKind, RunError, RunFolder } from './run-folder.ts';
import { ownDevice, readShared } from './shared-value.ts';
import { type Signature, signatureSchema } from './signature.ts';

export interface TrainedModelOptions {
  /** Which weights. Default `best` where there are such, else `last`. */
  readonly checkpoint?: CheckpointKind | undefined;
  /** Default: the experiment's. */
  readonly device?: string | undefined;
  /** Processes that use the run together, whose folder process 0 alone reads. Default: this process alone. */
  readonly dataParallel?: DataParallel | undefined;
}

/** The predictions of a model for samples, a row each. */
export interface Predictions {
  /**
   * What the model gives: in the units of the data, if it predicts numbers. Of `gaussianNll` all means and then all standard deviations,
   * of `poissonNll` rates.
   */
  readonly outputs: number[][];
  /** Probabilities of the classes, where the loss makes the outputs logits; else the outputs. Of labelled data only. */
  readonly scores?: number[][];
  /** The classes with the highest scores. Of labelled data only. */
  readonly labels?: number[];
}

/** A model of a run, for use. */
export class TrainedModel {
  readonly experiment: Experiment;
  readonly signature: Signature;
  readonly checkpoint: CheckpointKind;
  /** Epochs and steps of training that the weights have behind them. */
  readonly epoch: number;
  readonly step: number;
  readonly model: nn.Sequential;
  readonly device: string;

  constructor(fields: Omit<TrainedModel, 'predict' | 'predictText'>) {
    this.experiment = fields.experiment;
    this.signature = fields.signature;
    this.checkpoint = fields.checkpoint;
    this.epoch = fields.epoch;
    this.step = fields.step;
    this.model = fields.model;
    this.device = fields.device;
  }

  /**
   * Predictions for samples in the units of the data: one row of numbers each, as many as an input has; pixels from 0 to 1.
   *
   * @throws ShapeError for a row of another length; ArgumentError for a value that is no index, where the model takes indices.
   */
  predict(rows: readonly (readonly number[])[]): Predictions {
    const { inputShape, inputNames, isLabelled, vocabulary } = this.signature;
    if (vocabulary !== undefined) {
      throw new ArgumentError('predict: expected a model of rows, got one of texts; use predictText');
    }
    const width = inputShape.reduce((product, size) => product * size, 1);
    const wrong = rows.findIndex((row) => row.length !== width);
    if (wrong >= 0) {
      const names = inputNames.length > 0 ? ` (${inputNames.join(', ')})` : '';
      throw new ShapeError(
        `predict: expected ${width} numbers${names} a row, got ${rows[wrong]!.length} in row ${wrong}`,
      );
    }
    const { scale, shift = 0 } = this.experiment.data;
    const indices = inputIndices(this.experiment);
    if (indices !== undefined) assertIndices(rows, inputNames, indices);
    return scope(() =>
      noGrad(() => {
        const dtype = inputDType(this.experiment);
        const input = tensor(Float64Array.from(rows.flat()), {
          dtype,
          device: this.device,
          shape: [rows.length, ...inputShape],
        });
        const { loss, trainingStep } = this.experiment;
        if (trainingStep !== undefined) {
          const generated = this.model.eval().forward(input).sub(shift).div(scale.input);
          return { outputs: table(generated.reshape([rows.length, -1])) };
        }
        const scaled = scale.input === 1 ? input : input.mul(scale.input);
        const output = this.model.eval().forward(shift === 0 ? scaled : scaled.add(shift));
        if (!isLabelled) return { outputs: table(outputsInUnits(loss, output, scale.target)) };
        const scores = predictionsOf(loss, output);
        return { outputs: table(output), scores: table(scores), labels: [...scores.argmax(1).data()] };
      }),
    );
  }

  /**
   * What a model of sequences gives for texts, each as long as its windows: a text of the entries with the highest scores. Tokens stand
   * between spaces.
   *
   * @throws ArgumentError for a model of something else, a text of another length, and an entry that is not in the vocabulary.
   */
  predictText(texts: readonly string[]): string[] {
    const { vocabulary, inputShape } = this.signature;
    if (vocabulary === undefined) {
      throw new ArgumentError('predictText: expected a model of texts, got one of rows; use predict');
    }
    const [length] = inputShape as [number];
    const codes = texts.flatMap((text) => {
      const parts = partsOf(text, vocabulary);
      if (parts.length !== length) {
        throw new ArgumentError(
          `predictText: expected a text of ${length} entries, got ${parts.length} in ${JSON.stringify(text)}`,
        );
      }
      return parts.map((part) => {
        const code = vocabulary.indexOf(part);
        if (code >= 0) return code;
        throw new ArgumentError(
          `predictText: expected one of ${vocabulary.length} entries of the vocabulary, got ${JSON.stringify(part)}`,
        );
      });
    });
    const between = vocabulary.every((entry) => [...entry].length === 1) ? '' : ' ';
    return scope(() =>
      noGrad(() => {
        const places = tensor(Int32Array.from(codes), { device: this.device, shape: [texts.length, length] });
        const input =
          inputIndices(this.experiment) === undefined
            ? places.oneHot(vocabulary.length).to(this.experiment.dtype)
            : places;
        const found = this.model.eval().forward(input).argmax(-1).data();
        return texts.map((_, i) =>
          Array.from(found.subarray(i * length, (i + 1) * length), (code) => vocabulary[code]).join(between),
        );
      }),
    );
  }
}

/** The entries that a text is made of: its characters, or what stands between spaces where entries are longer. */
const partsOf = (text: string, vocabulary: readonly string[]): readonly string[] =>
  vocabulary.every((entry) => [...entry].length === 1)
    ? [...text]
    : text.split(/\s+/).filter((part) => part !== '');

/** @throws ArgumentError for a value that is no index. */
function assertIndices(rows: readonly (readonly number[])[], names: readonly string[], count: number): void {
  for (const [i, row] of rows.entries()) {
    const wrong = row.findIndex((value) => !isIndexBelow(value, count));
    if (wrong < 0) continue;
    throw new ArgumentError(
      `predict: expected an index in [0, ${count - 1}], got ${row[wrong]} in row ${i}, ${names[wrong] ?? `column ${wrong}`}`,
    );
  }
}

/** The rows of a matrix. */
function table(matrix: Tensor): number[][] {
  const [rows = 0, columns = 0] = matrix.shape;
  const values = matrix.data();
  return Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);
}

/**
 * The model of a run with the weights of one of its checkpoints. Needs no data.
 *
 * @throws RunError when there is no such run or checkpoint; FormatError where a file is damaged.
 */
export async function loadTrainedModel(
  path: string,
  options: TrainedModelOptions = {},
): Promise<TrainedModel> {
  const {
    checkpoint: asked,
    device: wanted,
    dataParallel,
  } = checkOptions('loadTrainedModel', options, { checkpoint: true, device: true, dataParallel: true });
  await loadFolder(path, { weights: true });
  const stored = readShared(dataParallel, () => readCheckpoint(path, asked));
  const { file, experiment, checkpoint, tensors, metadata } = stored;
  const device = resolveDevice(ownDevice(wanted ?? experiment.device, dataParallel));
  const signature = parseSignature(metadata.signature, file);
  const { model } = buildModel(experiment, signature.inputShape);
  model.loadStateDict(experiment.trainingStep === undefined ? tensors : ownedBy('generator.', tensors));
  model.to({ device }).eval();
  const [epoch, step] = [Number(metadata.epoch), Number(metadata.step)];
  return new TrainedModel({ experiment, signature, checkpoint, epoch, step, model, device });
}

/** A run's experiment, and one of its checkpoints. @throws RunError when there is no such run or checkpoint. */
export function readCheckpoint(path: string, asked: CheckpointKind | undefined) {
  const folder = new RunFolder(path);
  const experiment = readRunExperiment(folder);
  const checkpoint = chooseCheckpoint(folder, asked);
  const file = folder.checkpoint(checkpoint);
  const { tensors, metadata } = decodeSafetensors(readRegularFile(file, MAX_WEIGHTS_BYTES), { name: file });
  return { run: folder.name, experiment, checkpoint, file, tensors, metadata };
}

/** The tensors whose names begin with a prefix, by what follows it. */
const ownedBy = (prefix: string, tensors: nn.StateDict): nn.StateDict =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );

/** The checkpoint that was asked for, else the best, else the last. @throws RunError when there is none. */
function chooseCheckpoint(folder: RunFolder, asked: CheckpointKind | undefined): CheckpointKind {
  const kinds = asked === undefined ? (['best', 'last'] as const) : [asked];
  const found = kinds.find((kind) => folder.hasCheckpoint(kind));
  if (found !== undefined) return found;
  throw new RunError(`run ${folder.name}: expected a checkpoint (${kinds.join(' or ')}), got none yet`);
}

function parseSignature(text: string | undefined, file: string): Signature {
  try {
    return signatureSchema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new FormatError(`${file}: expected a checkpoint of a run, got tensors without a signature`, {
      cause,
    });
  }
}
