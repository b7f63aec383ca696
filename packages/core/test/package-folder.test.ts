import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Format } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFolder } from '../src/backend/package-folder.ts';
import { version } from '../src/version.ts';
import { native } from './native/engine.ts';

const core = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'));

test('the package is found from its sources, and has the version that they say', () => {
  expect(packageFolder('test')).toBe(core);
  expect(version).toBe(manifest.version);
});

const names: Readonly<Record<string, string>> = { darwin: 'libkindling.dylib', win32: 'kindling.dll' };
const libraryName = names[process.platform] ?? 'libkindling.so';

const root = mkdtempSync(join(tmpdir(), 'kindling-bundle-'));
afterAll(() => rmSync(root, { recursive: true }));

const program = `
  import { deviceReports, tensor, compile } from '@kindling/core';
  const sum = compile((x) => x.sum());
  console.log(sum(tensor([1, 2])).item(), deviceReports().find(({ device }) => device === 'cpu').engine);
`;

/** Runs a bundle that was moved to a folder of its own. */
function run(folder: string, format: Format, env: Readonly<Record<string, string>> = {}) {
  const name = format === 'cjs' ? 'program.cjs' : 'program.mjs';
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'made', name), join(folder, name));
  const { KINDLING_BACKEND: _backend, NODE_PATH: _path, ...rest } = process.env;
  const result = spawnSync(process.execPath, [join(folder, name)], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...rest, ...env },
  });
  return { stdout: result.stdout.trim(), stderr: result.stderr };
}

/** A package of that name and version beside which nothing else lies but what a library would be loaded from. */
function plant(folder: string, changes: object = {}): void {
  const library = join(folder, 'native', 'build', `${process.platform}-${process.arch}`, libraryName);
  mkdirSync(dirname(library), { recursive: true });
  writeFileSync(library, 'planted');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, ...changes }));
}

describe.each(['esm', 'cjs'] as const)('a bundle (%s)', (format) => {
  beforeAll(async () => {
    await build({
      stdin: { contents: program, resolveDir: join(core, 'test'), loader: 'ts' },
      outfile: join(root, 'made', format === 'cjs' ? 'program.cjs' : 'program.mjs'),
      bundle: true,
      platform: 'node',
      format,
      conditions: ['@kindling/source'],
      logLevel: 'error',
      alias: { '@kindling/core': join(core, 'src', 'index.ts') },
    });
  });

  test('that was moved loads nothing from beside it, and says once what to do', () => {
    const base = join(root, `moved-${format}`);
    // Wherever a path relative to the bundle could lead.
    for (const place of ['.', 'a', 'a/b', 'a/b/c', 'a/b/c/d']) plant(join(base, place));
    const { stdout, stderr } = run(join(base, 'a', 'b', 'c', 'd'), format);
    expect(stdout).toBe('3 reference');
    expect(stderr).toBe(
      `kindling: cpu uses the reference engine instead of the faster native engine: expected the native library in the folder of @kindling/core, which this bundle does not include; install @kindling/core ${version} beside the bundle, and exclude it from the bundle (esbuild --external:@kindling/core, externals of webpack and Rollup, serverExternalPackages of Next.js); KINDLING_BACKEND=reference hides this note\n`,
    );
    expect(run(join(base, 'a', 'b', 'c', 'd'), format, { KINDLING_BACKEND: 'reference' })).toEqual({
      stdout: '3 reference',
      stderr: '',
    });
  });

  test('takes no package of another name or version', () => {
    for (const [i, changes] of [{ name: 'kindling-core' }, { version: '0.0.9' }].entries()) {
      const base = join(root, `foreign-${format}-${i}`);
      plant(join(base, 'node_modules', '@kindling', 'core'), changes);
      const { stdout, stderr } = run(join(base, 'dist'), format);
      expect(stdout).toBe('3 reference');
      expect(stderr).toContain('which this bundle does not include');
    }
  });

  test('takes no package that another user has put above it', ({ skip }) => {
    const [stranger] = [process.getuid?.()];
    skip(stranger !== 0, 'giving a folder away needs root');
    const base = join(root, `stranger-${format}`);
    const planted = join(base, 'node_modules', '@kindling', 'core');
    plant(planted);
    spawnSync('chown', ['-R', '65534', planted]);
    expect(run(join(base, 'dist'), format).stderr).toContain('which this bundle does not include');
  });

  test.skipIf(native === undefined)('finds the package that is installed for it, and its engine', () => {
    const base = join(root, `installed-${format}`);
    mkdirSync(join(base, 'node_modules', '@kindling'), { recursive: true });
    symlinkSync(core, join(base, 'node_modules', '@kindling', 'core'), 'junction');
    expect(existsSync(join(base, 'node_modules', '@kindling', 'core', 'package.json'))).toBe(true);
    expect(run(join(base, 'dist', 'server'), format)).toEqual({ stdout: '3 native', stderr: '' });
  });
});

test('where the native library does not load, compile says so once, with the reason and the remedy', () => {
  const missing = join(root, 'none.so');
  const result = spawnSync(
    process.execPath,
    [
      '--conditions=@kindling/source',
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `${program}sum(tensor([1]));`,
    ],
    {
      cwd: core,
      encoding: 'utf8',
      env: {
        ...process.env,
        KINDLING_BACKEND: undefined,
        KINDLING_NATIVE_LIBRARY: missing,
      } as NodeJS.ProcessEnv,
    },
  );
  const next = existsSync(join(core, 'native', 'build', 'wasm', 'simd128.wasm')) ? 'wasm' : 'reference';
  expect(result.stdout.trim()).toBe(`3 ${next}`);
  const lines = result.stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(
    `kindling: cpu uses the ${next} engine instead of the faster native engine: expected the native library, found none (tried KINDLING_NATIVE_LIBRARY `,
  );
  expect(lines[0]).toContain('builds it with a C++ compiler');
  expect(lines[0]).toMatch(new RegExp(`; KINDLING_BACKEND=${next} hides this note$`));
});
