// Global setup of vitest: temporary folders of tests lie in one of their own, which goes with the run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const variable = 'KINDLING_TEST_FOLDER';

/** Makes the folder, once for all projects of a run. */
export default function setup() {
  if (process.env[variable] !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'kindling-tests-'));
  for (const name of [variable, 'TMPDIR', 'TMP', 'TEMP']) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
