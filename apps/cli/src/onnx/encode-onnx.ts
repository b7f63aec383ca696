import { noGrad, scope, zeros } from '@kindling/core';
import type { TrainedModel } from '@kindling/train';
import { GraphBuilder } from './graph-builder.ts';
import { addLayer, OnnxError } from './layers.ts';
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
  if (data.scale.input !== 1) value = graph.add('Mul', [value, graph.number(data.scale.input)]);
  for (const [i, module] of [...model].entries()) value = addLayer(graph, module, i, value);
  if (!signature.isLabelled && data.scale.target !== 1) {
    value = graph.add('Div', [value, graph.number(data.scale.target)]);
  }
  const outputShape = scope(() =>
    noGrad(
      () =>
        model.eval().forward(zeros([1, ...signature.inputShape], { dtype, device: trained.device })).shape,
    ),
  );
  return encodeModel({
    producer: { name: 'kindling', version },
    description: experiment.description ?? '',
    opset: ONNX_OPSET,
    graph: graph.finish(
      experiment.name,
      { name: 'input', type: dtype, dims: ['batch', ...signature.inputShape] },
      value,
      { name: 'output', type: dtype, dims: ['batch', ...outputShape.slice(1)] },
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
