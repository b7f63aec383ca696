import type { Sampler } from '@kindling/data';
import { buildSampler as build, type SampledData, SamplerProblem } from '../samplers/samplers.ts';
import type { ExperimentData } from './experiment-data.ts';
import type { Experiment } from './experiment-schema.ts';
import { ExperimentError } from './problem.ts';

/** The order of the training samples that an experiment names; undefined where it names none. @throws ExperimentError */
export function buildSampler(
  { name, data: { sampler } }: Experiment,
  { train, isLabelled, outputNames }: Pick<ExperimentData, 'train' | 'isLabelled' | 'outputNames'>,
): Sampler | undefined {
  if (sampler === undefined) return undefined;
  const [, targets] = train.tensors;
  try {
    return build(sampler, {
      length: train.length,
      classes: isLabelled
        ? { count: outputNames.length, of: (targets.ndim > 1 ? targets.argmax(1) : targets).data() }
        : binaryClasses(targets.data()),
    });
  } catch (error) {
    if (!(error instanceof SamplerProblem)) throw error;
    throw new ExperimentError({
      origin: name,
      path: ['data', 'sampler', ...error.path],
      message: error.message,
    });
  }
}

/** Targets of 0 and 1 as classes. */
const binaryClasses = (values: ArrayLike<number> & Iterable<number>): SampledData['classes'] =>
  [...values].every((value) => value === 0 || value === 1) ? { count: 2, of: values } : undefined;
