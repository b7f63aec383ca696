import { nn, noGrad, ones, scope, type Tensor, zeros } from '@kindling/core';
import { StraightThroughReLU } from '@kindling/train';
import { Reshape, Residual } from '@kindling/train/internal';
import { addComposedLayer, softplus } from './composed-layers.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { addImageLayer } from './image-layers.ts';
import { LayerPlace, OnnxError } from './layer-place.ts';
import { addSequenceLayer } from './sequence-layers.ts';

type AddLayer = (x: string) => string;

/**
 * Adds layers one after the other, in evaluation, behind the value `x`.
 *
 * @param path of what holds them, with a dot behind it; nothing for a model.
 * @param sample a batch of one input, by which the shapes within are found.
 * @returns the name of what the last one gives.
 * @throws OnnxError for a layer that is none of an experiment's.
 */
export function addLayers(
  graph: GraphBuilder,
  modules: Iterable<nn.Module>,
  path: string,
  x: string,
  sample: Tensor,
): string {
  return scope(() =>
    noGrad(() => {
      let [value, hidden] = [x, sample];
      for (const [i, module] of [...modules].entries()) {
        value =
          module instanceof Residual
            ? addResidual(graph, module, `${path}${i}`, value, hidden)
            : addLayer(new LayerPlace(graph, `${path}${i}`, hidden.shape.slice(1)), module, value);
        hidden = module.forward(hidden);
      }
      return value;
    }),
  );
}

/** layers(x) + skip(x) */
function addResidual(
  graph: GraphBuilder,
  { layers, skip }: Residual,
  path: string,
  x: string,
  sample: Tensor,
): string {
  const own = addLayers(graph, layers, `${path}.layers.`, x, sample);
  return graph.add('Add', [own, addLayers(graph, skip, `${path}.skip.`, x, sample)], {}, `layer${path}`);
}

/**
 * Adds a layer, in evaluation, behind the value `x`, and returns the name of what it gives.
 *
 * Operators that exist for float32 alone in common runtimes are written in simpler ones for float64, where also their attributes,
 * which are float32, would cost digits; convolutions and pools have no simpler ones.
 *
 * @throws OnnxError for a layer that is none of an experiment's.
 */
export function addLayer(place: LayerPlace, module: nn.Module, x: string): string {
  const { add, number, shape, tensor: parameter } = place;
  const isFloat32 = place.type === 'float32';

  if (module instanceof nn.Linear) return place.linear(x, module.weight, module.bias);
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
    return add('Reshape', [x, place.integers([0, ...merged(shape, startDim, endDim)])]);
  }
  if (module instanceof Reshape) return add('Reshape', [x, place.integers([0, ...module.shape])]);
  if (module instanceof nn.Dropout) return x;
  if (module instanceof nn.LayerNorm) {
    const { weight = ones(module.normalizedShape), bias } = module;
    const inputs = [x, parameter('weight', weight), ...(bias ? [parameter('bias', bias)] : [])];
    const axis = { int: -module.normalizedShape.length };
    return add('LayerNormalization', inputs, { axis, epsilon: { float: module.eps } });
  }
  if (module instanceof nn.BatchNorm1d || module instanceof nn.BatchNorm2d) {
    const { numFeatures, runningMean, runningVar } = module;
    if (runningMean === undefined || runningVar === undefined) {
      throw place.refused(
        'expected a batchNorm with running statistics, got one without (trackRunningStats false)',
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
  const composed =
    addComposedLayer(place, module, x) ??
    addImageLayer(place, module, x) ??
    addSequenceLayer(place, module, x);
  if (composed !== undefined) return composed;
  throw new OnnxError(`export: expected layers that ONNX supports, got layer ${place.path}: ${module}`);
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
