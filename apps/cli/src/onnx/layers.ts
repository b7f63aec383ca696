import { KindlingError, nn, type Tensor } from '@kindling/core';
import { StraightThroughReLU } from '@kindling/train';
import type { GraphBuilder } from './graph-builder.ts';

/** A layer that a graph of ONNX cannot hold. */
export class OnnxError extends KindlingError {
  override readonly name = 'OnnxError';
}

type AddLayer = (x: string) => string;

/**
 * Adds a layer, in evaluation, behind the value `x`, and returns the name of what it gives.
 *
 * Operators that exist for float32 alone in common runtimes are written in simpler ones for float64, where also their attributes,
 * which are float32, would cost digits.
 *
 * @param index the layer's place in the model, which names its parameters.
 * @throws OnnxError for a layer that is none of an experiment's.
 */
export function addLayer(graph: GraphBuilder, module: nn.Module, index: number, x: string): string {
  const scope = `layer${index}`;
  const add = (operator: string, inputs: readonly string[], attributes = {}): string =>
    graph.add(operator, inputs, attributes, scope);
  const number = (value: number): string => graph.number(value);
  const isFloat32 = graph.type === 'float32';
  const parameter = (name: string, tensor: Tensor | undefined): string => {
    if (tensor === undefined) {
      throw new OnnxError(`export: expected layer ${index} (${module}) to have a ${name}, got none`);
    }
    return graph.tensor(`${index}.${name}`, tensor);
  };

  if (module instanceof nn.Linear) {
    const bias = module.bias === undefined ? [] : [parameter('bias', module.bias)];
    return add('Gemm', [x, parameter('weight', module.weight), ...bias], { transB: { int: 1 } });
  }
  if (module instanceof nn.ReLU || module instanceof StraightThroughReLU) return add('Relu', [x]);
  if (module instanceof nn.Sigmoid) return add('Sigmoid', [x]);
  if (module instanceof nn.Tanh) return add('Tanh', [x]);
  if (module instanceof nn.SiLU) {
    if (isFloat32) return add('Mul', [x, add('Sigmoid', [x])]);
    return add('Div', [x, add('Add', [number(1), add('Exp', [add('Neg', [x])])])]);
  }
  if (module instanceof nn.Softmax) return add('Softmax', [x], { axis: { int: module.dim } });
  if (module instanceof nn.LogSoftmax) return add('LogSoftmax', [x], { axis: { int: module.dim } });
  if (module instanceof nn.Flatten) return add('Flatten', [x], { axis: { int: 1 } });
  if (module instanceof nn.Dropout) return x;
  if (module instanceof nn.LayerNorm) {
    const inputs = [x, parameter('weight', module.weight), parameter('bias', module.bias)];
    const axis = { int: -module.normalizedShape.length };
    return add('LayerNormalization', inputs, { axis, epsilon: { float: module.eps } });
  }
  if (module instanceof nn.BatchNorm1d) {
    const names = ['weight', 'bias', 'runningMean', 'runningVar'] as const;
    const inputs = names.map((name) => parameter(stateName[name], module[name]));
    return add('BatchNormalization', [x, ...inputs], { epsilon: { float: module.eps } });
  }
  /** One value where x is above 0, another elsewhere. */
  const split: (above: AddLayer, below: AddLayer) => string = (above, below) =>
    add('Where', [add('Greater', [x, number(0)]), above(x), below(x)]);
  if (module instanceof nn.LeakyReLU) {
    const { negativeSlope } = module;
    if (isFloat32) return add('LeakyRelu', [x], { alpha: { float: negativeSlope } });
    return split(
      (own) => own,
      (own) => add('Mul', [own, number(negativeSlope)]),
    );
  }
  if (module instanceof nn.ELU) {
    const { alpha } = module;
    if (isFloat32) return add('Elu', [x], { alpha: { float: alpha } });
    // The exponential of what is above 0, which is not taken, could be infinite.
    const below = (own: string): string =>
      add('Mul', [add('Sub', [add('Exp', [add('Min', [own, number(0)])]), number(1)]), number(alpha)]);
    return split((own) => own, below);
  }
  if (module instanceof nn.GELU) {
    const half = add('Mul', [x, number(0.5)]);
    return add('Mul', [half, add('Add', [number(1), geluFactor(module, x, add, number)])]);
  }
  if (module instanceof nn.Softplus) {
    const { beta, threshold } = module;
    const scaled = beta === 1 ? x : add('Mul', [x, number(beta)]);
    const smooth = isFloat32 ? add('Softplus', [scaled]) : softplus(scaled, add, number);
    const value = beta === 1 ? smooth : add('Div', [smooth, number(beta)]);
    return add('Where', [add('Greater', [scaled, number(threshold)]), x, value]);
  }
  throw new OnnxError(`export: expected layers that ONNX supports, got layer ${index}: ${module}`);
}

/** The names that PyTorch's state dict has for what a batch normalization keeps. */
const stateName = {
  weight: 'weight',
  bias: 'bias',
  runningMean: 'running_mean',
  runningVar: 'running_var',
} as const;

type Add = (operator: string, inputs: readonly string[]) => string;

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|). */
function softplus(x: string, add: Add, number: (value: number) => string): string {
  const rest = add('Log', [add('Add', [number(1), add('Exp', [add('Neg', [add('Abs', [x])])])])]);
  return add('Add', [add('Max', [x, number(0)]), rest]);
}

/** 2Φ(x) − 1: erf(x/√2), or tanh(√(2/π)(x + 0.044715x³)). */
function geluFactor(
  { approximate }: nn.GELU,
  x: string,
  add: Add,
  number: (value: number) => string,
): string {
  if (approximate === 'none') return add('Erf', [add('Mul', [x, number(Math.SQRT1_2)])]);
  const cube = add('Mul', [add('Mul', [x, x]), x]);
  const inner = add('Add', [x, add('Mul', [cube, number(0.044715)])]);
  return add('Tanh', [add('Mul', [inner, number(Math.sqrt(2 / Math.PI))])]);
}
