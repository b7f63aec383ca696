import { KindlingError, nn, ones, type Tensor, zeros } from '@kindling/core';
import { StraightThroughReLU } from '@kindling/train';
import { addComposedLayer, softplus } from './composed-layers.ts';
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
 * @param shape of an input of the layer, without the batch.
 * @throws OnnxError for a layer that is none of an experiment's.
 */
export function addLayer(
  graph: GraphBuilder,
  module: nn.Module,
  index: number,
  x: string,
  shape: readonly number[],
): string {
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
  if (module instanceof nn.Flatten) {
    if (module.startDim === 1 && module.endDim === -1) return add('Flatten', [x], { axis: { int: 1 } });
    const { startDim, endDim } = module;
    // 0 stands for the size of the batch.
    return add('Reshape', [x, graph.integers([0, ...merged(shape, startDim, endDim)])]);
  }
  if (module instanceof nn.Dropout) return x;
  if (module instanceof nn.LayerNorm) {
    const { weight = ones(module.normalizedShape), bias } = module;
    const inputs = [x, parameter('weight', weight), ...(bias ? [parameter('bias', bias)] : [])];
    const axis = { int: -module.normalizedShape.length };
    return add('LayerNormalization', inputs, { axis, epsilon: { float: module.eps } });
  }
  if (module instanceof nn.BatchNorm1d) {
    const { numFeatures, runningMean, runningVar } = module;
    if (runningMean === undefined || runningVar === undefined) {
      throw new OnnxError(
        `export: expected a batchNorm with running statistics, got layer ${index} without (trackRunningStats false)`,
      );
    }
    const { weight = ones([numFeatures]), bias = zeros([numFeatures]) } = module;
    const inputs = [
      parameter('weight', weight),
      parameter('bias', bias),
      parameter('running_mean', runningMean),
      parameter('running_var', runningVar),
    ];
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
    const smooth = isFloat32 ? add('Softplus', [scaled]) : softplus(scaled, { add, number });
    const value = beta === 1 ? smooth : add('Div', [smooth, number(beta)]);
    return add('Where', [add('Greater', [scaled, number(threshold)]), x, value]);
  }
  const place = {
    shape,
    add,
    number,
    integers: (values: readonly number[]) => graph.integers(values),
    tensor: (name: string, tensor: Tensor) => graph.tensor(`${index}.${name}`, tensor),
  };
  const composed = addComposedLayer(place, module, x);
  if (composed !== undefined) return composed;
  throw new OnnxError(`export: expected layers that ONNX supports, got layer ${index}: ${module}`);
}

/** Sizes of a sample with the axes from one to another, which count with the batch, merged. */
function merged(shape: readonly number[], startDim: number, endDim: number): readonly number[] {
  const end = endDim < 0 ? endDim + shape.length + 1 : endDim;
  const size = shape.slice(startDim - 1, end).reduce((product, each) => product * each, 1);
  return [...shape.slice(0, startDim - 1), size, ...shape.slice(end)];
}

type Add = (operator: string, inputs: readonly string[]) => string;

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
