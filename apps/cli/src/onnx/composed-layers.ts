import { nn, ones, type Tensor } from '@kindling/core';
import type { LayerPlace } from './layer-place.ts';
import { elementTypes } from './message.ts';

/** Adds a layer that is written in simpler operators, in float32 and float64 alike; undefined for any other. */
export function addComposedLayer(place: LayerPlace, module: nn.Module, x: string): string | undefined {
  const { add, number } = place;
  const above = (limit: number): string => add('Greater', [x, number(limit)]);
  const clip = (value: string, low: number, high: number): string =>
    add('Clip', [value, number(low), number(high)]);
  /** x above 0, α(e^(x/scale) − 1) below; the exponential of what is above, which is not taken, could be infinite. */
  const exponentialBelow = (alpha: number, scale = 1): string => {
    const below = add('Min', [x, number(0)]);
    const power = scale === 1 ? below : add('Div', [below, number(scale)]);
    const curve = add('Mul', [add('Sub', [add('Exp', [power]), number(1)]), number(alpha)]);
    return add('Where', [above(0), x, curve]);
  };
  const isWithin = (limit: number): string => add('Greater', [add('Abs', [x]), number(limit)]);

  if (module instanceof nn.Identity) return x;
  if (module instanceof nn.ReLU6) return clip(x, 0, 6);
  if (module instanceof nn.Hardtanh) return clip(x, module.minVal, module.maxVal);
  if (module instanceof nn.Hardsigmoid) {
    return add('Div', [clip(add('Add', [x, number(3)]), 0, 6), number(6)]);
  }
  if (module instanceof nn.Hardswish) {
    return add('Div', [add('Mul', [x, clip(add('Add', [x, number(3)]), 0, 6)]), number(6)]);
  }
  if (module instanceof nn.Softsign) return add('Div', [x, add('Add', [add('Abs', [x]), number(1)])]);
  if (module instanceof nn.Tanhshrink) return add('Sub', [x, add('Tanh', [x])]);
  if (module instanceof nn.LogSigmoid) return add('Neg', [softplus(add('Neg', [x]), place)]);
  if (module instanceof nn.Mish) return add('Mul', [x, add('Tanh', [softplus(x, place)])]);
  if (module instanceof nn.CELU) return exponentialBelow(module.alpha, module.alpha);
  if (module instanceof nn.SELU) {
    return add('Mul', [exponentialBelow(1.6732632423543772), number(1.0507009873554805)]);
  }
  if (module instanceof nn.Hardshrink) return add('Where', [isWithin(module.lambd), x, number(0)]);
  if (module instanceof nn.Softshrink) return add('Sub', [x, clip(x, -module.lambd, module.lambd)]);
  if (module instanceof nn.Threshold) {
    return add('Where', [above(module.threshold), x, number(module.value)]);
  }
  if (module instanceof nn.Softmin) return add('Softmax', [add('Neg', [x])], { axis: { int: module.dim } });
  if (module instanceof nn.PReLU) {
    const slopes = module.numParameters === 1 ? module.weight : perChannel(module.weight, place);
    return add('Where', [above(0), x, add('Mul', [x, place.tensor('weight', slopes)])]);
  }
  if (module instanceof nn.GLU) return glu(module, x, place);
  if (module instanceof nn.GroupNorm) return groupNorm(module, x, place);
  if (module instanceof nn.Embedding) {
    const index = add('Cast', [x], { to: { int: elementTypes.int64 } });
    return add('Gather', [place.tensor('weight', module.weight), index]);
  }
  return undefined;
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|). */
export function softplus(x: string, { add, number }: Pick<LayerPlace, 'add' | 'number'>): string {
  const rest = add('Log', [add('Add', [number(1), add('Exp', [add('Neg', [add('Abs', [x])])])])]);
  return add('Add', [add('Max', [x, number(0)]), rest]);
}

/** A vector with a value for each channel, which is the first axis of a sample, in the form that broadcasts. */
const perChannel = (values: Tensor, { shape }: LayerPlace): Tensor =>
  values.reshape([values.numel, ...shape.slice(1).map(() => 1)]);

function glu({ dim }: nn.GLU, x: string, { add, integers, shape }: LayerPlace): string {
  const axis = dim < 0 ? dim + shape.length + 1 : dim;
  const half = shape[axis - 1]! / 2;
  const part = (start: number): string =>
    add('Slice', [x, integers([start]), integers([start + half]), integers([axis])]);
  return add('Mul', [part(0), add('Sigmoid', [part(half)])]);
}

/** Each group as a row, which is normalized; 0 stands for the size of the batch. */
export function groupNorm(
  { numGroups, eps, weight, bias }: Pick<nn.GroupNorm, 'numGroups' | 'eps' | 'weight' | 'bias'>,
  x: string,
  place: LayerPlace,
): string {
  const { add, integers, tensor, shape } = place;
  const size = shape.reduce((product, each) => product * each, 1) / numGroups;
  const rows = add('Reshape', [x, integers([0, numGroups, size])]);
  const normal = add('LayerNormalization', [rows, tensor('ones', ones([size]))], {
    axis: { int: -1 },
    epsilon: { float: eps },
  });
  const value = add('Reshape', [normal, integers([0, ...shape])]);
  if (weight === undefined || bias === undefined) return value;
  const scaled = add('Mul', [value, tensor('weight', perChannel(weight, place))]);
  return add('Add', [scaled, tensor('bias', perChannel(bias, place))]);
}
