import { numel } from '../../../shape.ts';
import { MAX_TENSORS, type StepAttributes } from '../../kernels.ts';
import type { BufferView, LoweredCallOf } from '../../lowered-call.ts';
import { blocksFor, dtypeCodes, type Launch, launch, type PlanContext, suffixes, THREADS } from './launch.ts';
import { AdagradStep, AdamStep, RmspropStep, SgdStep, type Tensors } from './parameters.ts';
import type { Values } from './struct.ts';

/** Elements that a block works on. */
const PER_BLOCK = 4 * THREADS;

type StepCall = {
  readonly outputs: readonly BufferView[];
  readonly inputs: readonly (BufferView | number)[];
  readonly attributes: StepAttributes;
};

type TensorValues = typeof Tensors extends { pack(values: infer V): Uint8Array } ? V : never;

function step(
  kind: string,
  { outputs, inputs, attributes }: StepCall,
  context: PlanContext,
  pack: (tensors: TensorValues) => Uint8Array,
): Launch[] {
  const { count, maximize, weightDecay } = attributes;
  const [scalars, ...gradients] = inputs as readonly BufferView[];
  const parameters = outputs.slice(0, count);
  const state = Array.from({ length: 3 * MAX_TENSORS }, (_, i) => {
    const place = outputs[(Math.floor(i / MAX_TENSORS) + 1) * count + (i % MAX_TENSORS)];
    return i % MAX_TENSORS < count && place !== undefined ? context.address(place) : 0n;
  });
  const counts = parameters.map(({ shape }) => numel(shape));
  const firstBlocks: number[] = [];
  let blocks = 0;
  for (const elements of counts) {
    firstBlocks.push(blocks);
    blocks += blocksFor(elements, PER_BLOCK);
  }
  if (blocks === 0) return [];
  const tensors: Values<Record<never, never>> & TensorValues = {
    parameters: parameters.map((place) => context.address(place)),
    gradients: gradients.map((place) => context.address(place)),
    state,
    counts,
    firstBlocks,
    tensors: count,
    maximize: maximize ? 1 : 0,
    weightDecay,
    scalars: context.address(scalars!),
    scalarsDType: dtypeCodes[scalars!.dtype],
  };
  const entry = `${kind}_${suffixes[parameters[0]!.dtype]}`;
  return [launch('optimizer', entry, blocks, THREADS, pack(tensors))];
}

export function sgdStep(call: LoweredCallOf<'sgdStep'>, context: PlanContext): Launch[] {
  const { momentum, dampening, nesterov, isFirst } = call.attributes;
  const flags = { nesterov: nesterov ? 1 : 0, isFirst: isFirst ? 1 : 0 };
  return step('sgdStep', call, context, (tensors) =>
    SgdStep.pack({ tensors, momentum, dampening, ...flags }),
  );
}

export function adamStep(call: LoweredCallOf<'adamStep'>, context: PlanContext): Launch[] {
  const { beta1, beta2, eps, amsgrad } = call.attributes;
  return step('adamStep', call, context, (tensors) =>
    AdamStep.pack({ tensors, beta1, beta2, eps, amsgrad: amsgrad ? 1 : 0 }),
  );
}

export function rmspropStep(call: LoweredCallOf<'rmspropStep'>, context: PlanContext): Launch[] {
  const { alpha, eps, momentum, centered } = call.attributes;
  return step('rmspropStep', call, context, (tensors) =>
    RmspropStep.pack({ tensors, alpha, eps, momentum, centered: centered ? 1 : 0 }),
  );
}

export function adagradStep(call: LoweredCallOf<'adagradStep'>, context: PlanContext): Launch[] {
  const { eps } = call.attributes;
  return step('adagradStep', call, context, (tensors) => AdagradStep.pack({ tensors, eps }));
}
