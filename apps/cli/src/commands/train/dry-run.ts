import { basename } from 'node:path';
import { scope, zeros } from '@kindling/core';
import { inspectDevice } from '@kindling/core/internal/tensorflow';
import { findSource, sourceStatus } from '@kindling/data';
import { sourceDescriptor } from '@kindling/data/internal';
import {
  buildTraining,
  checkLastBatch,
  type Experiment,
  ExperimentError,
  JsonSyntaxError,
  problemsOf,
  readExperimentSource,
  type Training,
} from '@kindling/train';
import { layerRows, modelInputShape, sampleShape } from '@kindling/train/internal';
import { formatCount, plural } from '@kindling/train/internal/console';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { reportFailure } from '../../failure.ts';
import { problemRecord } from '../../report/experiment-problem.ts';
import { experimentReference } from '../../standard-input.ts';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';
import { type ExperimentOptions, resolveExperiment } from './experiment.ts';

interface DataFile {
  readonly file: string;
  readonly path: string | null;
}

interface Layer {
  /** Its index, and within a layer that holds others its path: `5.layers.0`. */
  readonly place: string;
  readonly layer: string;
  readonly output: readonly number[];
  readonly parameters: number;
}

/** A model whose layers are shown, under a name. */
interface Model {
  readonly name: string;
  readonly input: readonly number[];
  readonly layers: readonly Layer[];
}

/**
 * `kindling train --dry-run`: checks the experiment, its data and its device as training does, and shows what would be trained.
 * Downloads and writes nothing. Problems of the experiment are results under `--json`, and in any case an error.
 */
export async function dryRun(
  reference: string | undefined,
  options: ExperimentOptions,
  output: Output,
): Promise<ExitCode> {
  try {
    await show(await resolveExperiment(reference, options), output);
    return exitCodes.done;
  } catch (error) {
    if (error instanceof ExperimentError || error instanceof JsonSyntaxError) {
      for (const record of await problemRecords(error, reference, options)) output.emit(record);
    }
    return reportFailure(error);
  }
}

/** The problems of an error; those that the data showed are put where the document has their paths. */
async function problemRecords(
  error: ExperimentError | JsonSyntaxError,
  asked: string | undefined,
  { variant, set, resume }: ExperimentOptions,
): Promise<readonly object[]> {
  if (asked === undefined)
    return problemsOf(error, '').map((problem) => problemRecord(problem, problem.origin));
  const { reference, text } = await experimentReference(asked);
  const problems = problemsOf(error, reference);
  const isPlain = variant === undefined && set === undefined && resume === undefined;
  const isPlaced = error instanceof JsonSyntaxError || problems.some(({ range }) => range !== undefined);
  const source =
    isPlain && !isPlaced
      ? await readExperimentSource(reference, undefined, text).catch(() => undefined)
      : undefined;
  return problems.map((problem) =>
    problemRecord({ ...problem, range: problem.range ?? source?.rangeOf?.(problem.path) }, reference),
  );
}

async function show(experiment: Experiment, output: Output): Promise<void> {
  const files = await filesOf(experiment);
  const isHere = files.every(({ path }) => path !== null);
  // The packages behind this device are found and read, not run; the rest is checked on the CPU.
  const isTfjs = experiment.device === 'tfjs';
  if (isTfjs) inspectDevice('tfjs');
  const checked = isTfjs ? { ...experiment, device: 'cpu' } : experiment;
  const training = isHere ? await buildTraining(checked, { files: { download: false } }) : undefined;
  if (training === undefined) checkLastBatch(experiment, trainingSamples(experiment));
  const device = isTfjs
    ? 'tfjs'
    : (training?.device ?? scope(() => zeros([], { device: experiment.device }).device));
  const sample = training?.data.inputShape ?? sampleShape(experiment) ?? [1];
  const input = modelInputShape(experiment, () => sample);
  const discriminator = experiment.trainingStep?.discriminator.model;
  const models: readonly Model[] = [
    {
      name: discriminator === undefined ? 'layer' : 'generator',
      input,
      layers: layersOf(experiment, input),
    },
    ...(discriminator === undefined
      ? []
      : [
          {
            name: 'discriminator',
            input: sample,
            layers: layersOf({ ...experiment, model: discriminator }, sample),
          },
        ]),
  ];
  const parameters = parametersOf(models.flatMap(({ layers }) => layers));

  const notes = training?.data.notes ?? [];
  const [own, other] = models;
  output.emit({
    type: 'dry-run',
    experiment,
    device,
    layers: own?.layers ?? [],
    ...(other === undefined ? {} : { discriminator: other.layers }),
    parameters,
    files,
    ...counts(training),
    notes,
  });
  output.print(JSON.stringify(experiment, null, 2));
  for (const model of models) {
    output.print('');
    output.print(modelTable(model, output));
  }
  output.print('');
  for (const [name, fact] of facts(experiment, device, files, training))
    output.print(`${name.padEnd(10)}  ${fact}`);
}

/** How many samples are left to train on, by the number that the source is known to have. */
function trainingSamples({ data }: Experiment): number {
  const all = Math.min(
    sourceDescriptor(data.source)?.samples.train ?? 0,
    data.limit ?? Number.POSITIVE_INFINITY,
  );
  return typeof data.validation === 'number' ? all - Math.round(data.validation * all) : all;
}

/** The files that a run would read; those without a path would be downloaded first. */
async function filesOf({ data }: Experiment): Promise<readonly DataFile[]> {
  if ('path' in data && data.path !== undefined) return [{ file: basename(data.path), path: data.path }];
  if (sourceDescriptor(data.source) === undefined) return [];
  const files = await sourceStatus(findSource(data.source));
  return files.map(({ file, path }) => ({ file: file.path, path: path ?? null }));
}

const layersOf = (experiment: Experiment, input: readonly number[]): readonly Layer[] =>
  layerRows(experiment, input).map(({ place, module, output, parameters }) => ({
    place: place.join('.'),
    layer: module,
    output,
    parameters,
  }));

const parametersOf = (layers: readonly Layer[]): number =>
  layers.reduce((sum, { parameters }) => sum + parameters, 0);

const modelTable = ({ name, input, layers }: Model, { color }: Output): string =>
  table(
    ['', name, 'output', 'parameters'],
    [
      ['', 'input', shapeText(input), ''],
      ...layers.map(({ place, layer, output, parameters }) => [
        place,
        layer,
        shapeText(output),
        parameters === 0 ? '' : formatCount(parameters),
      ]),
      ['', 'all', '', formatCount(parametersOf(layers))],
    ],
    { numeric: ['', 'parameters'], color },
  );

const counts = (training: Training | undefined): object =>
  training === undefined
    ? {}
    : {
        samples: (training.data.drawn ?? training.data.train).length,
        heldBack: training.data.validation?.length ?? 0,
        samplesPerEpoch: training.samplesPerEpoch,
        stepsPerEpoch: training.stepsPerEpoch,
        steps: training.steps,
      };

/** `swa after each epoch, from epoch 2 on`: epochs count from 1 where they are read. */
function averagingText(averaging: NonNullable<Experiment['weightAveraging']>): string {
  const { type, everySteps, firstEpoch } = averaging;
  // What is 1/(1 − decay) updates old weighs a third of the newest.
  const span =
    averaging.type === 'ema'
      ? `, over about the last ${plural(Math.round(averaging.everySteps / (1 - averaging.decay)), 'step')}`
      : '';
  const every =
    everySteps === undefined
      ? 'after each epoch'
      : everySteps === 1
        ? 'after each step'
        : `after every ${formatCount(everySteps)} steps`;
  return `${type} ${every}${span}${firstEpoch === 0 ? '' : `, from epoch ${firstEpoch + 1} on`}`;
}

const shapeText = (shape: readonly number[]): string => shape.join(' × ');

function facts(
  { data, epochs, accumulateGradBatches, weightAveraging }: Experiment,
  device: string,
  files: readonly DataFile[],
  training: Training | undefined,
): readonly (readonly [string, string])[] {
  const shown: [string, string][] = [
    ['device', device],
    ['data', files.length === 0 ? `${data.source}, computed` : data.source],
    ...files.map(({ file, path }, i): [string, string] => [
      i === 0 ? 'reads' : '',
      path ?? `${file}, to be downloaded`,
    ]),
  ];
  if (training !== undefined) {
    const { train, validation, drawn } = training.data;
    const heldBack = validation ? `, ${formatCount(validation.length)} for validation` : '';
    shown.push(['samples', `${formatCount(drawn?.length ?? train.length)} for training${heldBack}`]);
    if (data.sampler !== undefined) {
      const drawn = plural(training.samplesPerEpoch, 'sample');
      shown.push(['sampler', `${data.sampler.type}, ${drawn} in each epoch`]);
    }
    const batches =
      accumulateGradBatches === 1 ? '' : `, each of ${formatCount(accumulateGradBatches)} batches`;
    shown.push([
      'steps',
      `${formatCount(training.steps)}: ${plural(epochs, 'epoch')} of ${formatCount(training.stepsPerEpoch)}${batches}`,
    ]);
    if (weightAveraging !== undefined) shown.push(['averaging', averagingText(weightAveraging)]);
    for (const note of training.data.notes) shown.push(['note', note]);
  }
  return shown;
}
