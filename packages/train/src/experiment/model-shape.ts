import { sourceDescriptor } from '@kindling/data/internal';
import type { Shape } from '../layers/layer-descriptor.ts';
import { outputShapeOf, problemOf } from '../layers/layer-descriptors.ts';
import { outputsPerTarget } from '../losses/loss-descriptors.ts';
import type { Experiment } from './experiment-schema.ts';
import type { Finding } from './problem.ts';

/** Numbers that a model takes and gives for a sample; undefined where only the data tells. */
interface ModelShape {
  readonly inputs: number | undefined;
  readonly outputs: number | undefined;
}

/** What the data of an experiment asks of its model, as far as it is known without reading a file. */
export function modelShape({ data, loss }: Pick<Experiment, 'data' | 'loss'>): ModelShape {
  const perTarget = outputsPerTarget(loss);
  if (data.source !== 'csv') {
    const { sampleShape, targets } = sourceDescriptor(data.source)!;
    return { inputs: sampleShape.reduce((product, size) => product * size, 1), outputs: targets.count * perTarget };
  }
  const { inputs, targets, categories, target } = data;
  return {
    inputs: categories === undefined ? inputs?.length : undefined,
    outputs: target === 'value' && categories === undefined ? (targets?.length ?? 1) * perTarget : undefined,
  };
}

/** Layers that do not fit each other or the data. */
export function shapeFindings(experiment: Experiment): Finding[] {
  const { data, loss, model } = experiment;
  const { inputs = Number.NaN, outputs } = modelShape(experiment);
  const findings: Finding[] = [];
  let shape: Shape = [inputs];
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
  if (outputs !== undefined && !Number.isNaN(size) && size !== outputs) {
    const message = `expected ${outputs} output${outputs === 1 ? '' : 's'} from the last layer for the data ${data.source}${outputsPerTarget(loss) === 1 ? '' : ` and the loss ${loss.type}`}, got ${size}`;
    findings.push(
      last < 0
        ? { path: ['model'], message }
        : { path: ['model', last, 'out'], message, suggestion: outputs },
    );
  }
  return findings;
}
