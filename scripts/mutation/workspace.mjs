import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../setup.mjs';

/** What is built, and does not change with the sources that tests read: they run on sources. */
const BUILT = [
  'packages/core/native/build',
  'packages/core/cuda/emulator/build',
  ...['core', 'data', 'train', 'viz'].map((name) => `packages/${name}/dist`),
  'apps/cli/dist',
];

/** A copy of the checkout with its dependencies and native libraries, in which sources may be changed. */
export class Workspace {
  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'kindling-mutation-'));
    const listed = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    });
    for (const file of listed.split('\0').filter((name) => name !== '')) {
      try {
        mkdirSync(dirname(join(this.path, file)), { recursive: true });
        cpSync(join(root, file), join(this.path, file));
      } catch (error) {
        // Deleted, but not committed yet.
        if (error.code !== 'ENOENT') throw error;
      }
    }
    execFileSync(process.execPath, [join('scripts', 'setup.mjs')], {
      cwd: this.path,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (const folder of BUILT) cpSync(join(root, folder), join(this.path, folder), { recursive: true });
  }

  /** The test runner. */
  get vitest() {
    return join(this.path, 'node_modules', '.bin', 'vitest');
  }

  read(file) {
    return readFileSync(join(this.path, file), 'utf8');
  }

  write(file, text) {
    writeFileSync(join(this.path, file), text);
  }

  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}
