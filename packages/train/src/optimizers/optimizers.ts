import type { Tensor } from '@kindling/core';
import { Adadelta } from './adadelta.ts';
import { Adagrad } from './adagrad.ts';
import { Adam } from './adam.ts';
import { AdamW } from './adam-w.ts';
import { Adamax } from './adamax.ts';
import { LBFGS } from './lbfgs.ts';
import { NAdam } from './nadam.ts';
import type { Optimizer } from './optimizer.ts';
import type { OptimizerName } from './optimizer-descriptors.ts';
import { RAdam } from './radam.ts';
import { RMSprop } from './rmsprop.ts';
import { SGD } from './sgd.ts';

type OptimizerClass = new (params: Iterable<Tensor>, options?: never) => Optimizer;

/** Every optimizer by the name that experiment files use. */
export const optimizers = {
  sgd: SGD,
  adam: Adam,
  adamW: AdamW,
  rmsprop: RMSprop,
  adagrad: Adagrad,
  adadelta: Adadelta,
  adamax: Adamax,
  nadam: NAdam,
  radam: RAdam,
  lbfgs: LBFGS,
} as const satisfies Readonly<Record<OptimizerName, OptimizerClass>>;

export type { OptimizerName };
