import { createRequire } from 'node:module';
import { type DeviceReport, deviceReports, tensor } from '@kindling/core';

/*
 * Prints what becomes of the device `tfjs` in the folder it is started in. `no-util`: as Node 23 and later, without the functions of
 * `util` that TensorFlow's bindings call. `twice`: asks a second time.
 */
const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
const asked = process.argv.slice(2);
if (asked.includes('no-util')) for (const name of ['isNullOrUndefined', 'isArray']) delete util[name];

const reportOf = (): DeviceReport => deviceReports().find(({ device }) => device === 'tfjs')!;

let report = reportOf();
if (asked.includes('twice')) report = reportOf();
const sum = report.available ? tensor([1, 2, 3], { device: 'tfjs' }).add(0.5).sum().item() : undefined;
process.stdout.write(JSON.stringify({ ...report, sum, util: typeof util.isNullOrUndefined }));
