// Brings a fresh clone to a state where every command works: the pinned pnpm, then the workspace's dependencies.
// Needs Node and npm alone; does nothing when all is in place.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const minimum = [20, 19];
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const stamp = join(root, 'node_modules', '.kindling-setup');

function fail(message) {
  process.stderr.write(`kindling: ${message}\n`);
  process.exit(1);
}

/** Runs a command in the workspace; its tools come first on the path. Returns the exit code. */
export function run(command, args, options = {}) {
  const bin = join(root, 'node_modules', '.bin');
  const separator = process.platform === 'win32' ? ';' : ':';
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
    env: {
      ...process.env,
      PATH: `${bin}${separator}${process.env.PATH}`,
      TURBO_TELEMETRY_DISABLED: '1',
      DO_NOT_TRACK: '1',
      ...options.env,
    },
  });
  if (result.error) fail(`expected to run ${command}, but ${result.error.message}`);
  return result.status ?? 1;
}

/** Runs a command and ends this process with its exit code if it fails. */
export function mustRun(command, args, options) {
  const code = run(command, args, options);
  if (code !== 0) process.exit(code);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) return;
  fail(`expected Node ${minimum.join('.')} or newer, got ${process.versions.node}`);
}

/** Changes whenever what is installed would. */
function fingerprint() {
  const hash = createHash('sha256')
    .update(process.versions.modules)
    .update(process.platform + process.arch);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

export function setup() {
  checkNode();
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Setting up the workspace (once; about a minute)\n');
  const pnpm = ['--yes', manifest.packageManager];
  // Dependencies bring their native parts as platform packages, so no install script has to run.
  mustRun('npx', [...pnpm, 'install', '--frozen-lockfile', '--ignore-scripts', '--reporter=append-only'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(stamp, wanted);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup();
