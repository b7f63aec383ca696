import { readFileSync } from 'node:fs';
import * as core from '@kindling/core';
import * as data from '@kindling/data';
import * as train from '@kindling/train';

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

/** What Kindling has where PyTorch has no such name, or one elsewhere. */
const differences: Readonly<Record<string, string>> = {
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
  deviceReports: 'what each device answers',
  ready: 'waits for the engine as WebAssembly, where it is compiled in the background',
  announceFallback: 'says which engine serves a device, where it is not the fastest',
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
const cautions: Readonly<Record<string, string>> = {
  numel: 'a property, no method',
  data: 'a method: the elements as a typed array on the host',
  index: "what stands between the brackets of `x[…]`: `x.index(0, '1:3', mask)`",
  indexPut_: 'takes the same items as `index`, so it is `x[…] = v`',
  unfold: 'a view, as there; its gradient takes memory for all positions',
  unique: 'of the flattened tensor alone; results by name',
  multinomial: 'without replacement, other draws of the same distribution',
  bincount: 'int32, or the dtype of the weights',
  batchNorm: 'statistics and parameters are options',
  save: 'safetensors, no pickle',
  load: 'safetensors, no pickle',
  normal: 'takes numbers; for tensors, `randnLike(std).mul(std).add(mean)`',
  inferenceMode: 'the same as `noGrad`',
  registerForwardHook: 'called by `forward`: there is no other call of a module',
};

/** Of a tensor's prototype: what the rest of the package uses, which no program sees in the types. */
const internal: ReadonlySet<string> = new Set([
  ...['constructor', 'strided', 'node', 'wrap', 'alias', 'sharing', 'assertLive', 'toBackend'],
  ...['indexSelectBackward', 'sliceBackward', 'members'],
]);

interface Surface {
  readonly title: string;
  readonly ours: readonly string[];
  /** Where PyTorch may have the names; of the first, what is missing is listed. */
  readonly theirs: readonly string[];
  /** Whether all that has no counterpart needs a line of its own. */
  readonly explained: boolean;
}

const methodsOf = (holder: { readonly prototype: object }): string[] =>
  Object.getOwnPropertyNames(holder.prototype).filter((name) => !internal.has(name));

const surfaces: readonly Surface[] = [
  { title: 'Tensor', ours: methodsOf(core.Tensor), theirs: ['Tensor'], explained: true },
  {
    title: 'torch: functions of @kindling/core',
    ours: Object.keys(core),
    theirs: ['torch', 'autograd', 'Tensor'],
    explained: true,
  },
  { title: 'nn', ours: Object.keys(core.nn), theirs: ['nn'], explained: true },
  { title: 'nn.functional', ours: Object.keys(core.F), theirs: ['nn.functional'], explained: true },
  { title: 'nn.init', ours: Object.keys(core.init), theirs: ['nn.init'], explained: true },
  { title: 'nn.Module', ours: methodsOf(core.nn.Module), theirs: ['nn.Module'], explained: true },
  { title: 'cuda', ours: Object.keys(core.cuda), theirs: ['cuda'], explained: true },
  {
    title: 'optim: optimizers and schedules of @kindling/train',
    ours: Object.keys(train),
    theirs: ['optim', 'optim.lr_scheduler', 'nn.utils'],
    explained: false,
  },
  { title: 'utils.data: @kindling/data', ours: Object.keys(data), theirs: ['utils.data'], explained: false },
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
  surfaces
    .filter(({ explained }) => explained)
    .flatMap(({ ours, theirs }) =>
      ours.filter((name) => counterpart(name, theirs) === undefined && !Object.hasOwn(differences, name)),
    );

function section({ title, ours, theirs, explained }: Surface): string {
  const same = ours.filter((name) => counterpart(name, theirs) !== undefined);
  const others = ours.filter((name) => !same.includes(name));
  const taken = new Set(same.map((name) => counterpart(name, theirs)));
  const missing = theirs
    .filter((key) => key !== 'Tensor' || title === 'Tensor')
    .flatMap((key) => known[key] ?? [])
    .filter((name) => !taken.has(name));
  const table = others.map((name) => `| \`${name}\` | ${differences[name]} |`);
  const noted = same.filter((name) => Object.hasOwn(cautions, name));
  const notes = noted.map((name) => `| \`${name}\` | ${cautions[name]} |`);
  const own = explained
    ? ['| in Kindling | in PyTorch |', '|---|---|', ...table]
    : [`Without a counterpart: ${list(others)}`];
  return [
    `## ${title}`,
    `The same, in camelCase: ${list(same)}`,
    ...(notes.length === 0 ? [] : [['| the same name | to know |', '|---|---|', ...notes].join('\n')]),
    ...(others.length === 0 ? [] : [own.join('\n')]),
    `<details><summary>Missing: ${missing.length} names</summary>\n\n${list(missing)}\n\n</details>`,
  ].join('\n\n');
}

/** The page docs/pytorch-names.md. */
export const namesPage = (): string =>
  [
    '# Names beside PyTorch',
    'Every exported name of the packages, and what PyTorch 2.15 has in its place. A test writes this page (`npx vitest run -u test/pytorch-names.test.ts` in `packages/train`) and fails where it is not true. How results and arguments differ is told in [from PyTorch](from-pytorch.md).',
    'Arguments that PyTorch takes by keyword stand in an options object at the end: `x.sum(1, { keepdim: true })`, `x.sort(0, { descending: true })`. What an in-place form is missing for, `x.copy_(…)` does. `@kindling/viz` draws charts and has no counterpart.',
    ...surfaces.map(section),
  ].join('\n\n') + '\n';
