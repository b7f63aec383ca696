import { type Experiment, type ExperimentKey, experimentKeys, loadExperiment } from '@kindling/train';
import { modelGraph, renderTerminal } from '@kindling/viz';
import { modelTitle, type NamedColumns, namedColumns } from '../../report/model-columns.ts';
import { experimentReference } from '../../standard-input.ts';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';

export interface ShowOptions {
  readonly variant?: string;
  readonly set?: readonly string[];
  readonly keys?: boolean;
  readonly model?: boolean;
}

/** `kindling experiment show`: a document that trains the same, the keys that change it, and its model. */
export async function experimentShow(
  name: string,
  { variant, set, keys = false, model = false }: ShowOptions,
  output: Output,
): Promise<void> {
  const { reference, text } = await experimentReference(name);
  const experiment = await loadExperiment(reference, { variant, set, text });
  const all = experimentKeys().map((key) => ({ ...key, ...valueAt(experiment, key) }));
  const models = model ? namedColumns(experiment) : [];
  output.emit({
    type: 'experiment',
    name: experiment.name,
    document: experiment,
    keys: all,
    ...(models[0] === undefined ? {} : { model: models[0].columns }),
    ...(models[1] === undefined ? {} : { discriminator: models[1].columns }),
  });
  for (const each of models) output.print(modelText(experiment.name, each, output));
  if (!model) output.print(keys ? keysTable(all, output) : JSON.stringify(experiment, null, 2));
}

/** What the experiment has at a key; nothing for elements of lists, and for keys that another kind of object has. */
function valueAt(experiment: Experiment, { path, of }: ExperimentKey): { readonly value?: unknown } {
  let found: unknown = experiment;
  let holder: unknown;
  for (const name of path.split('.')) {
    holder = found;
    found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  }
  const kind = kindOf(holder);
  const isOther = of !== undefined && kind !== undefined && !of.includes(kind);
  return found === undefined || isOther ? {} : { value: found };
}

const kindOf = (holder: unknown): string | undefined =>
  typeof holder === 'object' && holder !== null
    ? (['type', 'source'] as const)
        .map((tag): unknown => Reflect.get(holder, tag))
        .find((kind) => typeof kind === 'string')
    : undefined;

/** The graph with a row for each layer and each arrow, however long it gets. */
function modelText(run: string, { name, columns }: NamedColumns, { columns: width, color }: Output): string {
  const height = 2 * columns.layers.length + 1;
  return renderTerminal(modelGraph(columns, { title: modelTitle(run, name) }), { width, height, color });
}

/** Letters of a value that the table shows. */
const MAX_TEXT = 30;

type ValuedKey = ExperimentKey & { readonly value?: unknown };

function keysTable(keys: readonly ValuedKey[], { color, width }: Output): string {
  const rows = keys.map((key) => [
    key.path,
    'default' in key ? JSON.stringify(key.default) : key.required ? 'required' : '-',
    'value' in key ? shown(key.value) : '-',
    key.type + (key.of === undefined ? '' : ` (${key.of.join(', ')})`),
  ]);
  return table(['key', 'default', 'value', 'type'], rows, { color, width });
}

function shown(value: unknown): string {
  if (Array.isArray(value) && typeof value[0] === 'object') return `${value.length} elements`;
  if (typeof value === 'object' && !Array.isArray(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
