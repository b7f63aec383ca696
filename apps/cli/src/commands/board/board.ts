import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { deleteRun, RunFeed, stopRun } from '@kindling/dashboard/host';
import { RunFolder } from '@kindling/train/runs';
import type { ExitCode } from '../../exit-code.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import { BoardServer } from './board-server.ts';
import { resumeRun } from './resume-run.ts';
import { serve } from './serve.ts';

export interface BoardOptions {
  /** Default: 5463, or a free one where that is taken. */
  readonly port?: number;
  readonly host: string;
  /** Whether a browser is opened, where there is a terminal. */
  readonly open: boolean;
  /** Whether pages may change anything. Default false. */
  readonly allowActions?: boolean;
}

const TOKEN_BYTES = 32;
/** The letters of KIND on a telephone. */
const DEFAULT_PORT = 5463;

/** `kindling board`: serves the dashboard to browsers until it is interrupted. */
export async function board(folder: string, options: BoardOptions, output: Output): Promise<ExitCode> {
  const { port, host, open, allowActions = false } = options;
  const { runs, selected } = servedRuns(folder);
  using feed = new RunFeed({
    folder: runs,
    selected,
    ...(allowActions
      ? { canAnnotate: true, actions: { stop: stopRun, resume: resumeRun, delete: deleteRun } }
      : {}),
  });
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  using server = new BoardServer({ feed, host, token });
  const announce = (url: string): void => {
    output.emit({ type: 'board', url, folder: new RunFolder(runs).path, actions: allowActions });
    output.print(url);
    if (!isThere(runs)) output.note(`no runs in ${runs} yet; the page shows them when they come`);
  };
  const url = () => server.url;
  return await serve(server.http, { port, defaultPort: DEFAULT_PORT, host, open, url, announce }, output);
}

/** The folder of runs; of one run, the folder that it is in, with the run selected. */
function servedRuns(folder: string): { readonly runs: string; readonly selected?: readonly string[] } {
  const run = new RunFolder(folder);
  if (run.exists()) return { runs: dirname(run.path), selected: [basename(run.path)] };
  if (isThere(folder) && !statSync(folder).isDirectory()) {
    throw new UsageError(`board: expected a folder of runs, got a file at ${folder}`);
  }
  return { runs: folder };
}

const isThere = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};
