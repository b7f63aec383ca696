import { cat, nn, stack, type Tensor, tensor } from '@kindling/core';
import { CausalEncoder, LastStep, PositionEmbedding, RecurrentOutputs } from '@kindling/train/internal';
import type { LayerPlace } from './layer-place.ts';

/** Adds a layer of sequences [length, features]; undefined for any other. */
export function addSequenceLayer(place: LayerPlace, module: nn.Module, x: string): string | undefined {
  const { add, integers, shape } = place;
  const [length = 0] = shape;
  if (module instanceof RecurrentOutputs) return recurrent(module.module, x, place);
  if (module instanceof LastStep) {
    const last = add('Slice', [x, integers([length - 1]), integers([length]), integers([1])]);
    return add('Squeeze', [last, integers([1])]);
  }
  if (module instanceof PositionEmbedding) {
    return add('Add', [x, place.tensor('weight', module.weight.narrow(0, 0, length))]);
  }
  if (module instanceof nn.PositionalEncoding) {
    return add('Add', [x, place.tensor('pe', module.pe.narrow(0, 0, length))]);
  }
  if (module instanceof nn.TransformerEncoder) {
    const isCausal = module instanceof CausalEncoder;
    return [...module.layers].reduce(
      (value, layer, i) => encoderLayer(layer, value, place.part(`layers.${i}`), isCausal),
      x,
    );
  }
  return undefined;
}

type Recurrent = nn.RNN | nn.LSTM | nn.GRU;

/** Blocks of the weights of each gate in the order of ONNX, as positions in PyTorch's: LSTM i, f, g, o → i, o, f, g; GRU r, z, n → z, r, n. */
const gates = { LSTM: [0, 3, 1, 2], GRU: [1, 0, 2], RNN: [0] } as const;

/** Outputs of all steps. ONNX has sequences before batches, and directions as an axis. */
function recurrent(module: Recurrent, x: string, place: LayerPlace): string {
  const { add, integers, tensor: put } = place;
  const operator = module instanceof nn.LSTM ? 'LSTM' : module instanceof nn.GRU ? 'GRU' : 'RNN';
  if (module instanceof nn.LSTM && module.projSize > 0) throw place.refused('expected no projection');
  const { hiddenSize, numLayers, bidirectional, bias } = module;
  const suffixes = bidirectional ? (['', 'Reverse'] as const) : ([''] as const);
  const ordered = (name: `${'weight' | 'bias'}${'Ih' | 'Hh'}L${number}`): Tensor =>
    stack(suffixes.map((suffix) => byGate(module[`${name}${suffix}`]!, gates[operator], hiddenSize)));
  const activation = module instanceof nn.RNN && module.nonlinearity === 'relu' ? 'Relu' : undefined;
  const attributes = {
    hidden_size: { int: hiddenSize },
    direction: { text: bidirectional ? 'bidirectional' : 'forward' },
    ...(operator === 'GRU' ? { linear_before_reset: { int: 1 } } : {}),
    ...(activation === undefined ? {} : { activations: { texts: suffixes.map(() => activation) } }),
  };
  let hidden = add('Transpose', [x], { perm: { ints: [1, 0, 2] } });
  for (let layer = 0; layer < numLayers; layer++) {
    const input = put(`weightIhL${layer}`, ordered(`weightIhL${layer}`));
    const recurrence = put(`weightHhL${layer}`, ordered(`weightHhL${layer}`));
    const biases = (): Tensor => cat([ordered(`biasIhL${layer}`), ordered(`biasHhL${layer}`)], 1);
    const inputs = [hidden, input, recurrence, ...(bias ? [put(`biasL${layer}`, biases())] : [])];
    // [length, directions, batch, hidden] to [length, batch, directions · hidden]; 0 stands for a size of the input.
    const outputs = add('Transpose', [add(operator, inputs, attributes)], { perm: { ints: [0, 2, 1, 3] } });
    hidden = add('Reshape', [outputs, integers([0, 0, suffixes.length * hiddenSize])]);
  }
  return add('Transpose', [hidden], { perm: { ints: [1, 0, 2] } });
}

/** Rows of a weight, or elements of a bias, in another order of gates. */
const byGate = (parameter: Tensor, order: readonly number[], size: number): Tensor =>
  cat(order.map((gate) => parameter.narrow(0, gate * size, size)));

function encoderLayer(
  layer: nn.TransformerEncoderLayer,
  x: string,
  place: LayerPlace,
  isCausal: boolean,
): string {
  const { add } = place;
  const linear = (name: 'linear1' | 'linear2', value: string): string =>
    place.part(name).linear(value, layer[name].weight, layer[name].bias);
  const norm = (name: 'norm1' | 'norm2', value: string): string => {
    const { weight, bias, eps } = layer[name];
    const own = place.part(name);
    const inputs = [own.tensor('weight', weight!), ...(bias ? [own.tensor('bias', bias)] : [])];
    return add('LayerNormalization', [value, ...inputs], { axis: { int: -1 }, epsilon: { float: eps } });
  };
  const attend = (value: string): string =>
    selfAttention(layer.selfAttn, value, place.part('selfAttn'), isCausal);
  const feed = (value: string): string =>
    linear('linear2', activation(layer, linear('linear1', value), place));
  if (layer.normFirst) {
    const own = add('Add', [x, attend(norm('norm1', x))]);
    return add('Add', [own, feed(norm('norm2', own))]);
  }
  const own = norm('norm1', add('Add', [x, attend(x)]));
  return norm('norm2', add('Add', [own, feed(own)]));
}

/** A layer has its activation as a function: of −1, ReLU is 0. */
function activation(layer: nn.TransformerEncoderLayer, x: string, { add, number }: LayerPlace): string {
  if (layer.activation(tensor([-1])).item() === 0) return add('Relu', [x]);
  const error = add('Erf', [add('Mul', [x, number(Math.SQRT1_2)])]);
  return add('Mul', [add('Mul', [x, number(0.5)]), add('Add', [number(1), error])]);
}

function selfAttention(
  { embedDim, numHeads, inProjWeight, inProjBias, outProj }: nn.MultiheadAttention,
  x: string,
  place: LayerPlace,
  isCausal: boolean,
): string {
  const { add, integers, number } = place;
  const length = place.shape[0]!;
  const size = embedDim / numHeads;
  const packed = place.part('inProj').linear(x, inProjWeight!, inProjBias);
  // [batch, length, 3, heads, size] to [3, batch, heads, length, size].
  const split = add('Reshape', [packed, integers([0, length, 3, numHeads, size])]);
  const heads = add('Transpose', [split], { perm: { ints: [2, 0, 3, 1, 4] } });
  const [query, key, value] = [0, 1, 2].map((i) =>
    add('Squeeze', [add('Slice', [heads, integers([i]), integers([i + 1]), integers([0])]), integers([0])]),
  );
  const keys = add('Transpose', [key!], { perm: { ints: [0, 1, 3, 2] } });
  const scores = add('Mul', [add('MatMul', [query!, keys]), number(1 / Math.sqrt(size))]);
  const hidden = Array.from({ length }, (_, i) =>
    Array.from({ length }, (_, j) => (j > i ? Number.NEGATIVE_INFINITY : 0)),
  );
  const masked = isCausal ? add('Add', [scores, place.tensor('mask', tensor(hidden))]) : scores;
  const joined = add('MatMul', [add('Softmax', [masked], { axis: { int: -1 } }), value!]);
  const rows = add('Transpose', [joined], { perm: { ints: [0, 2, 1, 3] } });
  const output = add('Reshape', [rows, integers([0, length, embedDim])]);
  return place.part('outProj').linear(output, outProj.weight, outProj.bias);
}
