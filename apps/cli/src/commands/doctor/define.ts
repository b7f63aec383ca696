import type { Command } from 'commander';
import { createOutput } from '../../terminal/output.ts';

export function defineDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check the installation and suggest fixes')
    .option('--json', 'print JSON lines')
    .action(async (options: { readonly json?: boolean }) => {
      const { doctor } = await import('./doctor.ts');
      process.exitCode = await doctor(createOutput(options));
    });
}
