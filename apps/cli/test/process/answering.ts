import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bin, environment } from './kindling.ts';

/** Whether a pseudo-terminal can be had here. */
export const hasTerminal =
  process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0;

/** Runs the built command line in a terminal, and types an answer where its output ends in a question. */
export function answering(
  question: string,
  answers: readonly string[],
  args: readonly string[],
  cwd: string,
): { readonly code: number | null; readonly seen: string } {
  const script = join(import.meta.dirname, 'answering.py');
  const command = [script, question, answers.join('\n'), process.execPath, bin, ...args];
  const { status, stdout } = spawnSync('python3', command, {
    cwd,
    env: { ...environment(), TERM: 'xterm' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, seen: stdout };
}
