import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../setup.mjs';

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
    const turbo = join(this.path, 'node_modules', '.bin', 'turbo');
    execFileSync(turbo, ['run', 'build', '--output-logs=errors-only'], {
      cwd: this.path,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
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
