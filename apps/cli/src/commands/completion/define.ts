import { safeLine } from '@kindling/train/internal/console';
import type { Command } from 'commander';
import { oneOf } from '../../option.ts';
import { completionScripts, type Shell, shells } from './scripts.ts';

const epilogue = `
  source <(kindling completion bash)              in ~/.bashrc
  source <(kindling completion zsh)               in ~/.zshrc, after compinit
  kindling completion fish | source               in ~/.config/fish/config.fish

Completes commands, options and their values, names of runs, experiments and
datasets, and the keys of --set.`;

export function defineCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes command lines in a shell')
    .argument('<shell>', 'bash, zsh or fish', oneOf('completion', shells))
    .addHelpText('after', epilogue)
    .action((shell: Shell) => {
      process.stdout.write(completionScripts[shell]);
    });

  program
    .command('complete', { hidden: true })
    .description('print the words that may come last on a command line')
    .argument('[words...]', 'the words behind kindling, the last of which is to be completed')
    .action(async (words: readonly string[]) => {
      const { complete } = await import('./complete.ts');
      const { words: found, files } = await complete(program, words);
      for (const { word, description } of found) {
        process.stdout.write(`${safeLine(word)}\t${safeLine(description)}\n`);
      }
      if (files) process.stdout.write(':files\n');
    });
}
