import type { Command } from 'commander';
import { createOutput } from '../../terminal/output.ts';

export function defineDevices(program: Command): void {
  program
    .command('devices')
    .description('list devices, and why one is unavailable')
    .option('--json', 'print JSON lines')
    .action(async (options: { readonly json?: boolean }) => {
      const { devices } = await import('./devices.ts');
      devices(createOutput(options));
    });
}
