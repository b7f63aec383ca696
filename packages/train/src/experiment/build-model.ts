import { type DType, init, NumpyRandomState, nn, noGrad, type Tensor, tensor } from '@kindling/core';
import { formatShape } from '@kindling/core/internal';
import type { Experiment } from './experiment-schema.ts';
import type { Init, Layer } from './layer-schema.ts';
import { ExperimentError } from './problem.ts';
import { StraightThroughReLU } from './straight-through-relu.ts';

type Shape = readonly number[];

/** What a model is built from. */
export type ModelSettings = Pick<Experiment, 'name' | 'model' | 'seed' | 'generator' | 'dtype'>;

export interface BuiltModel {
  readonly model: nn.Sequential;
  /** Shape of an output, without the batch. */
  readonly outputShape: Shape;
}

/** A module for a layer, and the shape of what comes out for a sample of the shape that goes in. */
function buildLayer(layer: Layer, shape: Shape): { readonly module: nn.Module; readonly shape: Shape } {
  const last = shape.at(-1) ?? 1;
  switch (layer.type) {
    case 'linear': {
      const { in: inputs = last, out, bias } = layer;
      return { module: new nn.Linear(inputs, out, { bias }), shape: [...shape.slice(0, -1), out] };
    }
    case 'relu':
      return { module: layer.straightThrough ? new StraightThroughReLU() : new nn.ReLU(), shape };
    case 'leakyRelu':
      return { module: new nn.LeakyReLU(layer.negativeSlope), shape };
    case 'sigmoid':
      return { module: new nn.Sigmoid(), shape };
    case 'tanh':
      return { module: new nn.Tanh(), shape };
    case 'gelu':
      return { module: new nn.GELU({ approximate: layer.approximate }), shape };
    case 'silu':
      return { module: new nn.SiLU(), shape };
    case 'elu':
      return { module: new nn.ELU(layer.alpha), shape };
    case 'softplus':
      return { module: new nn.Softplus(layer.beta, layer.threshold), shape };
    case 'softmax':
      return { module: new nn.Softmax(layer.dim), shape };
    case 'logSoftmax':
      return { module: new nn.LogSoftmax(layer.dim), shape };
    case 'layerNorm':
      return { module: new nn.LayerNorm(last, { eps: layer.eps }), shape };
    case 'batchNorm': {
      const { eps, momentum } = layer;
      return { module: new nn.BatchNorm1d(shape[0] ?? 1, { eps, momentum }), shape };
    }
    case 'dropout':
      return { module: new nn.Dropout(layer.p), shape };
    case 'flatten':
      return { module: new nn.Flatten(), shape: [shape.reduce((product, size) => product * size, 1)] };
  }
}

const fanOptions = ({ type: _, ...options }: Extract<Init, { type: 'kaimingNormal' | 'kaimingUniform' }>) =>
  options;

/** Overwrites a parameter with its first values, drawn as `torch.nn.init` draws them. */
function initialize(parameter: Tensor, settings: Init): void {
  switch (settings.type) {
    case 'kaimingNormal':
      return void init.kaimingNormal(parameter, fanOptions(settings));
    case 'kaimingUniform':
      return void init.kaimingUniform(parameter, fanOptions(settings));
    case 'xavierNormal':
      return void init.xavierNormal(parameter, settings.gain);
    case 'xavierUniform':
      return void init.xavierUniform(parameter, settings.gain);
    case 'normal':
      return void init.normal(parameter, settings.mean, settings.std);
    case 'uniform':
      return void init.uniform(parameter, settings.low, settings.high);
    case 'constant':
      return void init.constant(parameter, settings.value);
    case 'zeros':
      return void init.zeros(parameter);
    case 'ones':
      return void init.ones(parameter);
  }
}

/** As {@link initialize}, with the draws of NumPy's legacy generator. Nothing else is allowed with it. */
function initializeByNumpy(parameter: Tensor, settings: Init, random: NumpyRandomState): void {
  const drawn =
    settings.type === 'normal'
      ? random.normal(settings.mean, settings.std, parameter.numel)
      : settings.type === 'uniform'
        ? random.uniform(settings.low, settings.high, parameter.numel)
        : undefined;
  if (drawn === undefined) initialize(parameter, settings);
  else noGrad(() => parameter.copy_(tensor(drawn, { shape: parameter.shape })));
}

/**
 * The model of an experiment, on the CPU.
 *
 * Its layers are made one after the other, each drawing PyTorch's default first values from the default generator; then
 * `init` overwrites the parameters that it names, in the order of the layers. A program that calls `torch.nn.init` after
 * making its layers draws in this order, too.
 *
 * @param sample shape of an input, without the batch.
 * @throws ExperimentError for a layer that does not fit what comes from the one before.
 */
export function buildModel(settings: ModelSettings, sample: Shape): BuiltModel {
  const { name, model, seed, generator, dtype } = settings;
  const modules: nn.Module[] = [];
  let shape = sample;
  for (const [i, layer] of model.entries()) {
    const last = shape.at(-1) ?? 1;
    if (layer.type === 'linear' && layer.in !== undefined && layer.in !== last) {
      throw new ExperimentError({
        origin: name,
        path: ['model', i, 'in'],
        message: `expected ${last}, the last size of the input shape ${formatShape(shape)}, got ${layer.in}`,
      });
    }
    const built = buildLayer(layer, shape);
    modules.push(built.module);
    shape = built.shape;
  }
  const sequential = new nn.Sequential(...modules);
  sequential.to(dtype satisfies DType);

  const random = generator === 'numpy' ? new NumpyRandomState(seed) : undefined;
  const fill = (parameter: Tensor | undefined, first: Init | undefined): void => {
    if (parameter === undefined || first === undefined) return;
    if (random === undefined) initialize(parameter, first);
    else initializeByNumpy(parameter, first, random);
  };
  for (const [i, layer] of model.entries()) {
    const module = modules[i];
    if (layer.type !== 'linear' || !(module instanceof nn.Linear)) continue;
    fill(module.weight, layer.init?.weight);
    fill(module.bias, layer.init?.bias);
  }
  return { model: sequential, outputShape: shape };
}
