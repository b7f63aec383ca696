import { deviceReports } from '@kindling/core';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';

/** Columns of a line where no terminal limits them. */
const MAX_WIDTH = 100;

/** `kindling devices`: the devices of tensors, and why one is unavailable. */
export function devices(output: Output): void {
  const reports = deviceReports();
  for (const report of reports) output.emit({ type: 'device', ...report });
  output.print(
    table(
      ['device', 'engine', 'status'],
      reports.flatMap(({ device, engine, checks }) =>
        checks.map((check, i) => [
          i === 0 ? device : '',
          i === 0 ? (engine ?? 'none') : '',
          `${check.engine}: ${check.result}`,
        ]),
      ),
      { color: output.color, width: Math.min(output.width, MAX_WIDTH) },
    ),
  );
}
