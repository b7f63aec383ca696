import {
  builtinNames,
  builtinSweepNames,
  loadExperiment,
  loadSweep,
  readExperimentSource,
  variantNames,
} from '@kindling/train';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';

/** Columns of a line where no terminal limits them. */
const MAX_WIDTH = 110;

/** `kindling experiment list` */
export async function experimentList(output: Output): Promise<void> {
  const rows: string[][] = [];
  for (const name of builtinNames) {
    const { description = '', data } = await loadExperiment(name);
    const { document } = await readExperimentSource(name);
    const variants = variantNames(document);
    output.emit({ type: 'experiment', name, description, data: data.source, variants });
    rows.push([name, data.source, variants.join(' '), description]);
  }
  for (const name of builtinSweepNames) {
    const { description = '', trials, definition } = await loadSweep(name);
    const axes = Object.keys(definition.axes);
    const data = trials[0]!.experiment.data.source;
    output.emit({ type: 'sweep', name, description, data, axes, trials: trials.length });
    rows.push([`${name} (sweep)`, data, axes.join(' '), description]);
  }
  output.print(
    table(['name', 'data', 'variants, axes', 'description'], rows, {
      color: output.color,
      width: Math.min(output.width, MAX_WIDTH),
    }),
  );
}
