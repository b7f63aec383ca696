import { readFileSync } from 'node:fs';
import * as core from '@kindling/core';
import * as data from '@kindling/data';
import * as train from '@kindling/train';
import { type ExportedNames, exportedNames } from './exported-names.ts';
import { type Counterparts, ofData, ofTrain, ofViz } from './name-counterparts.ts';

/** PyTorch's public names by where they stand, as `python -m golden names` in tools/ writes them. */
const known = JSON.parse(
  readFileSync(new URL('./fixtures/pytorch-names.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly string[]>>;

/** `logSoftmax` → `log_softmax`, `requiresGrad_` → `requires_grad_`. */
const snakeCase = (name: string): string =>
  name.replace(
    /(?<=[a-z0-9])[A-Z]+(?![a-z])|(?<=[A-Za-z0-9])[A-Z](?=[a-z])/g,
    (word) => `_${word.toLowerCase()}`,
  );

/** What core has where PyTorch has no such name, or one elsewhere. */
const ofCore: Counterparts = {
  leakyRelu: '`F.leaky_relu`',
  elu: '`F.elu`',
  gelu: '`F.gelu`',
  silu: '`F.silu`',
  softplus: '`F.softplus`',
  linear: '`F.linear`',
  layerNorm: '`F.layer_norm`',
  batchNorm: '`F.batch_norm`; statistics and parameters are options',
  dropout: '`F.dropout`',
  oneHot: '`F.one_hot`',
  pad: '`F.pad`',
  cdist: '`torch.cdist`',
  slice: '`x[:, start:end:step]`; `index` takes the same as text',
  toDType: '`to(dtype)`',
  toArray: '`tolist`',
  toString: '`str(x)`',
  toJSON: 'refuses: JSON has no tensors',
  strides: '`stride()`',
  offset: '`storage_offset()`',
  disposed: 'memory is freed by `dispose`, `using` and `scope`, and last by the garbage collector',
  dispose: 'see `disposed`',
  F: '`torch.nn.functional as F`',
  nn: '`torch.nn`',
  init: '`torch.nn.init`',
  functional: '`torch.nn.functional`',
  PositionalEncoding: 'none: the class of PyTorch’s tutorial on transformers',
  packPaddedSequence: '`torch.nn.utils.rnn.pack_padded_sequence`; batch sizes and orders are plain arrays',
  padPackedSequence: '`torch.nn.utils.rnn.pad_packed_sequence`; lengths are a plain array',
  packSequence: '`torch.nn.utils.rnn.pack_sequence`',
  padSequence: '`torch.nn.utils.rnn.pad_sequence`',
  unpackSequence: '`torch.nn.utils.rnn.unpack_sequence`',
  unpadSequence: '`torch.nn.utils.rnn.unpad_sequence`',
  customGradient: '`torch.autograd.Function`',
  Generator: '`torch.Generator`, a class',
  NumpyRandomState: '`numpy.random.RandomState`',
  defaultGenerator: '`torch.default_generator`',
  loadSafetensors: '`safetensors.torch.load_file`',
  saveSafetensors: '`safetensors.torch.save_file`',
  decodeSafetensors: '`safetensors.torch.load`',
  encodeSafetensors: '`safetensors.torch.save`',
  scope: 'frees the tensors made inside of it',
  keep: 'takes a tensor out of every scope',
  ready: 'none: resolves once the engine is there, which a browser loads',
  deviceReports: 'what each device answers',
  useTensorflow: 'none: which TensorFlow.js serves the device `tfjs`',
  searchWorkingFolder: 'none: whether TensorFlow.js is looked for where a program runs',
  isCapturing: '`torch.compiler.is_compiling`',
  onReplay: 'in a compiled function, done at each call',
  guard: 'in a compiled function, what is captured anew when it changes',
  dynamicScalar: 'in a compiled function, a number that changes from call to call',
  dynamicTensor: 'in a compiled function, elements that change from call to call',
  ArgumentError: '`ValueError`',
  ShapeError: '`RuntimeError`',
  DTypeError: '`RuntimeError`',
  DeviceError: '`RuntimeError`',
  AutogradError: '`RuntimeError`',
  FormatError: '`RuntimeError`',
  KindlingError: 'the class of all of these',
};

/** Names that both have, with something to know. */
const cautions: Counterparts = {
  numel: 'a property, no method',
  data: 'a method: the elements as a typed array on the host',
  index: "what stands between the brackets of `x[…]`: `x.index(0, '1:3', mask)`",
  indexPut_: 'takes the same items as `index`, so it is `x[…] = v`',
  unfold: 'of a tensor a view, as there, whose gradient takes memory for all positions; `F.unfold` copies',
  unique: 'results by name; in order whatever `sorted` says',
  floorDivide: 'its derivative is 0, where `torch.floor_divide` has none',
  div: '`rounding_mode` is the option `roundingMode`',
  multinomial: 'without replacement, other draws of the same distribution',
  bincount: 'int32, or the dtype of the weights',
  batchNorm: 'statistics and parameters are options',
  conv1d: 'stride, padding, dilation and groups are options',
  conv2d: 'stride, padding, dilation and groups are options',
  convTranspose1d: 'stride, padding, output padding, groups and dilation are options',
  convTranspose2d: 'stride, padding, output padding, groups and dilation are options',
  fold: 'dilation, padding and stride are options',
  save: 'safetensors, no pickle',
  load: 'safetensors, no pickle',
  inferenceMode: 'the same as `noGrad`',
  registerForwardHook: 'called by `forward`: there is no other call of a module',
};

/** Names of these places that `@kindling/distributed` has. */
const distributed: ReadonlySet<string> = new Set(['DistributedSampler', 'SyncBatchNorm']);

/** Of a tensor's prototype: what the rest of the package uses, which no program sees in the types. */
const internal: ReadonlySet<string> = new Set([
  ...['constructor', 'strided', 'node', 'wrap', 'alias', 'sharing', 'assertLive', 'toBackend'],
  ...['indexSelectBackward', 'sliceBackward', 'members'],
]);

interface Surface {
  readonly title: string;
  readonly ours: readonly string[];
  /** Where PyTorch may have the names. */
  readonly theirs: readonly string[];
  /** Those that have another name there, or none. */
  readonly others: Counterparts;
}

/** What the doors of a package export, by their files below `packages`. */
function doors(...files: readonly string[]): ExportedNames {
  const all = files.map((file) => exportedNames(new URL(`../../${file}`, import.meta.url)));
  return { values: all.flatMap(({ values }) => values), types: all.flatMap(({ types }) => types) };
}

const vizDoors = doors(
  'viz/src/index.ts',
  'viz/src/svg/render-svg.ts',
  'viz/src/html/render-html.ts',
  'viz/src/png/render-png.ts',
);

/** The types of each published package. */
const types: Readonly<Record<string, readonly string[]>> = {
  '@kindling/core': doors('core/src/index.ts', 'core/src/tfjs.ts').types,
  '@kindling/data': doors('data/src/index.ts').types,
  '@kindling/train': doors('train/src/index.ts').types,
  '@kindling/viz': vizDoors.types,
};

const methodsOf = (holder: { readonly prototype: object }): string[] =>
  Object.getOwnPropertyNames(holder.prototype).filter((name) => !internal.has(name));

const surfaces: readonly Surface[] = [
  { title: 'Tensor', ours: methodsOf(core.Tensor), theirs: ['Tensor'], others: ofCore },
  {
    title: 'torch: functions of @kindling/core',
    ours: [...Object.keys(core), ...doors('core/src/tfjs.ts').values],
    theirs: ['torch', 'autograd', 'Tensor'],
    others: ofCore,
  },
  { title: 'nn', ours: Object.keys(core.nn), theirs: ['nn'], others: ofCore },
  { title: 'nn.functional', ours: Object.keys(core.F), theirs: ['nn.functional'], others: ofCore },
  { title: 'nn.init', ours: Object.keys(core.init), theirs: ['nn.init'], others: ofCore },
  { title: 'nn.Module', ours: methodsOf(core.nn.Module), theirs: ['nn.Module'], others: ofCore },
  { title: 'cuda', ours: Object.keys(core.cuda), theirs: ['cuda'], others: ofCore },
  {
    title: 'optim, Lightning and torchmetrics: @kindling/train',
    ours: Object.keys(train),
    theirs: ['optim', 'optim.lr_scheduler', 'nn.utils'],
    others: ofTrain,
  },
  { title: 'utils.data: @kindling/data', ours: Object.keys(data), theirs: ['utils.data'], others: ofData },
  { title: 'Charts: @kindling/viz', ours: vizDoors.values, theirs: [], others: ofViz },
];

/** The name that PyTorch has for one of ours, if it has it there. */
function counterpart(name: string, where: readonly string[]): string | undefined {
  for (const key of where) {
    const names = new Set(known[key]);
    const found = [name, snakeCase(name), name.toLowerCase(), `${snakeCase(name)}_`].find((each) =>
      names.has(each),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

const list = (names: readonly string[]): string =>
  [...names]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `\`${name}\``)
    .join(' ') || 'none';

/** Names that have neither a counterpart nor a word on why. */
export const unexplained = (): string[] =>
  surfaces.flatMap(({ ours, theirs, others }) =>
    ours.filter((name) => counterpart(name, theirs) === undefined && !Object.hasOwn(others, name)),
  );

/** Names with the same words in one row, in the order of the first. */
function rows(names: readonly string[], words: Counterparts): string[] {
  const groups = new Map<string, string[]>();
  for (const name of names) groups.set(words[name]!, [...(groups.get(words[name]!) ?? []), name]);
  return [...groups].map(([text, group]) => `| ${list(group)} | ${text} |`);
}

const table = (left: string, right: string, body: readonly string[]): string[] =>
  body.length === 0 ? [] : [[`| ${left} | ${right} |`, '|---|---|', ...body].join('\n')];

const folded = (summary: string, names: readonly string[]): string =>
  `<details><summary>${summary}: ${names.length} names</summary>\n\n${list(names)}\n\n</details>`;

function section({ title, ours, theirs, others }: Surface): string {
  const same = ours.filter((name) => counterpart(name, theirs) !== undefined);
  const different = ours.filter((name) => !same.includes(name));
  const taken = new Set(same.map((name) => counterpart(name, theirs)));
  const missing = theirs
    .filter((key) => key !== 'Tensor' || title === 'Tensor')
    .flatMap((key) => known[key] ?? [])
    .filter((name) => !taken.has(name) && !distributed.has(name));
  const noted = same.filter((name) => Object.hasOwn(cautions, name));
  return [
    `### ${title}`,
    ...(same.length === 0 ? [] : [`The same, in camelCase: ${list(same)}`]),
    ...table('the same name', 'to know', rows(noted, cautions)),
    ...table('in Kindling', 'elsewhere', rows(different, others)),
    ...(missing.length === 0 ? [] : [folded('Missing', missing)]),
  ].join('\n\n');
}

const START = '<!-- names: written by a test -->';
const END = '<!-- end of names -->';

/** The page docs/from-pytorch.md with its list of names as the packages export them. */
export function withNames(page: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`expected ${START} and ${END} in docs/from-pytorch.md`);
  const text = [
    START,
    'Every exported name of each published package, and what PyTorch 2.15 has in its place, or Lightning, torchmetrics, Node.js or another library. A test writes this list (`npx vitest run test/pytorch-names.test.ts -u` in `packages/train`) and fails where it is not true.',
    'Arguments that PyTorch takes by keyword stand in an options object at the end: `x.sum(1, { keepdim: true })`, `x.sort(0, { descending: true })`. What an in-place form is missing for, `x.copy_(…)` does.',
    ...surfaces.map(section),
    '### Types',
    'Python has keyword arguments and duck typing in the place of most of these: `SortOptions` are those of `sort`.',
    ...Object.entries(types).map(([name, names]) => folded(name, names)),
    '',
  ].join('\n\n');
  return page.slice(0, start) + text + page.slice(end);
}
