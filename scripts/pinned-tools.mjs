// Tools from npm that no package of the workspace depends on: tools/NAME pins them, .NAME-tools holds them. Nothing is compiled and no
// install script runs.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const manifests = ['package.json', 'package-lock.json'];

/** Runs npm in a folder; fails with the first lines that it printed. */
export function quietNpm(args, cwd, env = process.env) {
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { error, status, stderr } = spawnSync('npm', [...args, ...quietly], {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'ignore', 'pipe'],
    env,
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split('\n').slice(0, 5).join('\n');
  throw new Error(`expected npm ${args[0]} to succeed in ${cwd}, got ${reason}`);
}

export class PinnedTools {
  #pinned;
  #record;

  constructor(name) {
    this.#pinned = join(root, 'tools', name);
    this.folder = join(root, `.${name}-tools`);
    this.modules = join(this.folder, 'node_modules');
    /** Holds the lockfile that was installed; written last, so that an interrupted installation does not count. */
    this.#record = join(this.folder, 'installed.json');
  }

  get #lockfile() {
    return join(this.#pinned, 'package-lock.json');
  }

  /** Whether the tools are installed as the lockfile says now. */
  get areInstalled() {
    return (
      existsSync(this.#record) && readFileSync(this.#record, 'utf8') === readFileSync(this.#lockfile, 'utf8')
    );
  }

  /** Installs the tools in place of what is there. @param afterwards what else they need, before they count as installed. */
  install({ env, afterwards } = {}) {
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    for (const name of manifests) copyFileSync(join(this.#pinned, name), join(this.folder, name));
    quietNpm(['ci'], this.folder, env);
    afterwards?.();
    copyFileSync(this.#lockfile, this.#record);
  }
}
