import type { Command } from 'commander';
import { oneOf } from '../../option.ts';
import { createOutput } from '../../terminal/output.ts';
import type { ExportOptions } from './export.ts';

const epilogue = `
  kindling export mnist -o mnist.onnx
  kindling export runs/mnist-2 --checkpoint last -o weights.safetensors

The input of an ONNX graph is a batch of samples in the units of the data, as
kindling predict takes them: the graph includes the scaling. The output is that
of the last layer. A .safetensors file has the weights only, by PyTorch's names.`;

export function defineExport(program: Command, version: string): void {
  program
    .command('export')
    .description('write the model of a run as ONNX, or its weights as safetensors')
    .argument('<run>', 'the folder of a run, or a name: the newest run of that name in runs/')
    .requiredOption('-o, --output <file>', 'a .onnx or .safetensors file; an existing file is replaced')
    .option(
      '--checkpoint <which>',
      'best or last (default: best, if there is one)',
      oneOf('--checkpoint', ['best', 'last']),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', epilogue)
    .action(async (run: string, options: ExportOptions & { readonly json?: boolean }) => {
      const { exportRun } = await import('./export.ts');
      await exportRun(run, options, version, createOutput(options));
    });
}
