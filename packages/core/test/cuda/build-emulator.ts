import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the emulator before the tests that run on it, where it is out of date. */
export default function setup(): void {
  const script = fileURLToPath(new URL('../../cuda/emulator/build.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) console.warn(`cuda (emulated): the emulator was not built: ${stderr}`);
}
