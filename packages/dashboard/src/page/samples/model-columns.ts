import type { ModelLayer } from './model-layers.ts';

/** The layers of a model as `modelGraph` takes them, the input first. */
export interface ModelColumns {
  readonly layers: readonly string[];
  /** Both only where they are known to be right. */
  readonly shapes?: readonly (readonly (number | 'N')[])[];
  readonly parameters?: readonly number[];
}

/** A size, or number of parameters, that may depend on the number of inputs: perInput · inputs + fixed. */
interface Size {
  readonly perInput: number;
  readonly fixed: number;
}

/**
 * The layers with output shapes and numbers of parameters, as they follow from the experiment. How many inputs there are, only the data
 * tells; it follows from the number of all parameters, as the run has counted them. Where that gives no whole number, or the experiment
 * names a layer that is not known here, shapes are left out.
 *
 * @param total number of parameters of the model
 */
export function modelColumns(
  layers: readonly ModelLayer[],
  total: number | undefined,
  inputName: string,
): ModelColumns {
  const names = [inputName, ...layers.map(layerText)];
  const sized = sizesOf(layers);
  const inputs = sized && total !== undefined ? inputsOf(layers, sized, total) : undefined;
  if (sized === undefined || inputs === undefined) return { layers: names };
  const countOf = ({ perInput, fixed }: Size) => perInput * inputs + fixed;
  return {
    layers: names,
    shapes: [['N', inputs], ...sized.map(({ outputs }) => ['N', countOf(outputs)] as const)],
    parameters: [0, ...sized.map(({ parameters }) => countOf(parameters))],
  };
}

/** Options that are told only where they have another value. */
const usual: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...['bias', 'affine', 'elementwiseAffine', 'trackRunningStats'].map((name) => [name, true] as const),
  ['startDim', 1],
  ['endDim', -1],
]);

/** `dropout(p=0.2)`: a layer with what its shape does not say. */
function layerText({ type, options }: ModelLayer): string {
  const shown = options.filter(([name, value]) => {
    if (name === 'in' || name === 'out') return false;
    if (usual.get(name) === value) return false;
    return usual.get(name) === true ? value === false : value !== false;
  });
  return shown.length === 0 ? type : `${type}(${shown.map(([name, value]) => `${name}=${value}`).join(', ')})`;
}

interface SizedLayer {
  readonly outputs: Size;
  readonly parameters: Size;
}

const elementwise = new Set(
  [
    'relu leakyRelu relu6 sigmoid logSigmoid hardsigmoid tanh hardtanh softsign gelu silu hardswish mish elu celu selu softplus',
    'tanhshrink hardshrink softshrink threshold softmax softmin logSoftmax dropout flatten identity',
  ].flatMap((names) => names.split(' ')),
);

/** Layers with two parameters for each input, unless the option of that name is false. */
const normalizations: Readonly<Record<string, string>> = {
  layerNorm: 'elementwiseAffine',
  batchNorm: 'affine',
  groupNorm: 'affine',
};

function sizesOf(layers: readonly ModelLayer[]): readonly SizedLayer[] | undefined {
  let size: Size = { perInput: 1, fixed: 0 };
  const sized: SizedLayer[] = [];
  for (const { type, options } of layers) {
    const { out, bias = true, ...others } = Object.fromEntries(options);
    const affine = normalizations[type];
    if (type === 'linear' && typeof out === 'number') {
      const parameters = {
        perInput: size.perInput * out,
        fixed: size.fixed * out + (bias === false ? 0 : out),
      };
      size = { perInput: 0, fixed: out };
      sized.push({ outputs: size, parameters });
    } else if (affine !== undefined) {
      const each = others[affine] === false ? 0 : 2;
      const parameters = { perInput: each * size.perInput, fixed: each * size.fixed };
      sized.push({ outputs: size, parameters });
    } else if (elementwise.has(type)) {
      sized.push({ outputs: size, parameters: { perInput: 0, fixed: 0 } });
    } else return undefined;
  }
  return sized;
}

function inputsOf(
  layers: readonly ModelLayer[],
  sized: readonly SizedLayer[],
  total: number,
): number | undefined {
  const sum = (part: keyof Size) => sized.reduce((all, { parameters }) => all + parameters[part], 0);
  const inputs = (total - sum('fixed')) / sum('perInput');
  const named = layers.find(({ type }) => type === 'linear')?.options.find(([name]) => name === 'in')?.[1];
  const fits = Number.isInteger(inputs) && inputs > 0 && (named === undefined || named === inputs);
  return fits ? inputs : undefined;
}
