import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot } from './package-root.ts';

/** How the libraries of the peers in Python are installed. */
export const pythonRemedy = 'npm run python-tools -- peers installs it';

/** The Python of the tools' folder that `npm run python-tools -- peers` makes. */
const toolsPython = join(
  checkoutRoot,
  '.python-tools',
  'peers',
  ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
);

/**
 * The Python that peers run on: the one that `KINDLING_BENCH_PYTHON` names, else that of the tools' folder, else the first that
 * has PyTorch, or the first of all, which then says what it lacks.
 */
export function findPython(): string {
  const { KINDLING_BENCH_PYTHON: asked } = process.env;
  if (asked) return asked;
  if (existsSync(toolsPython)) return toolsPython;
  const candidates = ['python3', '/usr/bin/python3', 'python'];
  const looksFor = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)';
  return candidates.find((python) => spawnSync(python, ['-c', looksFor]).status === 0) ?? candidates[0]!;
}
