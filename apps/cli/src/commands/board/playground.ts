import type { ExitCode } from '../../exit-code.ts';
import type { Output } from '../../terminal/output.ts';
import type { BoardOptions } from './board.ts';
import { PlaygroundServer } from './playground-server.ts';
import { serve } from './serve.ts';

/** Beside that of the board: what a browser keeps of a page belongs to its port. */
const DEFAULT_PORT = 5464;

/** `kindling board --playground`: serves the playground to browsers until it is interrupted. */
export async function playground(
  { port, host, open }: Pick<BoardOptions, 'port' | 'host' | 'open'>,
  output: Output,
): Promise<ExitCode> {
  using server = new PlaygroundServer(host);
  const announce = (url: string): void => {
    output.emit({ type: 'playground', url });
    output.print(url);
  };
  const url = () => server.url;
  return await serve(server.http, { port, defaultPort: DEFAULT_PORT, host, open, url, announce }, output);
}
