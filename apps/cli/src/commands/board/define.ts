import { type Command, Option } from 'commander';
import { wholeNumber } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { BoardOptions } from './board.ts';

const epilogue = `
  kindling board                   the runs in runs/
  kindling board runs/sweep-lr     the trials of a sweep
  kindling board --allow-actions   with buttons that stop, resume and delete runs
  kindling board --playground      the tutorials, to be edited and run in the browser

Prints the address and, on a terminal, opens it. Who knows the address can read
the runs: its token is new each time. It answers this machine alone; --host
makes it answer others, unencrypted. From another machine, forward the port:
ssh -L 5463:localhost:5463 MACHINE. Ctrl-C ends it, with exit code 0.`;

interface DefinedOptions extends BoardOptions {
  readonly playground?: boolean;
  readonly json?: boolean;
}

export function defineBoard(program: Command): void {
  program
    .command('board')
    .description('show runs in a browser: curves, tables, pictures, while they are trained')
    .argument('[folder]', 'folder of runs, or of one run', 'runs')
    .option(
      '--port <number>',
      'port (default: 5463, with --playground 5464, or a free one; 0: a free one)',
      wholeNumber('--port', 0),
    )
    .option('--host <name>', 'address to answer at', '127.0.0.1')
    .option('--no-open', 'do not open a browser')
    .option('--allow-actions', 'let the page stop, resume and delete runs, and keep notes and tags')
    .addOption(
      new Option('--playground', 'serve the playground instead: tutorials that run in the browser').conflicts(
        'allowActions',
      ),
    )
    .option('--json', 'print JSON lines')
    .addHelpText('after', epilogue)
    .action(
      async (folder: string, { playground: isPlayground, ...options }: DefinedOptions, { args }: Command) => {
        const output = createOutput(options);
        if (isPlayground) {
          if (args.length > 0) throw new UsageError(`board --playground: expected no folder, got ${folder}`);
          const { playground } = await import('./playground.ts');
          process.exitCode = await playground(options, output);
        } else {
          const { board } = await import('./board.ts');
          process.exitCode = await board(folder, options, output);
        }
      },
    );
}
