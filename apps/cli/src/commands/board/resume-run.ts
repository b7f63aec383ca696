import { spawn } from 'node:child_process';
import { RunError, type RunFolder, readRunOverview } from '@kindling/train/runs';

const POLL_MS = 100;
/** What is kept of the end of a process' notes. */
const MAX_NOTES = 4000;

/**
 * Starts a training that goes on with a run, as `kindling train --resume` does, and waits until it is at work. It goes on when this
 * process ends.
 *
 * @throws {RunError} for a run that cannot be resumed: its message is that of the command.
 */
export async function resumeRun(run: RunFolder): Promise<void> {
  if (run.hasConfig()) {
    throw new RunError(
      `run ${run.name}: expected a run of an experiment, got one of a program's own loop; its program resumes it`,
    );
  }
  if (isAtWork(run))
    throw new RunError(`run ${run.name}: expected a run that is over, got one that is being trained`);
  const args = [process.argv[1]!, 'train', '--run-dir', run.path, '--resume'];
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes = (notes + text).slice(-MAX_NOTES);
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setInterval(() => {
        if (isAtWork(run)) resolve();
      }, POLL_MS);
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve();
        else
          reject(new RunError(problemIn(notes) ?? `run ${run.name}: resuming ended with exit code ${code}`));
      });
    });
  } finally {
    clearInterval(timer);
    child.stderr.destroy();
    child.unref();
  }
}

function isAtWork(run: RunFolder): boolean {
  try {
    return readRunOverview(run).state === 'running';
  } catch {
    return false;
  }
}

/** The error in the notes of a command. */
const problemIn = (notes: string): string | undefined => /^kindling: (.+)$/ms.exec(notes)?.[1]?.trim();
