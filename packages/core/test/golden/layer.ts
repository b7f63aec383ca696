import { init, manualSeed, nn, type Tensor, zeros } from '@kindling/core';
import { asTensors, decodeArguments, place } from './call.ts';
import type { ClosenessOptions } from './closeness.ts';
import { entries, type Result, type StoredInput, type StoredTensor, type Tolerance } from './fixture.ts';
import { assertClose } from './operation.ts';

export type State = Readonly<Record<string, StoredTensor>>;

/** A constructor of `nn` by name, and its arguments; layers may be among them. */
export interface LayerSpec {
  readonly layer: string;
  readonly args: readonly unknown[];
}

/** A module from a seed, and one call of it, as `tools/golden/layers.py` records it. */
export interface LayerCase {
  readonly name: string;
  readonly module: LayerSpec;
  readonly seed: number;
  readonly training: boolean;
  /** The state that the constructor draws. */
  readonly state: State;
  /** Values to replace the initial ones before the call. */
  readonly load?: State;
  readonly input: StoredInput;
  /** Further inputs, behind it. */
  readonly others?: readonly StoredInput[];
  /** Arguments behind the input with {"input": i} for the i-th input; left out, all of them in order. */
  readonly args?: readonly unknown[];
  readonly output: Result<StoredTensor>;
  readonly gradOutput?: Result<StoredTensor>;
  readonly gradient?: StoredTensor | null;
  readonly otherGradients?: readonly (StoredTensor | null)[];
  readonly parameterGradients?: State;
  readonly stateAfter: State;
  readonly tolerance?: Tolerance;
}

/** An initializer and what it writes, as `tools/golden/init.py` records it. */
export interface InitCase {
  readonly name: string;
  readonly init: string;
  readonly seed: number;
  readonly args: readonly unknown[];
  readonly output: StoredTensor;
}

export const toTheBit: Tolerance = { rtol: 0, atol: 0 };

const isSpec = (value: unknown): value is LayerSpec =>
  typeof value === 'object' && value !== null && 'layer' in value;

/** An argument of a constructor, with the modules that it describes. */
const made = (value: unknown): unknown => {
  if (isSpec(value)) return build(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, made(item)]));
};

export function build({ layer, args }: LayerSpec): nn.Module {
  const found: unknown = Reflect.get(nn, layer);
  if (typeof found !== 'function') throw new TypeError(`@kindling/core has no nn.${layer}`);
  const module: unknown = Reflect.construct(found, args.map(made));
  if (!(module instanceof nn.Module)) throw new TypeError(`expected nn.${layer} to make a module`);
  return module;
}

/** Compares tensors by name; the names must be the same, in the same order. */
export function assertState(
  what: string,
  actual: Record<string, Tensor | null>,
  expected: State,
  options: ClosenessOptions,
) {
  const names = [Object.keys(actual), Object.keys(expected)].map((keys) => keys.join(', '));
  if (names[0] !== names[1]) throw new Error(`${what}: expected the names ${names[1]}, got ${names[0]}`);
  assertClose(Object.entries(expected).map(([key, x]) => [`${what} ${key}`, actual[key], x, options]));
}

const onDevice = (state: State, device: string): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(state).map(([key, stored]) => [key, place(stored, device)]));

/** Builds and calls a module on a device, and throws with what differs from PyTorch. */
export function checkLayer(test: LayerCase, device: string): void {
  const { tolerance } = test;
  manualSeed(test.seed);
  const module = build(test.module).to(device).train(test.training);
  assertState('initial', module.stateDict(), test.state, { tolerance: toTheBit });
  if (test.load) module.loadStateDict(onDevice(test.load, device), { strict: false });

  const input = place(test.input, device, test.input.requiresGrad);
  const others = (test.others ?? []).map((other) => place(other, device, other.requiresGrad));
  const reference = (value: unknown): Tensor | undefined =>
    typeof value === 'object' && value !== null && 'input' in value
      ? [input, ...others][Number(value.input)]
      : undefined;
  const args = test.args?.map((arg) => decodeArguments(arg, reference)) ?? others;
  const result: unknown = module.forward(
    ...([input, ...args] as unknown as Parameters<typeof module.forward>),
  );
  const outputs = entries(
    asTensors(Array.isArray(result) ? result.filter((item) => item !== undefined) : result),
  );
  const expected = entries(test.output);
  if (outputs.length !== expected.length) {
    throw new Error(`expected ${expected.length} outputs, got ${outputs.length}`);
  }
  assertClose(outputs.map(([name, output], i) => [name, output, expected[i]![1], { tolerance }]));
  const upstream = test.gradOutput && entries(test.gradOutput);
  for (const [name, { requiresGrad }] of outputs) {
    if (requiresGrad === Boolean(upstream)) continue;
    throw new Error(`${name}: expected requiresGrad ${Boolean(upstream)}, got ${requiresGrad}`);
  }
  if (upstream) {
    outputs.forEach(([, output], i) => {
      output.backward(place(upstream[i]![1], device), { retainGraph: true });
    });
    assertClose([
      ['gradient of the input', input.grad, test.gradient, { tolerance }],
      ...(test.otherGradients ?? []).map(
        (gradient, i) => [`gradient of input ${i + 1}`, others[i]!.grad, gradient, { tolerance }] as const,
      ),
    ]);
    const gradients = Object.fromEntries(module.namedParameters().map(([name, p]) => [name, p.grad]));
    assertState('gradient of', gradients, test.parameterGradients ?? {}, { tolerance });
  }
  assertState('afterwards', module.stateDict(), test.stateAfter, { tolerance });
}

/** Runs an initializer on a device, and throws with what differs from PyTorch. */
export function checkInit(test: InitCase, device: string): void {
  const fill: unknown = Reflect.get(init, test.init);
  if (typeof fill !== 'function') throw new TypeError(`@kindling/core has no init.${test.init}`);
  const { shape, dtype } = test.output;
  const target = zeros(shape, { dtype, device });
  manualSeed(test.seed);
  const args = test.args.map((arg) => decodeArguments(arg, () => undefined));
  Reflect.apply(fill, undefined, [target, ...args]);
  assertClose([['values', target, test.output, { tolerance: toTheBit }]]);
}
