import { formatShape } from '@kindling/core/internal/errors';
import { sourceDescriptor } from '@kindling/data/internal';
import type { Shape } from '../layers/layer-descriptor.ts';
import { layerDescriptor } from '../layers/layer-descriptors.ts';
import { problemPath, walkLayers } from '../layers/layer-walk.ts';
import { outputsPerTarget } from '../losses/loss-descriptors.ts';
import type { Experiment } from './experiment-schema.ts';
import type { JsonPath } from './json-document.ts';
import type { Finding } from './problem.ts';
import { sampleShape } from './sample-shape.ts';
import { isSequenceData, sequenceOutputs } from './sequence-shape.ts';

/** Shape of what a model gives for a sample, as far as the data says so without reading a file. */
export function outputShape({ data, loss }: Pick<Experiment, 'data' | 'loss'>): Shape | undefined {
  if (isSequenceData(data)) {
    const [first = Number.NaN, ...others] = sequenceOutputs(data);
    return [first * outputsPerTarget(loss), ...others];
  }
  const perTarget = outputsPerTarget(loss);
  if (data.source !== 'csv') return [sourceDescriptor(data.source)!.targets.count * perTarget];
  const { targets, categories, target } = data;
  return target === 'value' && categories === undefined ? [(targets?.length ?? 1) * perTarget] : undefined;
}

/** Layers that do not fit each other or the data. */
export function shapeFindings(experiment: Experiment): Finding[] {
  const sample = sampleShape(experiment) ?? [Number.NaN];
  return experiment.trainingStep === undefined
    ? modelFindings(experiment, sample)
    : pairFindings(experiment, experiment.trainingStep, sample);
}

function modelFindings(experiment: Experiment, sample: Shape): Finding[] {
  const { data, loss, model } = experiment;
  const expected = outputShape(experiment);
  const { findings, shape } = layerFindings(model, sample, ['model']);
  if (expected === undefined || !isKnown(shape) || !isKnown(expected) || `${shape}` === `${expected}`) {
    return findings;
  }
  const last = model.findLastIndex(({ type }) => type === 'linear');
  const outputs = expected.at(-1)!;
  const what = `from the last layer for the data ${data.source}${outputsPerTarget(loss) === 1 ? '' : ` and the loss ${loss.type}`}`;
  if (expected.length > 1 || shape.length > 1) {
    const wanted = expected.length > 1 ? formatShape(expected) : counted(outputs);
    const message = `expected ${wanted} ${what}, got ${formatShape(shape)}`;
    const isWidth = last >= 0 && `${shape.slice(0, -1)}` === `${expected.slice(0, -1)}`;
    findings.push(
      isWidth ? { path: ['model', last, 'out'], message, suggestion: outputs } : { path: ['model'], message },
    );
    return findings;
  }
  const message = `expected ${counted(outputs)} ${what}, got ${shape[0]}`;
  findings.push(
    last < 0 ? { path: ['model'], message } : { path: ['model', last, 'out'], message, suggestion: outputs },
  );
  return findings;
}

const counted = (outputs: number): string => `${outputs} output${outputs === 1 ? '' : 's'}`;

/** A generator makes samples of noise, and a discriminator takes them. */
function pairFindings(
  { model }: Experiment,
  { noise, discriminator }: NonNullable<Experiment['trainingStep']>,
  sample: Shape,
): Finding[] {
  const { findings, shape } = layerFindings(model, noise.shape, ['model']);
  const generated = generatedProblem(shape, sample);
  const judged = layerFindings(discriminator.model, sample, ['trainingStep', 'discriminator', 'model']);
  return [
    ...findings,
    ...(generated === undefined ? [] : [{ path: ['model'], message: generated }]),
    ...judged.findings,
  ];
}

/** What is wrong with what a generator gives, where samples have a shape, as far as sizes are known. */
export function generatedProblem(generated: Shape, sample: Shape): string | undefined {
  if (!isKnown(generated) || !isKnown(sample) || `${generated}` === `${sample}`) return undefined;
  return `expected ${formatShape(sample)} from the last layer, the shape of a sample, got ${formatShape(generated)}`;
}

const isKnown = (shape: Shape): boolean => shape.every((size) => !Number.isNaN(size));

/** Layers that do not fit what comes from those before, and the shape that comes from the last. */
function layerFindings(
  layers: Experiment['model'],
  input: Shape,
  at: JsonPath,
): { readonly findings: Finding[]; readonly shape: Shape } {
  const { shape, problems } = walkLayers(layers, input, ({ type }) => layerDescriptor(type));
  const findings = problems.map(({ message, suggestion, index, ...place }) => ({
    path: [...at, index, ...problemPath(place)],
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  }));
  return { findings, shape };
}
