import { Adagrad } from './adagrad.ts';
import { Adam } from './adam.ts';
import { AdamW } from './adam-w.ts';
import { RMSprop } from './rmsprop.ts';
import { SGD } from './sgd.ts';

/** Every optimizer by the name that experiment files use. */
export const optimizers = { sgd: SGD, adam: Adam, adamW: AdamW, rmsprop: RMSprop, adagrad: Adagrad } as const;

export type OptimizerName = keyof typeof optimizers;
