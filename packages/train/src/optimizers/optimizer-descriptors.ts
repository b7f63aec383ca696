import * as z from 'zod';
import { byType, type Descriptor, type OptionsOf } from '../descriptor.ts';
import { lazily } from '../lazily.ts';

/** An optimizer that experiments can name. Its class is in the table `optimizers`. */
export interface OptimizerDescriptor<S extends z.core.$ZodLooseShape = z.core.$ZodLooseShape>
  extends Descriptor<string, S> {
  /** Options that do not go together: the one that is wrong, what was expected, and what came. */
  conflict?(options: OptionsOf<() => S>): { readonly option: string; readonly message: string } | undefined;
}

const lr = lazily(() => z.number().min(0).describe('Learning rate.'));
const momentum = lazily(() => z.number().min(0).default(0));
const beta = lazily(() => z.number().min(0).lt(1));
const betas = lazily(() =>
  z
    .tuple([beta(), beta()])
    .default([0.9, 0.999])
    .describe('Decay rates of the running means of the gradient and of its square.'),
);
const eps = lazily(() => z.number().min(0));
const count = lazily(() => z.int().positive());
const tolerance = lazily(() => z.number().min(0));
const weightDecay = (byDefault: number) =>
  z
    .number()
    .min(0)
    .default(byDefault)
    .describe('Weight decay: an L2 penalty, decoupled from the gradient in adamW.');

const decoupledWeightDecay = lazily(() =>
  z.boolean().default(false).describe('Apply weight decay to the weights themselves, as adamW does.'),
);

const sgd = lazily(() => ({
  lr: lr(),
  momentum: momentum(),
  dampening: z.number().default(0),
  nesterov: z.boolean().default(false),
}));

/** Every optimizer that experiments can name. Options and defaults are those of `torch.optim`. */
export const optimizerDescriptors = [
  {
    type: 'sgd',
    options: () => ({ ...sgd(), weightDecay: weightDecay(0) }),
    conflict: ({ nesterov, momentum, dampening }: OptionsOf<typeof sgd>) =>
      nesterov && (momentum === 0 || dampening !== 0)
        ? {
            option: 'nesterov',
            message: `expected momentum above 0 and no dampening with nesterov, got momentum ${momentum} and dampening ${dampening}`,
          }
        : undefined,
  },
  {
    type: 'adam',
    options: () => ({
      lr: lr().default(1e-3),
      betas: betas(),
      eps: eps().default(1e-8),
      weightDecay: weightDecay(0),
      amsgrad: z.boolean().default(false),
    }),
  },
  {
    type: 'adamW',
    options: () => ({
      lr: lr().default(1e-3),
      betas: betas(),
      eps: eps().default(1e-8),
      weightDecay: weightDecay(1e-2),
      amsgrad: z.boolean().default(false),
    }),
  },
  {
    type: 'rmsprop',
    options: () => ({
      lr: lr().default(1e-2),
      alpha: z
        .number()
        .min(0)
        .default(0.99)
        .describe('Decay rate of the running mean of the squared gradient.'),
      eps: eps().default(1e-8),
      weightDecay: weightDecay(0),
      momentum: momentum(),
      centered: z.boolean().default(false),
    }),
  },
  {
    type: 'adagrad',
    options: () => ({
      lr: lr().default(1e-2),
      lrDecay: z.number().min(0).default(0),
      weightDecay: weightDecay(0),
      initialAccumulatorValue: z.number().min(0).default(0),
      eps: eps().default(1e-10),
    }),
  },
  {
    type: 'adadelta',
    options: () => ({
      lr: lr().default(1),
      rho: z
        .number()
        .min(0)
        .max(1)
        .default(0.9)
        .describe('Decay rate of the running means of the squared gradient and of the squared change.'),
      eps: eps().default(1e-6),
      weightDecay: weightDecay(0),
    }),
  },
  {
    type: 'adamax',
    options: () => ({
      lr: lr().default(2e-3),
      betas: betas(),
      eps: eps().default(1e-8),
      weightDecay: weightDecay(0),
    }),
  },
  {
    type: 'nadam',
    options: () => ({
      lr: lr().default(2e-3),
      betas: betas(),
      eps: eps().default(1e-8),
      weightDecay: weightDecay(0),
      momentumDecay: z.number().min(0).default(4e-3),
      decoupledWeightDecay: decoupledWeightDecay(),
    }),
  },
  {
    type: 'radam',
    options: () => ({
      lr: lr().default(1e-3),
      betas: betas(),
      eps: eps().default(1e-8),
      weightDecay: weightDecay(0),
      decoupledWeightDecay: decoupledWeightDecay(),
    }),
  },
  {
    type: 'lbfgs',
    description:
      'Quasi-Newton steps, each of several evaluations of the batch; for small models and data.batchSize "full".',
    options: () => ({
      lr: lr().default(1),
      maxIter: count().default(20).describe('Largest number of iterations in a step.'),
      maxEval: count()
        .optional()
        .describe('Largest number of evaluations in a step. Default: 1.25 times maxIter.'),
      toleranceGrad: tolerance()
        .default(1e-7)
        .describe('A step ends where no element of the gradient is larger.'),
      toleranceChange: tolerance()
        .default(1e-9)
        .describe('A step ends where neither the loss nor a weight changes by more.'),
      historySize: count()
        .default(100)
        .describe('Number of earlier iterations that the curvature is estimated from.'),
      lineSearch: z
        .enum(['none', 'strongWolfe'])
        .default('none')
        .describe('How the step size is found; none takes lr.'),
    }),
  },
] as const satisfies readonly OptimizerDescriptor[];

const known = byType(optimizerDescriptors);

export type OptimizerName = keyof typeof known;

/** The descriptor of an optimizer by its name. */
export const optimizerDescriptor = (type: OptimizerName): OptimizerDescriptor => known[type];
