import type { Command } from 'commander';
import { oneOf, processesOption } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { EvalOptions } from './eval.ts';

const epilogue = `
  kindling eval mnist              best weights of the newest run of mnist,
                                   on the test images
  kindling eval runs/mnist-2 --checkpoint last
  kindling eval mnist --split test
  kindling eval xor --split train --json`;

export function defineEval(program: Command): void {
  program
    .command('eval')
    .description('evaluate a trained model on its test data')
    .argument('<run>', 'the folder of a run, or a name: the newest run of that name in runs/')
    .option(
      '--checkpoint <which>',
      'best or last (default: best, if there is one)',
      oneOf('--checkpoint', ['best', 'last']),
    )
    .option(
      '--split <which>',
      'train or test (default: test, if there is one; validation is an alias of test)',
      oneOf('--split', ['train', 'test', 'validation']),
    )
    .option('--device <device>', 'cpu, cuda, cuda:1, tfjs, or auto')
    .addOption(processesOption('evaluate'))
    .option('--json', 'print JSON lines')
    .addHelpText('after', epilogue)
    .action(async (run: string, options: EvalOptions & { readonly json?: boolean }) => {
      const { evaluate } = await import('./eval.ts');
      process.exitCode = await evaluate(run, options, createOutput(options));
    });
}
