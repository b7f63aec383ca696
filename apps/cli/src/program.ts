import { Command } from 'commander';
import { defineBoard } from './commands/board/define.ts';
import { defineCompletion } from './commands/completion/define.ts';
import { defineData } from './commands/data/define.ts';
import { defineDevices } from './commands/devices/define.ts';
import { defineDoctor } from './commands/doctor/define.ts';
import { defineEval } from './commands/eval/define.ts';
import { defineExperiment } from './commands/experiment/define.ts';
import { defineExport } from './commands/export/define.ts';
import { defineInit } from './commands/init/define.ts';
import { definePlot } from './commands/plot/define.ts';
import { definePredict } from './commands/predict/define.ts';
import { defineRuns } from './commands/runs/define.ts';
import { defineSweep } from './commands/sweep/define.ts';
import { defineTfjs } from './commands/tfjs/define.ts';
import { defineTrain } from './commands/train/define.ts';
import { defineWatch } from './commands/watch/define.ts';
import { defineWorker } from './commands/worker/define.ts';
import { rejectRepeated } from './option.ts';

declare const KINDLING_VERSION: string;

const epilogue = `
A first run:
  kindling train xor               a network of nine weights learns XOR, in seconds
  kindling train mnist             handwritten digits, downloaded once
  kindling predict mnist --index 42
                                   predict test image 42
  kindling plot mnist              draw the run's curves
  kindling runs list               list the runs in runs/

kindling COMMAND --help shows the options of a command.

Results go to stdout, progress and notes to stderr. Exit codes: 0 done,
1 failure, 2 usage or configuration, 3 data, 4 device unavailable, 5 diverged,
129, 130 or 143 interrupted after a checkpoint.`;

/** Builds the command tree. What a command does is loaded when it runs. */
export function createProgram(): Command {
  const program = new Command('kindling')
    .usage('<command> [options]')
    .description('Train, evaluate and inspect neural networks.')
    .version(KINDLING_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    })
    .addHelpText('after', epilogue)
    .exitOverride();

  defineTrain(program);
  defineWatch(program);
  defineSweep(program);
  defineWorker(program);
  defineEval(program);
  definePredict(program);
  definePlot(program);
  defineExport(program, KINDLING_VERSION);
  defineRuns(program);
  defineBoard(program);
  defineExperiment(program);
  defineInit(program);
  defineData(program);
  defineDevices(program);
  defineDoctor(program);
  defineTfjs(program);
  defineCompletion(program);
  rejectRepeated(program);
  return program;
}

interface Argument {
  readonly required: boolean;
  readonly variadic: boolean;
  name(): string;
}

function argumentTerm(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}
