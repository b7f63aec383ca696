import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { openNative } from '../../src/backend/native/open.ts';
import { KindlingError } from '../../src/errors.ts';
import { setNumThreads, tensor } from '../../src/index.ts';
import { digests } from './programs.ts';

/** Why the native engine does not run its baseline here, which is compiled for x64 alone; undefined where it does. */
function reasonAgainst(): string | undefined {
  if (process.arch !== 'x64') return `${process.arch} has no baseline without fused multiply-add`;
  try {
    openNative();
    return undefined;
  } catch (error) {
    if (!(error instanceof KindlingError)) throw error;
    return error.message;
  }
}

const reason = reasonAgainst();
if (reason !== undefined) console.warn(`comparison with the native engine skipped: ${reason}`);

test.skipIf(reason !== undefined)(
  "gives the bits of the native engine's baseline, on any number of threads",
  () => {
    vi.stubEnv('KINDLING_ISA', 'simd128');
    expect(tensor(1).storage.backend.name).toBe('wasm');
    const here = dirname(fileURLToPath(import.meta.url));
    const program =
      "const { digests } = await import('./programs.ts'); console.log(JSON.stringify(digests()));";
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@kindling/source', '--import', 'tsx', '--input-type=module', '-e', program],
      {
        cwd: join(here),
        encoding: 'utf8',
        env: { ...process.env, KINDLING_BACKEND: 'native', KINDLING_ISA: 'baseline' },
      },
    );
    expect(stderr).toBe('');
    const expected = JSON.parse(stdout);
    for (const threads of [1, 2, 3]) {
      setNumThreads(threads);
      expect(digests()).toEqual(expected);
    }
  },
);
