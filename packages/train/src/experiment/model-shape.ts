import { formatShape } from '@kindling/core/internal/errors';
import { sourceDescriptor } from '@kindling/data/internal';
import { outputShapeOf, problemOf } from '../layers/layer-descriptors.ts';
import { outputsPerTarget } from '../losses/loss-descriptors.ts';
import type { Experiment } from './experiment-schema.ts';
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
  const { data, loss, model } = experiment;
  const outputs = outputCount(experiment);
  const findings: Finding[] = [];
  let shape = sampleShape(experiment) ?? [Number.NaN];
  let last = -1;
  for (const [i, layer] of model.entries()) {
    const problem = problemOf(layer, shape);
    if (problem !== undefined) {
      const { option, ...finding } = problem;
      findings.push({ path: ['model', i, ...(option === undefined ? [] : [option])], ...finding });
    }
    shape = outputShapeOf(layer, shape);
    if ('out' in layer) last = i;
  }
  const size = shape.at(-1)!;
  const isKnown = shape.every((each) => !Number.isNaN(each));
  if (outputs !== undefined && isKnown && (size !== outputs || shape.length > 1)) {
    const message = `expected ${outputs} output${outputs === 1 ? '' : 's'} from the last layer for the data ${data.source}${outputsPerTarget(loss) === 1 ? '' : ` and the loss ${loss.type}`}, got ${shape.length > 1 ? formatShape(shape) : size}`;
    findings.push(
      last < 0 || shape.length > 1
        ? { path: ['model'], message }
        : { path: ['model', last, 'out'], message, suggestion: outputs },
    );
  }
  return findings;
}
