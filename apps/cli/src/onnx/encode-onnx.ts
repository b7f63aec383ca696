import { tensor, zeros } from '@kindling/core';
import type { Experiment, TrainedModel } from '@kindling/train';
import { inputDType, modelColumns, outputKind } from '@kindling/train/internal';
import { GraphBuilder } from './graph-builder.ts';
import { OnnxError } from './layer-place.ts';
import { addLayers } from './layers.ts';
import { encodeModel } from './message.ts';

/** The operators that a file needs: those of ONNX 1.12. */
export const ONNX_OPSET = 17;

/** Bytes that a message of protobuf may have. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * A trained model as a file of ONNX. Its `input`, [batch, …], takes samples in the units of the data, as `TrainedModel.predict`
 * does; its `output` is what that calls `outputs`: the last layer's, in the units of the data where numbers are predicted.
 *
 * @param version of the program, for readers.
 * @throws OnnxError for a layer that ONNX has not, and for more than 2 GiB.
 */
export function encodeOnnx(trained: TrainedModel, run: string, version: string): Uint8Array {
  const { experiment, signature, model, checkpoint, epoch, step } = trained;
  const { dtype, data } = experiment;
  const bytes = model
    .parameters()
    .reduce((sum, parameter) => sum + parameter.numel * (dtype === 'float64' ? 8 : 4), 0);
  if (bytes > MAX_BYTES) {
    throw new OnnxError(
      `export: expected at most ${MAX_BYTES} bytes of parameters in an ONNX file, got ${bytes}`,
    );
  }
  const graph = new GraphBuilder(dtype);
  let value = 'input';
  const isGenerator = experiment.trainingStep !== undefined;
  const { scale, shift = 0 } = data;
  if (!isGenerator && scale.input !== 1) value = graph.add('Mul', [value, graph.number(scale.input)]);
  if (!isGenerator && shift !== 0) value = graph.add('Add', [value, graph.number(shift)]);
  const { shapes } = modelColumns(experiment, signature.inputShape);
  const sizes = shapes.map((shape) => shape.slice(1) as readonly number[]);
  const sample = zeros([1, ...signature.inputShape], { dtype: inputDType(experiment) });
  const wasTraining = model.training;
  model.eval();
  value = addLayers(graph, model, '', value, sample);
  model.train(wasTraining);
  if (isGenerator) {
    if (shift !== 0) value = graph.add('Sub', [value, graph.number(shift)]);
    if (scale.input !== 1) value = graph.add('Div', [value, graph.number(scale.input)]);
  } else if (!signature.isLabelled) value = addUnits(graph, experiment, value, sizes.at(-1)!);
  return encodeModel({
    producer: { name: 'kindling', version },
    description: experiment.description ?? '',
    opset: ONNX_OPSET,
    graph: graph.finish(
      experiment.name,
      { name: 'input', type: dtype, dims: ['batch', ...signature.inputShape] },
      value,
      { name: 'output', type: dtype, dims: ['batch', ...sizes.at(-1)!] },
    ),
    metadata: {
      run,
      checkpoint,
      epoch: String(epoch),
      step: String(step),
      loss: experiment.loss.type,
      signature: JSON.stringify(signature),
    },
  });
}

/** Adds what makes numbers in the units of the data of the last layer's outputs. */
function addUnits(
  graph: GraphBuilder,
  { loss, data }: Experiment,
  value: string,
  shape: readonly number[],
): string {
  const scale = data.scale.target;
  const kind = outputKind(loss);
  if (kind === 'meansAndLogVariances') {
    // mean / scale and e^(½ · log variance) / |scale|, each with factors of 0 for the other.
    const half = shape.at(-1)! / 2;
    const factors = (first: number, second: number): number[] =>
      Array.from({ length: 2 * half }, (_, i) => (i < half ? first : second));
    const constant = (name: string, values: number[]): string =>
      graph.tensor(`units/${name}`, tensor(values, { dtype: 'float64' }));
    const means = graph.add('Mul', [value, constant('mean', factors(1 / scale, 0))]);
    const powers = graph.add('Exp', [graph.add('Mul', [value, constant('half', factors(0, 0.5))])]);
    const deviations = graph.add('Mul', [powers, constant('deviation', factors(0, 1 / Math.abs(scale)))]);
    return graph.add('Add', [means, deviations]);
  }
  const units = kind === 'logRates' ? graph.add('Exp', [value]) : value;
  return scale === 1 ? units : graph.add('Div', [units, graph.number(scale)]);
}
