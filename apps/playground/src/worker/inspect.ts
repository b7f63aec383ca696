/** Elements of a list, characters of a text inside of another value, and levels that are shown. */
const MAX_ITEMS = 100;
const MAX_TEXT = 10_000;
const MAX_DEPTH = 2;
const LINE_LENGTH = 76;

const custom = Symbol.for('nodejs.util.inspect.custom');

/** A value as Node.js' console shows it, about: `[ 1, 2 ]`, `{ a: 'b' }`, `Float32Array(2) [ 0, 1 ]`. */
export function inspect(value: unknown): string {
  return show(value, [], '');
}

function show(value: unknown, above: readonly object[], indent: string): string {
  if (typeof value === 'string') return `'${value.slice(0, MAX_TEXT).replaceAll("'", "\\'")}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'function') return functionText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (above.includes(value)) return '[Circular]';
  const text = customText(value);
  if (text !== undefined) return text.replaceAll('\n', `\n${indent}`);
  if (value instanceof Error)
    return value.stack?.includes(value.message) ? `${value.name}: ${value.message}` : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return 'Promise {}';
  if (above.length > MAX_DEPTH) return Array.isArray(value) ? '[Array]' : `[${nameOf(value) || 'Object'}]`;
  return branch(value, [...above, value], indent);
}

function functionText(value: { readonly name: string }): string {
  const kind = /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'Function';
  return `[${kind}${value.name === '' ? ' (anonymous)' : `${kind === 'class' ? '' : ':'} ${value.name}`}]`;
}

/** What objects say of themselves, such as tensors and modules. */
function customText(value: object): string | undefined {
  const method = (value as { readonly [custom]?: unknown })[custom];
  if (typeof method !== 'function') return undefined;
  const text: unknown = method.call(value);
  return typeof text === 'string' ? text : undefined;
}

const nameOf = (value: object): string => {
  const prototype = Object.getPrototypeOf(value) as {
    readonly constructor?: { readonly name?: string };
  } | null;
  return prototype === null ? '[Object: null prototype]' : (prototype.constructor?.name ?? '');
};

function branch(value: object, above: readonly object[], indent: string): string {
  const below = `${indent}  `;
  const item = (one: unknown): string => show(one, above, below);
  if (Array.isArray(value)) return framed('', '[]', itemsOf(value, value.length, item), indent);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const list = value as Uint8Array;
    return framed(`${nameOf(value)}(${list.length}) `, '[]', itemsOf(list, list.length, item), indent);
  }
  if (value instanceof Map) {
    const entries = [...value].map(([key, one]) => `${item(key)} => ${item(one)}`);
    return framed(`Map(${value.size}) `, '{}', entries, indent);
  }
  if (value instanceof Set) return framed(`Set(${value.size}) `, '{}', [...value].map(item), indent);
  const name = nameOf(value);
  const entries = Object.entries(value);
  const shown = entries.slice(0, MAX_ITEMS).map(([key, one]) => `${keyText(key)}: ${item(one)}`);
  if (entries.length > MAX_ITEMS) shown.push(`... ${entries.length - MAX_ITEMS} more`);
  return framed(name === 'Object' || name === '' ? '' : `${name} `, '{}', shown, indent);
}

function itemsOf(list: ArrayLike<unknown>, length: number, item: (one: unknown) => string): string[] {
  const shown = Array.from({ length: Math.min(length, MAX_ITEMS) }, (_, i) => item(list[i]));
  if (length > MAX_ITEMS) shown.push(`... ${length - MAX_ITEMS} more items`);
  return shown;
}

const keyText = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : `'${key}'`);

function framed(head: string, [open, close]: string, items: readonly string[], indent: string): string {
  if (items.length === 0) return `${head}${open}${close}`;
  const line = items.join(', ');
  if (line.length <= LINE_LENGTH && !line.includes('\n')) return `${head}${open} ${line} ${close}`;
  const isShort = items.every((item) => item.length <= 12);
  const rows = isShort ? wrapped(items) : items;
  return `${head}${open}\n${rows.map((row) => `${indent}  ${row}`).join(',\n')}\n${indent}${close}`;
}

/** Short items, several a row. */
function wrapped(items: readonly string[]): string[] {
  const rows: string[] = [];
  for (const item of items) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + item.length + 2 <= LINE_LENGTH)
      rows[rows.length - 1] = `${last}, ${item}`;
    else rows.push(item);
  }
  return rows;
}
