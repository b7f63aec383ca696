import type { Experiment } from '../experiment/experiment-schema.ts';
import type { JsonPath } from '../experiment/json-document.ts';
import type { LossSettings } from '../experiment/loss-schema.ts';
import type { Finding } from '../experiment/problem.ts';
import { layerDescriptor } from '../layers/layer-descriptors.ts';
import { type LossDescriptor, lossDescriptor, lossDescriptors } from '../losses/loss-descriptors.ts';
import { optimizerDescriptor } from '../optimizers/optimizer-descriptors.ts';
import { distributionDescriptor } from './distribution-descriptors.ts';

/** Whether a loss compares each output with 0 or 1. */
const takesJudgements = ({ targets, outputsPerTarget = 1, outputs, domain }: LossDescriptor): boolean =>
  targets.includes('value') &&
  outputsPerTarget === 1 &&
  (outputs === 'values' || outputs === 'probabilities' || outputs === 'logits') &&
  [0, 1].every((target) => domain?.contains(target) ?? true);

/** What does not go together with an adversarial training step, or within it. */
export function pairFindings(experiment: Experiment): Finding[] {
  const { data, model, loss, optimizer, metrics, generator, accumulateGradBatches, trainingStep } =
    experiment;
  if (trainingStep === undefined) return [];
  const { noise, realNoise, discriminator } = trainingStep;
  const at: JsonPath = ['trainingStep', 'discriminator'];
  const findings = [
    ...lossFindings(loss, ['loss', 'type']),
    ...lossFindings(discriminator.loss, [...at, 'loss', 'type']),
    ...optimizerFindings(optimizer, ['optimizer']),
    ...optimizerFindings(discriminator.optimizer, [...at, 'optimizer']),
    ...indexFindings(model, ['model']),
    ...indexFindings(discriminator.model, [...at, 'model']),
    ...drawFindings(noise.distribution, ['trainingStep', 'noise', 'distribution']),
    ...(realNoise === undefined ? [] : drawFindings(realNoise, ['trainingStep', 'realNoise'])),
  ];
  const refuse = (path: JsonPath, message: string): void => void findings.push({ path, message });
  const why = `with the training step ${trainingStep.type}`;
  if (data.validation !== 'none') {
    refuse(['data', 'validation'], `expected "none" ${why}, which has no evaluation, got ${data.validation}`);
  }
  if (metrics.length > 0) refuse(['metrics'], `expected none ${why}, got ${metrics.join(', ')}`);
  if (generator === 'numpy') refuse(['generator'], `expected "torch" ${why}, got "numpy"`);
  if (accumulateGradBatches > 1) {
    refuse(['accumulateGradBatches'], `expected 1 ${why}, got ${accumulateGradBatches}`);
  }
  return findings;
}

function lossFindings({ type }: LossSettings, path: JsonPath): Finding[] {
  if (takesJudgements(lossDescriptor(type))) return [];
  const known = lossDescriptors.filter(takesJudgements).map((descriptor) => descriptor.type);
  return [{ path, message: `expected a loss with targets 0 and 1 (${known.join(', ')}), got "${type}"` }];
}

function optimizerFindings(optimizer: Experiment['optimizer'], path: JsonPath): Finding[] {
  const { type } = optimizer;
  if (type === 'lbfgs') {
    const message = `expected an optimizer that evaluates a batch once, got "${type}"`;
    return [{ path: [...path, 'type'], message }];
  }
  // That of the experiment's own optimizer is found with it.
  const conflict = path.length > 1 ? optimizerDescriptor(type).conflict?.(optimizer) : undefined;
  return conflict === undefined ? [] : [{ path: [...path, conflict.option], message: conflict.message }];
}

const indexFindings = (layers: Experiment['model'], path: JsonPath): Finding[] =>
  layers.flatMap(({ type }, i) =>
    layerDescriptor(type).indices === undefined
      ? []
      : [{ path: [...path, i], message: `expected a layer that takes values, got ${type}` }],
  );

type Drawn = NonNullable<Experiment['trainingStep']>['noise']['distribution'];

function drawFindings(distribution: Drawn, path: JsonPath): Finding[] {
  const conflict = distributionDescriptor(distribution.type).conflict?.(distribution);
  return conflict === undefined ? [] : [{ path: [...path, conflict.option], message: conflict.message }];
}
