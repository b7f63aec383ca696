import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const extension = join(import.meta.dirname, '..', '..', '..');

const read = (name: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(extension, name), 'utf8'));

/** Words of the page with the curves. */
interface PageWords {
  readonly train: string;
  readonly xAxis: string;
  readonly epoch: string;
}

/** A language in which the extension is used: its texts by their keys, as the extension's files have them. */
export class Language {
  readonly name: string;
  /** Language of the browser, which the editor takes over. */
  readonly locale: string;
  readonly page: PageWords;
  readonly #manifest: Readonly<Record<string, string>>;
  readonly #bundle: Readonly<Record<string, string>>;

  constructor(name: string, locale: string, page: PageWords, manifest: string, bundle?: string) {
    this.name = name;
    this.locale = locale;
    this.page = page;
    this.#manifest = read(manifest);
    this.#bundle = bundle === undefined ? {} : read(bundle);
  }

  /** A text of the manifest. */
  manifest(key: string): string {
    const text = this.#manifest[key];
    if (text === undefined) throw new Error(`expected a text ${key} in the manifest`);
    return text;
  }

  /** The title of a command in the palette. */
  command(name: string): string {
    return `Kindling: ${this.manifest(`command.${name}`)}`;
  }

  /** The title of a view. */
  view(name: string): string {
    return this.manifest(`view.${name}`);
  }

  /** A text of the sources. */
  text(english: string, ...args: readonly string[]): string {
    const text = this.#bundle[english] ?? english;
    return text.replaceAll(/\{(\d)\}/g, (_, index: string) => args[Number(index)]!);
  }

  toString(): string {
    return this.name;
  }
}

export const english = new Language(
  'English',
  'en-US',
  { train: 'train', xAxis: 'x axis', epoch: 'epoch' },
  'package.nls.json',
);

export const korean = new Language(
  'Korean',
  'ko-KR',
  { train: '훈련', xAxis: 'x축', epoch: 'epoch' },
  'package.nls.ko.json',
  join('l10n', 'bundle.l10n.ko.json'),
);

export const languages = [english, korean] as const;
