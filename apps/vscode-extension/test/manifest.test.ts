import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const json = (path: string): Record<string, never> => JSON.parse(read(path));
const sources = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => read(join('src', path)))
  .join('\n');
const found = (pattern: RegExp, text = sources): string[] =>
  [...new Set(Array.from(text.matchAll(pattern), ([, name]) => name!))].sort();

interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly views: { readonly kindling: readonly { readonly id: string }[] };
    readonly configuration: { readonly properties: object };
    readonly problemMatchers: readonly { readonly pattern: { readonly regexp: string } }[];
  };
}
const manifest = json('package.json') as unknown as Manifest;

describe('the manifest', () => {
  it('declares the commands that are registered, and no others', () => {
    const declared = manifest.contributes.commands.map(({ command }) => command).sort();
    expect(declared).toEqual(found(/registerCommand\(\s*'([\w.]+)'/g));
    for (const entries of Object.values(manifest.contributes.menus)) {
      for (const { command } of entries) expect(declared).toContain(command);
    }
  });

  it('declares the views and settings that are used', () => {
    expect(manifest.contributes.views.kindling.map(({ id }) => id).sort()).toEqual(
      found(/createTreeView\(\s*'([\w.]+)'/g),
    );
    expect(Object.keys(manifest.contributes.configuration.properties).sort()).toEqual(
      found(/getConfiguration\('kindling'(?:, \w+)?\)\s*\.get\('(\w+)'/g).map((name) => `kindling.${name}`),
    );
  });

  it('activates for a panel that is restored, and never at start-up', () => {
    expect(manifest.activationEvents).toContain('onWebviewPanel:kindling.dashboard');
    expect(manifest.activationEvents).not.toContain('*');
    expect(manifest.activationEvents).not.toContain('onStartupFinished');
  });

  it('has the types of the oldest editor that it runs in', () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
  });

  it('names an icon that is there', () => {
    expect(existsSync(join(folder, manifest.icon))).toBe(true);
  });

  it('matches problems as the command line prints them', () => {
    const pattern = new RegExp(manifest.contributes.problemMatchers[0]!.pattern.regexp);
    expect(
      pattern.exec('kindling: my.json:31:5: optimizer.type: expected one of "sgd", got "sdg"')?.slice(1),
    ).toEqual(['my.json', '31', '5', 'optimizer.type: expected one of "sgd", got "sdg"']);
    expect(pattern.exec('/w/my.json:1:1: epochs: expected an integer, got nothing')?.[1]).toBe('/w/my.json');
    expect(pattern.test('epoch 3: loss 0.5')).toBe(false);
  });
});

describe('texts', () => {
  it('of the manifest are there in both languages', () => {
    const names = found(/"%([\w.]+)%"/g, read('package.json'));
    expect(Object.keys(json('package.nls.json')).sort()).toEqual(names);
    expect(Object.keys(json('package.nls.ko.json')).sort()).toEqual(names);
  });

  it('of the sources are there in Korean, with their arguments', () => {
    const korean = json('l10n/bundle.l10n.ko.json') as Record<string, string>;
    const texts = found(/l10n\.t\(\s*'((?:[^'\\]|\\.)*)'/g);
    expect(Object.keys(korean).sort()).toEqual(texts);
    for (const text of texts) {
      expect(found(/(\{\d\})/g, korean[text]), text).toEqual(found(/(\{\d\})/g, text));
    }
  });
});
