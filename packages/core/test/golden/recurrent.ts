import { manualSeed, nn, type Tensor } from '@kindling/core';
import { operand, place } from './call.ts';
import type { StoredInput, StoredTensor, Tolerance } from './fixture.ts';
import { assertState, build, type LayerSpec, type State, toTheBit } from './layer.ts';
import { assertClose, assertRefused } from './operation.ts';

/** One call of a recurrent module, as `tools/golden/recurrent.py` records it: the input, and states behind it. */
export interface RecurrentCase {
  readonly name: string;
  readonly module: LayerSpec;
  readonly inputs: readonly StoredInput[];
  /** PyTorch refuses the call, and so must we, with a message that holds this. */
  readonly error?: string;
  readonly seed: number;
  readonly training: boolean;
  readonly dtype?: 'float64';
  /** The state that the constructor draws. */
  readonly state?: State;
  /** The input is packed by these lengths, and the output padded again. */
  readonly packing?: {
    readonly lengths: readonly number[];
    readonly options: { readonly batchFirst?: boolean; readonly enforceSorted?: boolean };
  };
  readonly packed?: {
    readonly data: StoredTensor;
    readonly batchSizes: readonly number[];
    readonly sortedIndices: readonly number[] | null;
    readonly unsortedIndices: readonly number[] | null;
  };
  readonly outputs: readonly StoredTensor[];
  readonly gradOutputs: readonly StoredTensor[];
  readonly gradients: readonly StoredTensor[];
  readonly parameterGradients: State;
  readonly tolerance: Tolerance;
}

type Call = (input: Tensor | nn.PackedSequence, states?: Tensor | readonly Tensor[]) => unknown;

const isTensors = (value: unknown): value is unknown[] => Array.isArray(value);

/** The tensors of nested results, in their order. */
const flat = (result: unknown): Tensor[] => (isTensors(result) ? result.flatMap(flat) : [result as Tensor]);

/** Builds and calls a recurrent module on a device, and throws with what differs from PyTorch. */
export function checkRecurrent(test: RecurrentCase, device: string): void {
  const { tolerance, packing } = test;
  if (test.error === undefined) manualSeed(test.seed);
  const built = build(test.module).to(device);
  const call: Call = (input, states) =>
    Reflect.apply(built.forward as (...args: unknown[]) => unknown, built, [input, states]);
  const operands = test.inputs.map((input) => operand({ requiresGrad: true, ...input }, device));
  const [x, ...states] = operands.map(({ value }) => value) as [Tensor, ...Tensor[]];
  const first = test.module.layer.startsWith('LSTM') && states.length > 0 ? states : states[0];
  if (test.error !== undefined) {
    assertRefused(() => call(x, first), test.error);
    return;
  }

  if (test.state) assertState('initial', built.stateDict(), test.state, { tolerance: toTheBit });
  const module = (test.dtype === undefined ? built : built.to(test.dtype)).train(test.training);
  let results: Tensor[];
  if (packing === undefined) results = flat(call(x, first));
  else {
    const sequence = nn.packPaddedSequence(x, packing.lengths, packing.options);
    const { data, batchSizes, sortedIndices = null, unsortedIndices = null } = sequence;
    const { data: stored, ...orders } = test.packed!;
    assertClose([['packed data', data, stored, { tolerance: toTheBit }]]);
    const got = JSON.stringify({ batchSizes, sortedIndices, unsortedIndices });
    if (got !== JSON.stringify(orders))
      throw new Error(`packed: expected ${JSON.stringify(orders)}, got ${got}`);
    const [output, last] = call(sequence, first) as [nn.PackedSequence, unknown];
    const { batchFirst = false } = packing.options;
    const [padded, lengths] = nn.padPackedSequence(output, { batchFirst });
    if (`${lengths}` !== `${packing.lengths}`)
      throw new Error(`lengths: expected ${packing.lengths}, got ${lengths}`);
    results = [padded, ...flat(last)];
  }
  if (results.length !== test.outputs.length) {
    throw new Error(`expected ${test.outputs.length} results, got ${results.length}`);
  }
  assertClose(results.map((result, i) => [`result ${i}`, result, test.outputs[i], { tolerance }]));
  results.forEach((result, i) => {
    result.backward(place(test.gradOutputs[i]!, device), { retainGraph: true });
  });
  assertClose(
    operands.map(({ leaf }, i) => [`gradient of input ${i}`, leaf.grad, test.gradients[i], { tolerance }]),
  );
  const gradients = Object.fromEntries(module.namedParameters().map(([name, p]) => [name, p.grad]));
  assertState('gradient of', gradients, test.parameterGradients, { tolerance });
}
