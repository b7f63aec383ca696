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

/** Numbers that a model gives for a sample, as far as the data says so without reading a file. */
export function outputCount({ data, loss }: Pick<Experiment, 'data' | 'loss'>): number | undefined {
  const perTarget = outputsPerTarget(loss);
  if (data.source !== 'csv') return sourceDescriptor(data.source)!.targets.count * perTarget;
  const { targets, categories, target } = data;
  return target === 'value' && categories === undefined ? (targets?.length ?? 1) * perTarget : undefined;
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
  const outputs = outputCount(experiment);
  const { findings, shape } = layerFindings(model, sample, ['model']);
  const last = model.findLastIndex(({ type }) => type === 'linear');
  const size = shape.at(-1)!;
  if (outputs !== undefined && isKnown(shape) && (size !== outputs || shape.length > 1)) {
    const message = `expected ${outputs} output${outputs === 1 ? '' : 's'} from the last layer for the data ${data.source}${outputsPerTarget(loss) === 1 ? '' : ` and the loss ${loss.type}`}, got ${shape.length > 1 ? formatShape(shape) : size}`;
    findings.push(
      last < 0 || shape.length > 1
        ? { path: ['model'], message }
        : { path: ['model', last, 'out'], message, suggestion: outputs },
    );
  }
  return findings;
}

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
