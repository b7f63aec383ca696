import { KindlingError } from '@kindling/core/internal/errors';

/** Keys and indices that lead from a document to a place in it. */
export type JsonPath = readonly (string | number)[];

/** A place in a text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A piece of a text; `end` is the place behind its last character. */
export interface TextRange {
  readonly start: Position;
  readonly end: Position;
}

/** One character, where no more is known. */
export const characterAt = (start: Position): TextRange => ({
  start,
  end: { line: start.line, column: start.column + 1 },
});

export interface JsonDocument {
  readonly value: unknown;
  /**
   * The text of the value at `path`, or of its key. For a path that leads nowhere, the nearest place on the way: a word or a number
   * that holds no keys, the key of an entry, or the bracket that opens a list or an object.
   */
  rangeOf(path: JsonPath, part?: JsonPart): TextRange;
}

/** A part of an object's entry. */
export type JsonPart = 'key' | 'value';

/** Offsets in a text, the end exclusive. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node extends Span {
  /** Of an object's entry. */
  readonly key?: Span;
  readonly children?: ReadonlyMap<string | number, Node>;
}

interface Parsed {
  readonly value: unknown;
  readonly node: Node;
}

/** Text that is not JSON, and where the parser saw it. */
export class JsonSyntaxError extends KindlingError {
  override readonly name = 'JsonSyntaxError';
  readonly position: Position;
  /** The message without the place. */
  readonly problem: string;

  constructor(name: string, position: Position, problem: string) {
    super(`${name}:${position.line}:${position.column}: ${problem}`);
    this.position = position;
    this.problem = problem;
  }
}

/** Levels of lists and objects in each other that a document may have. */
export const maxJsonDepth = 100;

/** Tokens of RFC 8259 other than strings. */
const TOKEN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;
const SPACE = /[ \t\r\n]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const [quote, backslash, firstText] = [0x22, 0x5c, 0x20];

/** Behind the string that begins at `start`; nothing where there is none. A loop: a pattern would need stack for each escape. */
function stringEnd(text: string, start: number): number | undefined {
  for (let at = start + 1; ; ) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash) {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) return undefined;
      at = ESCAPE.lastIndex;
    } else if (code >= firstText) at++;
    else return undefined;
  }
}

/**
 * Parses JSON and remembers where everything stands, so that a later check of the value can point at it. Stricter than
 * `JSON.parse` in two things: a key that an object has twice is an error, and so are more than {@link maxJsonDepth} levels.
 *
 * @param name the file, for messages: `name:line:column: expected …, got …`.
 * @throws JsonSyntaxError
 */
export function parseJsonDocument(text: string, name: string): JsonDocument {
  const body = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  let at = 0;
  let depth = 0;

  const fail = (offset: number, problem: string): never => {
    throw new JsonSyntaxError(name, positionAt(body, offset), problem);
  };

  /** The next token, which stays where it is; empty at the end and before what is no token. */
  const peek = (): string => {
    SPACE.lastIndex = at;
    SPACE.exec(body);
    at = SPACE.lastIndex;
    if (body.charCodeAt(at) === quote) return body.slice(at, stringEnd(body, at) ?? at);
    TOKEN.lastIndex = at;
    return TOKEN.exec(body)?.[0] ?? '';
  };

  const expect = (expected: string, token: string): never => {
    const hint = token === '}' || token === ']' ? ' (is the comma before it superfluous?)' : '';
    return fail(at, `expected ${expected}, got ${describe(body, at, token)}${hint}`);
  };

  const take = (token: string): number => {
    const offset = at;
    at += token.length;
    return offset;
  };

  /** The entries between brackets: nothing, or entries with a comma between them. */
  const list = (close: ']' | '}', what: string, entry: () => void): void => {
    if (peek() === close) return void take(close);
    for (;;) {
      entry();
      const token = peek();
      if (token !== ',' && token !== close) expect(`"," or "${close}" after ${what}`, token);
      take(token);
      if (token === close) return;
    }
  };

  const array = (offset: number): Parsed => {
    const value: unknown[] = [];
    const children = new Map<number, Node>();
    list(']', 'an element', () => {
      const element = parse('an element');
      children.set(value.length, element.node);
      value.push(element.value);
    });
    return { value, node: { start: offset, end: at, children } };
  };

  const object = (offset: number): Parsed => {
    const entries: [string, unknown][] = [];
    const children = new Map<string, Node>();
    list('}', 'an entry', () => {
      const token = peek();
      if (!token.startsWith('"')) expect('a key in double quotes', token);
      const keyOffset = take(token);
      const keySpan = { start: keyOffset, end: at };
      const key: string = JSON.parse(token);
      if (children.has(key)) fail(keyOffset, `expected each key once, got ${quoted(token)} again`);
      const colon = peek();
      if (colon !== ':') expect(`":" after ${quoted(token)}`, colon);
      take(colon);
      const { value, node } = parse(`a value for ${quoted(token)}`);
      children.set(key, { ...node, key: keySpan });
      entries.push([key, value]);
    });
    return { value: Object.fromEntries(entries), node: { start: offset, end: at, children } };
  };

  const parse = (expected: string): Parsed => {
    const token = peek();
    if (token === '' || '}],:'.includes(token)) expect(expected, token);
    const offset = take(token);
    if (token === '{' || token === '[') {
      if (++depth > maxJsonDepth) {
        fail(offset, `expected at most ${maxJsonDepth} levels of arrays and objects, got more`);
      }
      const parsed = token === '{' ? object(offset) : array(offset);
      depth--;
      return parsed;
    }
    return { value: JSON.parse(token), node: { start: offset, end: at } };
  };

  const root = parse('a value');
  const rest = peek();
  if (at < body.length) expect('the end of the text', rest);

  return {
    value: root.value,
    rangeOf(path, part = 'value') {
      const { node, isThere } = nearest(root.node, path);
      const { start, end } = spanOf(node, isThere || node.children === undefined ? part : 'key');
      return { start: positionAt(body, start), end: positionAt(body, end) };
    },
  };
}

/** The node at a path, or the last one on the way there. */
function nearest(root: Node, path: JsonPath): { readonly node: Node; readonly isThere: boolean } {
  let node = root;
  for (const key of path) {
    const child = node.children?.get(key);
    if (child === undefined) return { node, isThere: false };
    node = child;
  }
  return { node, isThere: true };
}

/** Where a part of a node is; in the place of a key that a list's element or the document lacks, its first bracket. */
function spanOf(node: Node, part: JsonPart): Span {
  if (part === 'value') return node;
  return node.key ?? { start: node.start, end: node.start + 1 };
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** What stands at `offset`, in words. */
function describe(text: string, offset: number, token: string): string {
  if (offset >= text.length) return 'the end of the text';
  if (token !== '') return quoted(token);
  const rest = text.slice(offset);
  if (rest.startsWith('//') || rest.startsWith('/*')) return 'a comment, which JSON does not have';
  if (rest.startsWith("'")) return "a single quote (JSON's are double)";
  if (rest.startsWith('"')) return 'a string that does not end on its line, or has a bad escape in it';
  const word = /^[^\s,:{}[\]"]+/.exec(rest)?.[0] ?? rest.slice(0, 1);
  return quoted(word.slice(0, 30));
}

const maxQuoted = 30;

/** A token in quotes, cut where it is long. */
function quoted(token: string): string {
  const text = token.length > maxQuoted ? `${token.slice(0, maxQuoted)}…` : token;
  return text.startsWith('"') ? text : `"${text}"`;
}
