// Installs what would be published into an empty folder and uses it as a user would: node scripts/release/check.mjs [--packed]
//
//   --packed   takes release/*.tgz and release/*.vsix as they are; else they are made from what is built
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root, run } from '../setup.mjs';
import { bundlerPackages, checkBundlesElsewhere, checkBundlesInPlace, makeBundles } from './bundlers.mjs';
import { checkExtension } from './check-extension.mjs';
import { output, say } from './command.mjs';
import { packExtension, packedExtension } from './extension.mjs';
import { installed, own, takeTarballs } from './tarballs.mjs';

const nativePackage = `@kindling/native-${own}`;

/** What publishers get wrong: entry points that are missing or not what they say, types that resolve to nothing. */
function lint(tarballs) {
  for (const tarball of tarballs) {
    assert.equal(run('publint', ['run', tarball, '--strict']), 0, tarball);
  }
  const libraries = tarballs.filter((path) => /^kindling-(core|data|train|viz)-\d/.test(basename(path)));
  assert.equal(libraries.length, 4);
  for (const tarball of libraries) {
    const code = run('attw', [
      tarball,
      '--profile',
      'esm-only',
      '--format',
      'ascii',
      '--no-emoji',
      '--quiet',
    ]);
    assert.equal(code, 0, tarball);
  }
}

/** Oldest versions that the README promises to work with. */
const oldest = { typescript: '5.7.2', 'types of Node.js': '20.19.0' };

/** What users have beside the packages. */
const tools = [
  ...bundlerPackages,
  'jest@30.5.2',
  `typescript@${oldest.typescript}`,
  `@types/node@${oldest['types of Node.js']}`,
];

/** Where the sources are, and links that lead there, to files that exist. */
function checkManifests(folder) {
  const installedHere = ['core', 'data', 'train', 'viz', `native-${own}`].map((name) => `@kindling/${name}`);
  for (const name of ['kindling', ...installedHere]) {
    const place = join(folder, 'node_modules', name);
    const { repository } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
    assert.match(repository?.url ?? '', /^git\+https:\/\/.+\.git$/, name);
    const web = repository.url.slice('git+'.length, -'.git'.length);
    const links = [...readFileSync(join(place, 'README.md'), 'utf8').matchAll(/\]\(([^)#\s]+)/g)].map(
      ([, to]) => to,
    );
    for (const link of links) {
      assert.match(link, /^https?:/, name);
      if (!link.startsWith(`${web}/`)) continue;
      const [, , ...path] = link.slice(web.length + 1).split('/');
      assert.ok(existsSync(join(root, ...path)), `${name}: ${link}`);
    }
  }
}

/** The library has its exported names and no others. */
function checkStripped(folder) {
  if (process.platform !== 'linux') return;
  const library = readFileSync(join(folder, 'node_modules', nativePackage, 'libkindling.so'), 'latin1');
  assert.ok(library.includes('.dynsym'));
  assert.ok(!library.includes('.symtab'), 'expected a library without a table of symbols');
}

/** With the libraries' own declarations (no skipLibCheck); those of ECharts want the DOM. The newest compiler, and the oldest. */
function checkTypes(folder) {
  const options = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable,dom',
  ];
  assert.ok(!existsSync(join(folder, 'node_modules', '@tensorflow')));
  const types = ['--typeRoots', join(root, 'node_modules', '@types'), '--types', 'node'];
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  output(tsc, ['--ignoreConfig', ...options, ...types, 'types.ts'], { cwd: folder });
  const oldTsc = join(folder, 'node_modules', 'typescript', 'bin', 'tsc');
  assert.match(output(process.execPath, [oldTsc, '--version'], { cwd: folder }).stdout, /Version 5\.7\./);
  for (const resolution of ['nodenext', 'bundler']) {
    const module = resolution === 'bundler' ? ['--module', 'esnext', '--moduleResolution', 'bundler'] : [];
    output(process.execPath, [oldTsc, ...options, ...module, '--types', 'node', 'types.ts'], { cwd: folder });
  }
}

/** Jest as docs/installing.md sets it up. */
function checkJest(folder) {
  const jest = join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = ['--experimental-vm-modules', jest, '--config', 'jest/jest.config.json'];
  assert.match(output(process.execPath, args, { cwd: folder }).stderr, /Tests: +2 passed, 2 total/);
}

function checkCommandLine(folder, engine) {
  const kindling = (...args) => output('npx', ['--no-install', 'kindling', ...args], { cwd: folder });
  const { stdout, stderr } = kindling('train', 'xor', '--json', '--run-dir', `runs-${engine}`);
  const told = stderr.split('\n').filter((line) => line.includes(`uses the ${engine} engine`));
  assert.equal(told.length, engine === 'native' ? 0 : 1, stderr);
  const lines = stdout.trimEnd().split('\n');
  const last = JSON.parse(lines.at(-1));
  assert.equal(last.type, 'run-finished');
  assert.equal(last.status, 'completed');
  assert.equal(last.metrics.train.accuracy, 1);
  const checks = kindling('doctor', '--json')
    .stdout.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return checks.find(({ check }) => check === 'device cpu').found;
}

const packed = process.argv.includes('--packed');
const tarballs = await takeTarballs(packed);
say('the extension of VS Code');
const extension = packed ? packedExtension() : packExtension();
assert.ok(extension, 'expected release/*.vsix');
checkExtension(extension);
say('publint and attw');
lint(tarballs);
say('npm install');
const folder = installed(tarballs, tools);
cpSync(join(import.meta.dirname, 'consumer'), folder, { recursive: true });
try {
  say('a program, its types, the command line');
  checkManifests(folder);
  checkStripped(folder);
  process.stderr.write(output(process.execPath, ['xor.mjs'], { cwd: folder }).stdout);
  process.stderr.write(output(process.execPath, ['workers.mjs'], { cwd: folder }).stdout);
  assert.equal(output(process.execPath, ['common.cjs'], { cwd: folder }).stdout, '3\n');
  say('types, Jest');
  checkTypes(folder);
  checkJest(folder);
  assert.match(checkCommandLine(folder, 'native'), /^native engine/);
  say('bundlers');
  await makeBundles(folder);
  checkBundlesInPlace(folder);
  say(`the same without ${nativePackage}`);
  rmSync(join(folder, 'node_modules', nativePackage), { recursive: true });
  const builds = join('@kindling', 'core', 'native', 'build');
  for (const engine of ['wasm', 'reference']) {
    process.stderr.write(output(process.execPath, ['xor.mjs', engine], { cwd: folder }).stdout);
    const found = checkCommandLine(folder, engine);
    assert.ok(found.startsWith(`${engine} engine`), found);
    for (const place of [join(builds, own), nativePackage]) assert.ok(found.includes(place), found);
    rmSync(join(folder, 'node_modules', builds), { recursive: true, force: true });
  }
  say('bundles where there is no package');
  rmSync(join(folder, 'node_modules', '@kindling'), { recursive: true });
  checkBundlesElsewhere(folder);
  say('done');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
