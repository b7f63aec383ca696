// Bundlers of pages by their default configurations. Each takes a folder with consumer/web in it and the packages installed, writes the
// page into another, and returns its warnings.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** What a person installs for all of them. */
export const webPackages = [
  'webpack@5.113.0',
  'vite@8.4.0',
  'rollup@4.68.8',
  '@rollup/plugin-node-resolve@16.0.3',
  'esbuild@0.28.2',
  'next@16.4.6',
  'react@19.3.1',
  'react-dom@19.3.1',
];

const load = async (folder, name) =>
  import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);

/** The page of a bundler that makes scripts alone. */
const writePage = (out, script) =>
  writeFileSync(
    join(out, 'index.html'),
    `<!doctype html>\n<meta charset="utf-8">\n<output></output>\n<script type="module" src="${script}"></script>\n`,
  );

async function webpack(folder, out) {
  const { default: build } = await load(folder, 'webpack');
  const stats = await promisify(build)({
    mode: 'production',
    context: folder,
    output: { path: out },
    // The engine is 255 KiB, of which a page takes one build; the hint is given from 244 KiB on.
    performance: { hints: false },
  });
  const { errors, warnings } = stats.toJson({ errors: true, warnings: true });
  writePage(out, 'main.js');
  return [...errors, ...warnings].map(({ message }) => message);
}

async function vite(folder, out) {
  const { build, createLogger } = await load(folder, 'vite');
  const warnings = [];
  const warn = (text) => void warnings.push(text);
  const customLogger = { ...createLogger('silent'), warn, warnOnce: warn, error: warn };
  await build({ root: folder, build: { outDir: out }, logLevel: 'warn', customLogger });
  return warnings;
}

async function rollup(folder, out) {
  const { rollup: build } = await load(folder, 'rollup');
  const { nodeResolve } = await load(folder, '@rollup/plugin-node-resolve');
  const warnings = [];
  const made = await build({
    input: join(folder, 'src', 'index.js'),
    plugins: [nodeResolve({ browser: true })],
    onwarn: ({ message }) => warnings.push(message),
  });
  await made.write({ dir: out });
  await made.close();
  writePage(out, 'index.js');
  return warnings;
}

/** One script, or, with `splitting`, one for each import that is dynamic. */
const esbuild = (options) => async (folder, out) => {
  const { build } = await load(folder, 'esbuild');
  const { warnings } = await build({
    entryPoints: [join(folder, 'src', 'index.js')],
    outdir: out,
    bundle: true,
    logLevel: 'silent',
    ...options,
  });
  writePage(out, 'index.js');
  return warnings.map(({ text }) => text);
};

/** A static export of one page, a component of the client, which is also rendered in Node.js when it is built. */
function next(folder, out) {
  const cli = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next');
  // In CI it would advise to keep a cache from build to build.
  const { CI: _ci, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'build'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
  });
  const lines = `${stdout}${stderr}`.split('\n');
  if (status !== 0) return lines;
  cpSync(join(folder, 'out'), out, { recursive: true });
  return lines.filter((line) => /⚠|⨯|\b(warn|error)/i.test(line));
}

export const webBundlers = {
  webpack,
  Vite: vite,
  Rollup: rollup,
  esbuild: esbuild({}),
  'esbuild with splitting': esbuild({ format: 'esm', splitting: true }),
  Next: next,
};

const types = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  wasm: 'application/wasm',
  txt: 'text/plain',
};

/** Responses of a static server for a folder, as `shownBy` takes them. */
export const filesOf = (folder) => (path) => {
  const name = path.endsWith('/') ? `${path}index.html` : path;
  try {
    return { contentType: types[name.split('.').at(-1)], body: readFileSync(join(folder, name)) };
  } catch {
    return undefined;
  }
};
