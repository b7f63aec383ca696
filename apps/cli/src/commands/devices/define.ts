import type { Command } from 'commander';
import { createOutput } from '../../terminal/output.ts';

export function defineDevices(program: Command): void {
  program
    .command('devices')
    .description('list the devices, and why one does not work here')
    .option('--json', 'print JSON lines')
    .action(async (options: { readonly json?: boolean }) => {
      const { devices } = await import('./devices.ts');
      devices(createOutput(options));
    });
}
