import { once } from 'node:events';
import type { Server } from 'node:http';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { interruption } from '../../interruption.ts';
import type { Output } from '../../terminal/output.ts';
import { isLoopback } from './access.ts';
import { listen } from './listen.ts';
import { openBrowser } from './open-browser.ts';

export interface ServeOptions {
  readonly port: number | undefined;
  /** The port where none is asked for; a free one where that is taken. */
  readonly defaultPort: number;
  readonly host: string;
  /** Whether a browser is opened, where there is a terminal. */
  readonly open: boolean;
  /** The address of the page, once the server listens. */
  readonly url: () => string;
  /** Tells of the address before it is opened. */
  readonly announce: (url: string) => void;
}

/** Listens, opens the page, and serves it until it is interrupted, which is how a server ends. */
export async function serve(http: Server, options: ServeOptions, output: Output): Promise<ExitCode> {
  const { port, defaultPort, host, open } = options;
  using interrupted = interruption(() => {});
  await listen(http, { host, port, defaultPort });
  const url = options.url();
  options.announce(url);
  if (!isLoopback(host)) output.note(`other machines reach it too, at ${host}, unencrypted`);
  if (output.lively && !output.json) {
    if (open) openBrowser(url);
    output.note('press Ctrl-C to end');
  }
  const { signal } = interrupted;
  if (!signal.aborted) await once(signal, 'abort');
  // Only a stdout that could not be written is a failure.
  return interrupted.exitCode === exitCodes.failure ? exitCodes.failure : exitCodes.done;
}
