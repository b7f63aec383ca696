import { init, type NumpyRandomState, noGrad, type Tensor, tensor } from '@kindling/core';
import type { Init } from '../experiment/layer-schema.ts';
import type { InitName } from './init-descriptors.ts';

type InitOptions<N extends InitName> = Omit<Extract<Init, { type: N }>, 'type'>;

/** Overwrites a parameter, by the names of `initDescriptors`. */
const initializers: { readonly [N in InitName]: (parameter: Tensor, options: InitOptions<N>) => void } = {
  kaimingNormal: (parameter, options) => init.kaimingNormal(parameter, options),
  kaimingUniform: (parameter, options) => init.kaimingUniform(parameter, options),
  xavierNormal: (parameter, { gain }) => init.xavierNormal(parameter, gain),
  xavierUniform: (parameter, { gain }) => init.xavierUniform(parameter, gain),
  normal: (parameter, { mean, std }) => init.normal(parameter, mean, std),
  uniform: (parameter, { low, high }) => init.uniform(parameter, low, high),
  constant: (parameter, { value }) => init.constant(parameter, value),
  zeros: (parameter) => init.zeros(parameter),
  ones: (parameter) => init.ones(parameter),
};

/** Overwrites a parameter with its first values, drawn as `torch.nn.init` draws them. */
export function initialize(parameter: Tensor, { type, ...options }: Init): void {
  const fill: (parameter: Tensor, options: never) => void = initializers[type];
  fill(parameter, options as never);
}

/** As {@link initialize}, with the draws of NumPy's legacy generator. */
export function initializeByNumpy(parameter: Tensor, settings: Init, random: NumpyRandomState): void {
  const drawn =
    settings.type === 'normal'
      ? random.normal(settings.mean, settings.std, parameter.numel)
      : settings.type === 'uniform'
        ? random.uniform(settings.low, settings.high, parameter.numel)
        : undefined;
  if (drawn === undefined) initialize(parameter, settings);
  else noGrad(() => parameter.copy_(tensor(drawn, { shape: parameter.shape })));
}
