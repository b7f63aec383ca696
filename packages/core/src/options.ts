import { ArgumentError, ShapeError } from './errors.ts';
import { describeForeign, isForeign } from './identity.ts';
import { nearestName } from './nearest-name.ts';

/** The names of the options of T. The compiler keeps a list of this type complete. */
export type OptionNames<T> = { readonly [K in keyof T]-?: true };

const maxText = 40;

/** A value of a caller, short enough for a message. */
function described(value: unknown): string {
  if (isForeign(value)) return describeForeign(value);
  if (Array.isArray(value))
    return value.length > 0 && value.every((item) => typeof item === 'number')
      ? `[${value.slice(0, 8).join(', ')}]`
      : 'an array';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    if (isPlain(value)) return `{ ${Object.keys(value).slice(0, 8).join(', ')} }`;
    return `a ${value.constructor?.name ?? 'object'}`;
  }
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text;
}

/** An object literal, of whatever realm. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The option that a bare value was probably meant for: a device or a dtype by its name, else the only option. */
function meantOption(value: unknown, names: readonly string[]): string | undefined {
  const has = (name: string): string | undefined => (names.includes(name) ? name : undefined);
  if (typeof value === 'string') {
    if (/^(cpu|tfjs|auto|cuda(:\d+)?)$/.test(value)) return has('device');
    if (/^(float32|float64|int32|uint8|bool)$/.test(value)) return has('dtype');
    if (/^(mean|sum|none)$/.test(value)) return has('reduction');
  }
  if (typeof value === 'number' && has('lr')) return 'lr';
  if (typeof value === 'boolean')
    return has('keepdim') ?? has('bias') ?? (names.length === 1 ? names[0] : undefined);
  return names.length === 1 && typeof value !== 'object' ? names[0] : undefined;
}

/**
 * The options, once they are known to be an object all of whose keys are among `names`: a misspelt or misplaced option would be
 * ignored in silence.
 *
 * @param owner what takes the options, for the message.
 * @param names as an object, so that the compiler can tell that it is complete and a look-up takes no search.
 * @throws {ArgumentError} where they are not; it says which option was probably meant.
 */
export function checkOptions<T extends object>(owner: string, options: T, names: OptionNames<T>): T {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
    let unknown: string | undefined;
    for (const key in options) {
      if (!Object.hasOwn(names, key)) unknown ??= key;
    }
    if (unknown === undefined) return options;
    if (isPlain(options)) throw unknownOption(owner, unknown, Object.keys(names));
  }
  const known = Object.keys(names);
  const meant = meantOption(options, known);
  const value = described(options);
  const hint = meant === undefined ? '' : `; did you mean { ${meant}: ${value.replaceAll('"', "'")} }?`;
  throw new ArgumentError(`${owner}: expected options { ${known.join(', ')} }, got ${value}${hint}`);
}

function unknownOption(owner: string, key: string, known: readonly string[]): ArgumentError {
  const near = nearestName(key, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return new ArgumentError(
    `${owner}: expected options among ${known.join(', ')}, got ${described(key)}${hint}`,
  );
}

/**
 * The error for an argument that is an object where the function takes it by its position: `x.mean({ dim: 0 })` for
 * `x.mean(0)`.
 */
export function misplacedOptions(
  owner: string,
  name: string,
  expected: string,
  value: unknown,
): ArgumentError {
  const own = isPlain(value) && Object.hasOwn(value, name) ? described(value[name]) : undefined;
  const hint = own === undefined ? '' : `; did you mean ${owner}(${own})?`;
  return new ArgumentError(`${owner}: expected ${name} to be ${expected}, got ${described(value)}${hint}`);
}

/**
 * Refuses sizes that were given one by one, as in `zeros(2, 3)`.
 *
 * @param next the argument behind it, for the message.
 * @throws {ShapeError} where the shape is no list.
 */
export function checkShapeList(owner: string, shape: unknown, next: unknown): void {
  if (Array.isArray(shape)) return;
  const sizes = [shape, next].filter((size) => typeof size === 'number');
  const hint = sizes.length > 0 ? `; did you mean [${sizes.join(', ')}]?` : '';
  throw new ShapeError(`${owner}: expected a shape, an array of sizes, got ${described(shape)}${hint}`);
}
