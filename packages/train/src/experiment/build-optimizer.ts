import type { nn } from '@kindling/core';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { optimizers } from '../optimizers/optimizers.ts';
import type { OptimizerSettings } from './optimizer-schema.ts';

/** The optimizer that an experiment names, for all parameters of a model. */
export function buildOptimizer({ type, ...settings }: OptimizerSettings, model: nn.Module): Optimizer {
  const parameters = model.parameters();
  return new optimizers[type](parameters, settings);
}
