import { sourceDescriptor } from '@kindling/data/internal';
import { namesByNumpy } from '../layers/init-descriptors.ts';
import { initOf } from '../layers/init-of.ts';
import { flatLayers, layerDescriptor } from '../layers/layer-descriptors.ts';
import { lossDescriptor, lossDescriptors, takesTarget } from '../losses/loss-descriptors.ts';
import { metricDescriptor, metricDescriptors } from '../metrics/metric-descriptors.ts';
import { optimizerDescriptor } from '../optimizers/optimizer-descriptors.ts';
import { samplerDescriptor } from '../samplers/sampler-descriptors.ts';
import { scheduleDescriptor } from '../schedules/schedule-descriptors.ts';
import { pairFindings } from '../training-steps/pair-findings.ts';
import { type Experiment, hasTestSet } from './experiment-schema.ts';
import { inputIndices } from './input-indices.ts';
import { describeValue, type Finding } from './problem.ts';
import { isSequenceData } from './sequence-shape.ts';

function numpyFindings({ generator, seed, model }: Experiment): Finding[] {
  if (generator !== 'numpy') return [];
  const findings: Finding[] = [];
  if (seed >= 2 ** 32) {
    findings.push({
      path: ['seed'],
      message: `expected a seed below 2^32 for NumPy's generator, got ${seed}`,
    });
  }
  for (const [i, layer] of model.entries()) {
    for (const name of layerDescriptor(layer.type).parameters?.(layer) ?? []) {
      const type = initOf(layer, name)?.type;
      if (type === undefined || !namesByNumpy.includes(type)) {
        findings.push({
          path: ['model', i, 'init', name],
          message: `expected one of ${namesByNumpy.join(', ')} with NumPy's generator, got ${type ?? 'nothing'}`,
        });
      }
    }
  }
  return findings;
}

/** Devices hold what their engine holds. */
function dtypeFindings({ device, dtype }: Experiment): Finding[] {
  if (device !== 'tfjs' || dtype !== 'float64') return [];
  const message =
    'expected cpu, cuda or auto for the dtype float64, which TensorFlow.js does not support, got "tfjs"';
  return [{ path: ['device'], message }];
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' or ');

/** Targets that the loss does not take, or data that has none that it takes. */
function targetFindings({ data, loss, trainingStep }: Experiment): Finding[] {
  if (trainingStep !== undefined) return [];
  const target = 'target' in data ? data.target : 'value';
  const { targets } = lossDescriptor(loss.type);
  if (targets.includes(target)) return [];
  if (target === 'value') {
    const names = lossDescriptors.filter((one) => takesTarget(one, target)).map(({ type }) => type);
    const message = `expected a loss of numbers (${names.join(', ')}) for the data ${data.source}, got "${loss.type}"`;
    return [{ path: ['loss', 'type'], message }];
  }
  const possible = data.source === 'csv' ? targets : targets.filter((one) => one !== 'value');
  if (possible.length === 0) {
    const names = lossDescriptors
      .filter((one) => takesTarget(one, 'index') || takesTarget(one, 'oneHot'))
      .map(({ type }) => type);
    const message = `expected a loss of classes (${names.join(', ')}) for the data ${data.source}, got "${loss.type}"`;
    return [{ path: ['loss', 'type'], message }];
  }
  const message = `expected ${quoted(possible)} for the loss ${loss.type}, got "${target}"`;
  return [{ path: ['data', 'target'], message }];
}

function monitorFindings({ data, metrics, checkpoint, earlyStopping }: Experiment): Finding[] {
  return [
    { path: ['checkpoint', 'monitor'], monitor: checkpoint.monitor },
    { path: ['earlyStopping', 'monitor'], monitor: earlyStopping?.monitor },
  ].flatMap(({ path, monitor }): Finding[] => {
    const [split, metric] = monitor?.split('.') ?? [];
    if (split === 'validation' && data.validation === 'none') {
      const message = `expected a train metric (data.validation is "none"), got "${monitor}"`;
      return [{ path, message }];
    }
    const isMeasured = metric === undefined || metric === 'loss' || metrics.some((name) => name === metric);
    return isMeasured ? [] : [{ path, message: `expected ${metric} among the metrics, got "${monitor}"` }];
  });
}

/** Metrics of classes with a loss whose outputs decide between none. */
function metricFindings({ loss, metrics }: Experiment): Finding[] {
  if (lossDescriptor(loss.type).decides !== false) return [];
  const numbers = metricDescriptors.filter(({ compares }) => compares === 'values').map(({ type }) => type);
  return metrics.flatMap((name, i) =>
    metricDescriptor(name).compares === 'values'
      ? []
      : [
          {
            path: ['metrics', i],
            message: `expected a metric of numbers (${numbers.join(', ')}) with the loss ${loss.type}, got "${name}"`,
          },
        ],
  );
}

/** Layers whose inputs are indices, which only data can be. */
function indexFindings(experiment: Experiment): Finding[] {
  const { data, model, trainingStep } = experiment;
  if (trainingStep !== undefined) return [];
  const findings: Finding[] = model.flatMap(({ type }, i) =>
    i > 0 && layerDescriptor(type).indices !== undefined
      ? [
          {
            path: ['model', i],
            message: `expected ${type} as the first layer, got it behind ${model[i - 1]!.type}`,
          },
        ]
      : [],
  );
  const type = model[0]?.type;
  if (inputIndices(experiment) === undefined) return findings;
  if (sourceDescriptor(data.source)?.kind === 'images') {
    const message = `expected another first layer for the images of ${data.source}, whose pixels are no indices, got ${type}`;
    findings.push({ path: ['model', 0], message });
  }
  if (data.scale.input !== 1) {
    const message = `expected 1 with ${type} as the first layer, which takes indices, got ${data.scale.input}`;
    findings.push({ path: ['data', 'scale', 'input'], message });
  }
  return findings;
}

/** An average that never begins, and an order that another one excludes. */
function orderFindings({ data, epochs, weightAveraging }: Experiment): Finding[] {
  const findings: Finding[] = [];
  if (weightAveraging !== undefined && weightAveraging.firstEpoch >= epochs) {
    const message = `expected a number below ${epochs}, the number of epochs, got ${weightAveraging.firstEpoch}`;
    findings.push({ path: ['weightAveraging', 'firstEpoch'], message });
  }
  if (data.shuffle && data.sampler !== undefined) {
    const message = 'expected false with a sampler, which has the order, got true';
    findings.push({ path: ['data', 'shuffle'], message });
  }
  const conflict = data.sampler && samplerDescriptor(data.sampler.type).conflict?.(data.sampler);
  if (conflict !== undefined) {
    findings.push({ path: ['data', 'sampler', conflict.option], message: conflict.message });
  }
  return findings;
}

/** A schedule that changes the momentum of an optimizer without one. */
function momentumFindings({ schedule, optimizer }: Experiment): Finding[] {
  const option = schedule && scheduleDescriptor(schedule.type).momentum;
  if (schedule === undefined || option === undefined || Reflect.get(schedule, option) !== true) return [];
  const options = optimizerDescriptor(optimizer.type).options();
  if ('momentum' in options || 'betas' in options) return [];
  const message = `expected false for the optimizer ${optimizer.type}, which has no momentum, got true`;
  return [{ path: ['schedule', option], message }];
}

/** Columns of a CSV file that are asked for twice. Positions are looked at when the file is read. */
function columnFindings({ data }: Experiment): Finding[] {
  if (data.source !== 'csv') return [];
  const { inputs = [], targets = [], exclude = [], delimiter, decimal } = data;
  const findings: Finding[] = [];
  const refuse = (
    key: string,
    columns: readonly unknown[],
    others: readonly unknown[],
    what: string,
  ): void => {
    columns.forEach((column, i) => {
      if (!others.includes(column)) return;
      const message = `expected a column that is not also ${what}, got ${describeValue(column)}`;
      findings.push({ path: ['data', key, i], message });
    });
  };
  refuse('inputs', inputs, targets, 'a target');
  refuse('exclude', exclude, inputs, 'an input');
  refuse('exclude', exclude, targets, 'a target');
  if (delimiter === decimal) {
    const message = `expected a character other than the decimal mark "${decimal}", got "${delimiter}"`;
    findings.push({ path: ['data', 'delimiter'], message });
  }
  return findings;
}

/** A text that is given twice or not at all, and layers and orders that sequences have not. */
function sequenceFindings({ data, model }: Experiment): Finding[] {
  if (!isSequenceData(data)) return [];
  const findings: Finding[] = [];
  if (data.source === 'text' && (data.text === undefined) === (data.path === undefined)) {
    const got = data.text === undefined ? 'neither' : 'both';
    findings.push({ path: ['data'], message: `expected either a text or the path of a file, got ${got}` });
  }
  const first = model[0]!.type;
  const isValues = data.source === 'series' || data.source === 'sine';
  if (isValues && layerDescriptor(first).indices !== undefined) {
    const message = `expected another first layer for the values of ${data.source}, which are no indices, got ${first}`;
    findings.push({ path: ['model', 0], message });
  }
  if (data.source === 'reversal' && data.sampler !== undefined) {
    const message = `expected none for ${data.source}, whose samples are drawn for each batch, got ${data.sampler.type}`;
    findings.push({ path: ['data', 'sampler'], message });
  }
  return findings;
}

/** Batches of one sample, of which batch normalization makes nothing but zeros. */
function singleFindings(experiment: Experiment): Finding[] {
  return experiment.data.batchSize === 1 && hasBatchNorm(experiment)
    ? [{ path: ['data', 'batchSize'], message: 'expected at least 2 samples with batchNorm, got 1' }]
    : [];
}

/** Whether a layer of the model needs batches of several samples. */
export const hasBatchNorm = ({ model, trainingStep }: Pick<Experiment, 'model' | 'trainingStep'>): boolean =>
  flatLayers([...model, ...(trainingStep?.discriminator.model ?? [])]).some(
    ({ type }) => layerDescriptor(type).isOverBatch,
  );

/** What no single key shows to be wrong: keys that do not go together. */
export function consistencyFindings(experiment: Experiment): Finding[] {
  const { data, optimizer, schedule } = experiment;
  const findings = [
    ...dtypeFindings(experiment),
    ...numpyFindings(experiment),
    ...targetFindings(experiment),
    ...metricFindings(experiment),
    ...monitorFindings(experiment),
    ...orderFindings(experiment),
    ...columnFindings(experiment),
    ...indexFindings(experiment),
    ...singleFindings(experiment),
    ...sequenceFindings(experiment),
    ...momentumFindings(experiment),
    ...pairFindings(experiment),
  ];
  if (data.validation === 'test' && !hasTestSet(data.source)) {
    const message = `expected "none" or a fraction between 0 and 1 (${data.source} has no test set), got "test"`;
    findings.push({ path: ['data', 'validation'], message });
  }
  const conflicts = {
    optimizer: optimizerDescriptor(optimizer.type).conflict?.(optimizer),
    schedule: schedule && scheduleDescriptor(schedule.type).conflict?.(schedule),
  };
  for (const [key, conflict] of Object.entries(conflicts)) {
    if (conflict !== undefined) findings.push({ path: [key, conflict.option], message: conflict.message });
  }
  return findings;
}
