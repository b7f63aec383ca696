import { deviceReports } from '@kindling/core';
import type { Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';

/** `kindling devices`: what tensors can live on, and why not where they can't. */
export function devices(output: Output): void {
  const reports = deviceReports();
  for (const report of reports) output.emit({ type: 'device', ...report });
  output.print(
    table(
      ['device', 'available', 'engine', 'checks'],
      reports.map(({ device, available, engine, checks }) => [
        device,
        available ? 'yes' : 'no',
        engine ?? '-',
        checks.map((check) => `${check.engine}: ${check.result}`).join('; '),
      ]),
    ),
  );
}
