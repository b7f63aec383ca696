import type { z } from 'zod';
import { experimentJsonSchema } from './experiment-json-schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A key of an experiment's document. */
export interface ExperimentKey {
  /** As `--set` takes it; `N` stands for an index: `optimizer.lr`, `model.N.out`. */
  readonly path: string;
  /** What values it takes, in words. */
  readonly type: string;
  /** Whether an object that the key belongs to must have it. */
  readonly required: boolean;
  readonly default?: unknown;
  /** The kinds of object that have it, by their `type` (or `source`), where not all have. */
  readonly of?: readonly string[];
  readonly description?: string;
}

/** What a change to one experiment never needs. */
const omitted = ['$schema', 'variants'];

/** Every key that an experiment may have, in the order of the schema. */
export function experimentKeys(): ExperimentKey[] {
  const root = experimentJsonSchema();
  return merged([...keysOf(root, '', root)].filter(({ path }) => !omitted.includes(path)));
}

/** The keys of an object, and those below them. */
function* keysOf(
  schema: JsonSchema,
  path: string,
  root: JsonSchema,
  of?: string,
): Generator<ExperimentKey, void> {
  for (const [name, written] of Object.entries(schema.properties ?? {})) {
    if (typeof written === 'boolean') continue;
    const value = dereference(written, root);
    const own = path === '' ? name : `${path}.${name}`;
    if (value.const === undefined) {
      yield {
        path: own,
        type: typeText(value, root),
        required: schema.required?.includes(name) ?? false,
        ...('default' in value && !isEmptyObject(value.default) ? { default: value.default } : {}),
        ...(of === undefined ? {} : { of: [of] }),
        ...(value.description === undefined ? {} : { description: value.description }),
      };
    }
    if (!(own.includes('.') && isListedAbove(written, root))) yield* below(value, own, root);
  }
}

/** Whether a schema, or that of its elements, is one that the experiment has at its top, too: a model, a loss, an optimizer. */
function isListedAbove(schema: JsonSchema, root: JsonSchema): boolean {
  const ref = refOf(schema);
  return ref !== undefined && Object.values(root.properties ?? {}).some((top) => refOf(top) === ref);
}

function refOf(schema: JsonSchema | boolean): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  const { items } = schema;
  return schema.$ref ?? (typeof items === 'object' && !Array.isArray(items) ? items.$ref : undefined);
}

/** The keys of an object's kinds, of a list's elements, or of an object. */
function* below(schema: JsonSchema, path: string, root: JsonSchema): Generator<ExperimentKey, void> {
  const branches = (schema.oneOf ?? schema.anyOf ?? []).filter(isObjectSchema);
  const tag = branches.map(tagOf).find((name) => name !== undefined);
  if (tag !== undefined) {
    const kinds = branches.map((branch) => kindOf(branch, tag));
    yield { path: `${path}.${tag}`, type: `one of ${kinds.join(', ')}`, required: true };
  }
  for (const branch of branches) {
    yield* keysOf(branch, path, root, tag === undefined ? undefined : kindOf(branch, tag));
  }
  if (schema.properties !== undefined && !isRecord(schema)) yield* keysOf(schema, path, root);
  const { items } = schema;
  // Lists of kinds within elements of others have the keys of those.
  if (typeof items === 'object' && !Array.isArray(items) && !(isKinds(items, root) && path.includes('.N.'))) {
    yield* below(dereference(items, root), `${path}.N`, root);
  }
}

const isKinds = (items: JsonSchema, root: JsonSchema): boolean =>
  dereference(items, root).oneOf?.some(isObjectSchema) ?? false;

const isObjectSchema = (schema: JsonSchema | boolean): schema is JsonSchema =>
  typeof schema === 'object' && schema.properties !== undefined;

const isRecord = (schema: JsonSchema): boolean => typeof schema.additionalProperties === 'object';

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** The key that tells kinds of an object apart. */
const tagOf = ({ properties = {} }: JsonSchema): string | undefined =>
  Object.entries(properties).find(([, value]) => typeof value === 'object' && value.const !== undefined)?.[0];

function kindOf({ properties = {} }: JsonSchema, tag: string): string {
  const value = properties[tag];
  return typeof value === 'object' ? String(value.const) : tag;
}

function dereference(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = schema.$ref?.replace('#/$defs/', '');
  const found = name === undefined ? undefined : root.$defs?.[name];
  return typeof found === 'object' ? found : schema;
}

/** The values that a schema takes: `a number of at least 0`, `one of mean, sum`, `a list of names`. */
function typeText(schema: JsonSchema, root: JsonSchema): string {
  const { const: constant, enum: values, type, minimum, exclusiveMinimum } = schema;
  const alternatives = (schema.oneOf ?? schema.anyOf)?.filter((one) => typeof one === 'object');
  if (constant !== undefined) return String(constant);
  if (values !== undefined) return `one of ${values.join(', ')}`;
  if (alternatives !== undefined) {
    const texts = alternatives.map((one) => (isObjectSchema(one) ? 'an object' : typeText(one, root)));
    return [...new Set(texts)].join(' or ');
  }
  switch (type) {
    case 'integer':
    case 'number': {
      const most = schema.maximum ?? schema.exclusiveMaximum;
      const bounds = [
        minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? [] : `of at least ${minimum}`,
        exclusiveMinimum === undefined ? [] : `above ${exclusiveMinimum}`,
        typeof most !== 'number' || most >= 2 ** 31 - 1
          ? []
          : `${schema.maximum === undefined ? 'below' : 'at most'} ${most}`,
      ].flat();
      return [type === 'integer' ? 'an integer' : 'a number', bounds.join(' and ')].join(' ').trim();
    }
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'text';
    case 'array':
      return listText(schema, root);
    default:
      return 'an object';
  }
}

function listText({ items, prefixItems }: JsonSchema, root: JsonSchema): string {
  if (prefixItems !== undefined) return `an array of ${prefixItems.length} numbers`;
  if (typeof items !== 'object' || Array.isArray(items)) return 'an array';
  const element = dereference(items, root);
  return isKinds(items, root)
    ? 'an array of names and objects'
    : `an array, each element ${typeText(element, root)}`;
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('.'));

/** Keys that several kinds of an object have alike, in one. */
function merged(keys: readonly ExperimentKey[]): ExperimentKey[] {
  const found = new Map<string, ExperimentKey>();
  const kinds = new Map<string, Set<string>>();
  for (const key of keys) {
    const { of = [], ...rest } = key;
    const identity = JSON.stringify(rest);
    const before = found.get(identity);
    const all = [...new Set([...(before?.of ?? []), ...of])];
    found.set(identity, all.length === 0 ? key : { ...rest, of: all });
    const parent = parentOf(key.path);
    kinds.set(parent, new Set([...(kinds.get(parent) ?? []), ...of]));
  }
  return [...found.values()].map((key) => {
    const { of, ...rest } = key;
    return of?.length === kinds.get(parentOf(key.path))?.size ? rest : key;
  });
}
