import { deviceReports } from '@kindling/core';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';

/** `kindling devices`: what tensors can live on, and why not where they can't. */
export function devices(output: Output): void {
  const reports = deviceReports();
  for (const report of reports) output.emit({ type: 'device', ...report });
  output.print(
    table(
      ['device', 'engine', 'what was found'],
      reports.flatMap(({ device, engine, checks }) =>
        checks.map((check, i) => [
          i === 0 ? device : '',
          i === 0 ? (engine ?? 'none') : '',
          `${check.engine}: ${check.result}`,
        ]),
      ),
      output,
    ),
  );
}
