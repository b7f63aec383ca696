import type { Sweep } from '@kindling/train';
import { plural } from '@kindling/train/internal/console';
import type { Output } from '../../terminal/output.ts';
import { type Cell, table } from '../../terminal/table.ts';
import { settingText } from '../runs/compare/settings.ts';

/** Lists the trials of a sweep, each of which was checked. */
export function dryRun({ name, trials, monitor }: Sweep, output: Output): void {
  for (const { run, settings } of trials) output.emit({ type: 'trial', run, settings, status: 'planned' });
  const names = Object.keys(trials[0]?.settings ?? {});
  const rows = trials.map(({ run, settings }): Cell[] => [
    run,
    ...names.map((key): Cell => {
      const value = settings[key];
      return typeof value === 'number' ? value : settingText(value);
    }),
  ]);
  output.print(table(['trial', ...names], rows, { color: output.color, width: output.width }));
  output.note(`${name}: ${plural(trials.length, 'trial')}, compared by ${monitor}; nothing was trained`);
}
