// What an import of the packages loads, as they are built.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Loaded {
  /** Addresses of files. */
  readonly files: readonly string[];
  /** Modules of Node.js. */
  readonly builtin: readonly string[];
  /** Parts of an experiment whose schemas were made. */
  readonly schemas: readonly string[];
}

const packages = new URL('../../', import.meta.url);

/** What a new process has loaded once it has imported packages and run some code. */
function loadedBy(names: readonly string[], code = ''): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-imports-'));
  const imports = names.map(
    (name) => `await import(${JSON.stringify(new URL(`${name}/dist/index.js`, packages))});`,
  );
  const report = `console.log(JSON.stringify({
    builtin: process.moduleLoadList.flatMap((name) => /^NativeModule (?<name>[^/]+)$/.exec(name)?.groups.name ?? []),
    schemas: [...(globalThis.__zod_globalRegistry?._idmap.keys() ?? [])],
  }));`;
  try {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', [...imports, code, report].join('\n')],
      { encoding: 'utf8', env: { ...process.env, NODE_V8_COVERAGE: folder } },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [scripts] = readdirSync(folder).map(
      (name): { readonly url: string }[] => JSON.parse(readFileSync(join(folder, name), 'utf8')).result,
    );
    return {
      ...JSON.parse(stdout),
      files: scripts!.map(({ url }) => url).filter((url) => /^file:.*\.[cm]?js$/.test(url)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Modules that take long to load, of which a program needs one when it downloads, or an engine that is opened. */
const later = ['http', 'https', 'net', 'tls', 'child_process', 'inspector'];

test('core loads few files, and no native library', () => {
  const { files, builtin } = loadedBy(['core']);
  expect(files.filter((url) => !url.startsWith(`${packages}core/dist/`))).toEqual([]);
  expect(files.length).toBeLessThan(35);
  expect(builtin.filter((name) => later.includes(name))).toEqual([]);
});

test('core, data and train load few files, none of another package, and make no schema', () => {
  const { files, builtin, schemas } = loadedBy(['core', 'data', 'train']);
  expect(files.filter((url) => !url.startsWith(`${packages}`) || url.includes('/node_modules/'))).toEqual([]);
  expect(files.length).toBeLessThan(70);
  expect(builtin.filter((name) => later.includes(name))).toEqual([]);
  expect(schemas).toEqual([]);
});

test('the schemas of an experiment are made when one is parsed', () => {
  const code = `
    const { parseExperiment } = await import(${JSON.stringify(new URL('train/dist/index.js', packages))});
    parseExperiment({ name: 'a', data: { source: 'digits' }, model: [{ type: 'linear', out: 10 }], loss: 'crossEntropy',
      optimizer: 'adam', epochs: 1 });`;
  const { files, schemas } = loadedBy([], code);
  expect(schemas).toEqual(expect.arrayContaining(['layer', 'loss', 'optimizer']));
  expect(files.filter((url) => url.includes('/zod/'))).toEqual([]);
});
