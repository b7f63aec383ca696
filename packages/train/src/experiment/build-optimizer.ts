import type { nn, Tensor } from '@kindling/core';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { optimizers } from '../optimizers/optimizers.ts';
import type { OptimizerSettings } from './optimizer-schema.ts';

/** The optimizer that an experiment names, for all parameters of a model. */
export function buildOptimizer({ type, ...settings }: OptimizerSettings, model: nn.Module): Optimizer {
  const optimizer: new (parameters: Iterable<Tensor>, options: never) => Optimizer = optimizers[type];
  // The class takes what its descriptor has the schema of.
  return new optimizer(model.parameters(), settings as never);
}
