import { ArgumentError, nn, noGrad, type Tensor } from '@kindling/core';
import { checkOptions, describeValue } from '@kindling/core/internal';
import { Mean } from '../metrics/mean.ts';
import type { Metric } from '../metrics/metric.ts';
import { type Batches, takeFrom } from './batches.ts';
import type { Evaluation } from './callback.ts';
import type { DataParallel } from './data-parallel.ts';
import { eventLoopYield } from './event-loop.ts';
import { mergeable, mergeOver } from './merge-metrics.ts';

/** What evaluation measures besides the loss, by name. They are reset before each evaluation. */
export type Metrics = Readonly<Record<string, Metric<number | number[][]>>>;

export interface EvaluateOptions {
  readonly metrics?: Metrics | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Processes that evaluate together with the buffers of process 0, each its share of the batches: all get what one would get of all
   * batches. Default: this process alone.
   */
  readonly dataParallel?: DataParallel | undefined;
}

/**
 * Loss and metrics of a model in evaluation mode, without gradients. The loss is the mean of the batches' losses, each weighted
 * by its number of samples.
 *
 * @returns undefined if the signal came meanwhile; with several processes, if it came to one of them.
 * @throws {ArgumentError} for metrics that cannot be merged, with several processes.
 */
export async function evaluate(
  model: nn.Module,
  loss: (output: Tensor, target: Tensor) => Tensor,
  batches: Batches,
  options: EvaluateOptions = {},
): Promise<Evaluation | undefined> {
  if (!(model instanceof nn.Module)) {
    throw new ArgumentError(`evaluate: expected a module, got ${describeValue(model)}`);
  }
  if (typeof loss !== 'function') {
    throw new ArgumentError(`evaluate: expected loss to be a function, got ${describeValue(loss)}`);
  }
  const {
    metrics = {},
    signal,
    dataParallel,
  } = checkOptions('evaluate', options, {
    metrics: true,
    signal: true,
    dataParallel: true,
  });
  const together = dataParallel === undefined || dataParallel.size === 1 ? undefined : dataParallel;
  const mean = new Mean();
  for (const metric of Object.values(metrics)) metric.reset();
  const yieldToEventLoop = eventLoopYield();
  const wasTraining = model.training;
  model.eval();
  try {
    // Running statistics are those of each process' own batches.
    for (const buffer of model.buffers()) together?.broadcast(buffer);
    const take = takeFrom(batches, (...[input, target]) =>
      noGrad(() => {
        const output = model.forward(input!);
        mean.update(loss(output, target!), input!.shape[0]);
        for (const metric of Object.values(metrics)) metric.update(output, target!);
        return true;
      }),
    );
    while (!signal?.aborted && (await take())) await yieldToEventLoop();
    if (isStopped(signal, together)) return undefined;
    if (together !== undefined) mergeOver(together, [mean, ...mergeable('evaluate', metrics)]);
    const values = Object.entries(metrics).map(([name, metric]) => [name, metric.compute()] as const);
    return {
      measured: {
        loss: mean.compute(),
        ...Object.fromEntries(
          values.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
        ),
      },
      confusionMatrix: values.map(([, value]) => value).find((value) => typeof value === 'object'),
    };
  } finally {
    mean.reset();
    model.train(wasTraining);
  }
}

/** Whether the signal came, to any of the processes. */
function isStopped(signal: AbortSignal | undefined, together: DataParallel | undefined): boolean {
  const own = signal?.aborted ?? false;
  return together === undefined ? own : together.largest([Number(own)])[0] === 1;
}
