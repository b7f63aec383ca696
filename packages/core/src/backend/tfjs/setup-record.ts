import { FormatError } from '../../errors.ts';
import { bindingFileOf, type InstalledPackage } from './lookup.ts';

/** What `kindling tfjs setup` leaves beside a binding that it has compiled. */
export interface SetupRecord {
  /** When, in ISO 8601. */
  readonly made: string;
  /** The version of Kindling that made it. */
  readonly kindling: string;
  readonly package: { readonly name: string; readonly version: string };
  readonly tensorflow: {
    readonly version: string;
    /** The wheel's package folder, or that of an unpacked libtensorflow. */
    readonly folder: string;
    /** The libraries that the binding was linked to. */
    readonly libraries: readonly string[];
  };
  /** Its name and version. */
  readonly compiler: string;
  /** The folder of Node-API's headers. */
  readonly headers: string;
  /** The SHA-256 of the binding, in hexadecimal digits. */
  readonly sha256: string;
}

/** The file of a package's record, which may not be there. */
export function recordFileOf(installed: InstalledPackage): string {
  const { dirname, join } = process.getBuiltinModule('node:path');
  return join(dirname(bindingFileOf(installed)), 'kindling-setup.json');
}

/** The SHA-256 of a file, in hexadecimal digits. */
export function hashOf(file: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { readFileSync } = process.getBuiltinModule('node:fs');
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads the fields of a JSON object, and says of the first that is not as it should be where it is and what came. */
class Fields {
  readonly #file: string;
  readonly #path: string;
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(file: string, path: string, value: unknown) {
    if (!isObject(value))
      throw new FormatError(
        `${file}: expected an object${path && ` at ${path}`}, got ${JSON.stringify(value)}`,
      );
    this.#file = file;
    this.#path = path;
    this.#value = value;
  }

  #fail(key: string, expected: string): never {
    const path = this.#path === '' ? key : `${this.#path}.${key}`;
    throw new FormatError(
      `${this.#file}: expected ${expected} at ${path}, got ${JSON.stringify(this.#value[key])}`,
    );
  }

  text(key: string): string {
    const value = this.#value[key];
    return typeof value === 'string' && value !== '' ? value : this.#fail(key, 'a string');
  }

  texts(key: string): readonly string[] {
    const value = this.#value[key];
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? value
      : this.#fail(key, 'an array of strings');
  }

  object(key: string): Fields {
    return new Fields(this.#file, this.#path === '' ? key : `${this.#path}.${key}`, this.#value[key]);
  }
}

function parseRecord(file: string, text: string): SetupRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new FormatError(`${file}: expected JSON`);
  }
  const record = new Fields(file, '', json);
  const tensorflow = record.object('tensorflow');
  const owner = record.object('package');
  return {
    made: record.text('made'),
    kindling: record.text('kindling'),
    package: { name: owner.text('name'), version: owner.text('version') },
    tensorflow: {
      version: tensorflow.text('version'),
      folder: tensorflow.text('folder'),
      libraries: tensorflow.texts('libraries'),
    },
    compiler: record.text('compiler'),
    headers: record.text('headers'),
    sha256: record.text('sha256'),
  };
}

/**
 * The record of a package's binding; undefined where there is none, or where it is of another binding than the one that is there.
 *
 * @throws FormatError for a record that is damaged.
 */
export function readSetupRecord(installed: InstalledPackage): SetupRecord | undefined {
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
  const file = recordFileOf(installed);
  const binding = bindingFileOf(installed);
  if (!existsSync(file) || !existsSync(binding)) return undefined;
  const record = parseRecord(file, readFileSync(file, 'utf8'));
  return record.sha256 === hashOf(binding) ? record : undefined;
}
