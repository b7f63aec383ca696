import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Bundles the command line before the tests that run it. */
export default function setup(): void {
  const folder = join(import.meta.dirname, '..', '..');
  execFileSync(process.execPath, ['build.mjs'], { cwd: folder, stdio: 'inherit' });
}
