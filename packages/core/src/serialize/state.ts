import { describe } from '../arguments.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import { ArgumentError, FormatError } from '../errors.ts';
import { Tensor } from '../tensor.ts';
import { metadataKey } from './header.ts';
import { located } from './located.ts';
import type { SafetensorsContent } from './safetensors.ts';

/** What `save` writes: tensors, numbers (NaN and infinities too), text, booleans, null, bytes, and lists and plain objects of those. */
export type State =
  | Tensor
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly State[]
  | { readonly [name: string]: State | undefined };

/** The metadata of a file under which the structure stands, as JSON. */
const structureKey = 'kindling.tree';

/** How deep a structure may be nested. */
const maxDepth = 500;

/* What JSON has no word for is an object with one of these keys. */
const tensorMark = '$tensor';
const bytesMark = '$base64';
const numberMark = '$number';
const entriesMark = '$object';
const marks = [tensorMark, bytesMark, numberMark, entriesMark];

const isPlain = (value: object): value is Readonly<Record<string, unknown>> => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** Takes a structure apart: tensors by their paths, and the rest as JSON. */
class Flattening {
  readonly tensors: Record<string, Tensor> = Object.create(null);
  readonly #names = new Map<Tensor, string>();
  readonly #op: string;

  constructor(op: string) {
    this.#op = op;
  }

  plain(value: unknown, path: string, depth: number): unknown {
    if (depth > maxDepth) throw this.#refusal(`at most ${maxDepth} levels`, 'more', path.slice(0, 60));
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') {
      const isWritten = Number.isFinite(value) && !Object.is(value, -0);
      return isWritten ? value : { [numberMark]: Object.is(value, -0) ? '-0' : String(value) };
    }
    if (value instanceof Tensor) return { [tensorMark]: this.#nameOf(value, path) };
    if (value instanceof Uint8Array) return { [bytesMark]: toBase64(value) };
    const at = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
    if (Array.isArray(value)) {
      return Array.from({ length: value.length }, (_, i) => this.plain(value[i], at(i), depth + 1));
    }
    if (typeof value !== 'object' || !isPlain(value)) {
      throw this.#refusal(
        'tensors, numbers, strings, booleans, null, bytes, arrays and plain objects',
        describe(value),
        path,
      );
    }
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]): [string, unknown] => [key, this.plain(item, at(key), depth + 1)]);
    return entries.some(([key]) => marks.includes(key))
      ? { [entriesMark]: entries }
      : Object.fromEntries(entries);
  }

  /** The path, made unlike the names that are there: `{ 'a.b': x, a: { b: y } }` has one path for two tensors. */
  #nameOf(tensor: Tensor, path: string): string {
    const known = this.#names.get(tensor);
    if (known !== undefined) return known;
    const base = path === '' ? 'tensor' : path.replace(/\p{Surrogate}/gu, '\ufffd');
    let name = base;
    for (let n = 2; name === metadataKey || name in this.tensors; n++) name = `${base}#${n}`;
    this.tensors[name] = tensor;
    this.#names.set(tensor, name);
    return name;
  }

  #refusal(expected: string, got: string, path: string): ArgumentError {
    const place = path === '' ? '' : ` at ${path}`;
    return new ArgumentError(`${this.#op}: expected ${expected}, got ${got}${place}`);
  }
}

/**
 * The tensors of a structure by their paths (`optimizer.state.0.exp_avg`), and metadata that tell the rest: what a safetensors file
 * holds of it. Properties that are undefined are left out; a tensor that stands in two places is kept once.
 *
 * Throws {@link ArgumentError}, with the path, for anything that is no {@link State}.
 */
export function flattenState(op: string, state: unknown): SafetensorsContent {
  const flattening = new Flattening(op);
  const structure = JSON.stringify(flattening.plain(state, '', 0));
  return { tensors: flattening.tensors, metadata: { [structureKey]: structure } };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const numbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

const isEntry = (entry: unknown): entry is [string, unknown] =>
  Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string';

function restored(value: unknown, tensors: ReadonlyMap<string, Tensor>, depth: number): unknown {
  if (depth > 2 * maxDepth) throw new FormatError(`expected a state of at most ${maxDepth} levels, got more`);
  const inner = (item: unknown): unknown => restored(item, tensors, depth + 1);
  if (Array.isArray(value)) return value.map(inner);
  if (!isObject(value)) return value;
  const [mark, ...others] = Object.keys(value);
  if (mark === undefined || others.length > 0 || !marks.includes(mark)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
  }
  const content = value[mark];
  if (mark === entriesMark && Array.isArray(content) && content.every(isEntry)) {
    return Object.fromEntries(content.map(([key, item]) => [key, inner(item)]));
  }
  if (typeof content === 'string') {
    if (mark === bytesMark) return fromBase64(content);
    if (mark === numberMark && Object.hasOwn(numbers, content)) return numbers[content];
    const tensor = mark === tensorMark ? tensors.get(content) : undefined;
    if (tensor !== undefined) return tensor;
  }
  throw new FormatError(`expected a state, got one with ${mark} ${describe(content)}`);
}

/**
 * The structure that {@link flattenState} took apart; undefined for content without one.
 *
 * @param name what errors call the content, such as the path of a file.
 *
 * Throws {@link FormatError} where the metadata are not what it writes.
 */
export function restoreState({ tensors, metadata }: SafetensorsContent, name: string): unknown {
  const text = metadata[structureKey];
  return text === undefined
    ? undefined
    : located(
        () => name,
        () => parsed(text, tensors),
      );
}

function parsed(text: string, tensors: SafetensorsContent['tensors']): unknown {
  let structure: unknown;
  try {
    structure = JSON.parse(text);
  } catch {
    throw new FormatError('expected a state in JSON, got invalid JSON');
  }
  return restored(structure, new Map(Object.entries(tensors)), 0);
}
