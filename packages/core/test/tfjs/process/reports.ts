import { createRequire } from 'node:module';
import { DeviceError, type DeviceReport, deviceReports, tensor } from '@kindling/core';
import { searchWorkingFolder } from '@kindling/core/tfjs';

/*
 * Prints what a report tells of the device `tfjs` in the folder that it is started in, and then what becomes of the device. `no-util`: as
 * Node 23 and later, without the functions of `util` that TensorFlow's bindings call. `twice`: opens it a second time. `unnamed`: does
 * not ask for the device by name. `report`: opens nothing.
 */
const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
const asked = process.argv.slice(2);
if (asked.includes('no-util')) for (const name of ['isNullOrUndefined', 'isArray']) delete util[name];
if (!asked.includes('unnamed')) searchWorkingFolder();

export interface Opened {
  readonly engine?: string;
  readonly description?: string | undefined;
  readonly sum?: number;
  readonly error?: string;
}

function open(): Opened {
  try {
    const sum = tensor([1, 2, 3], { device: 'tfjs' }).add(0.5).sum();
    const { name, description } = sum.storage.backend;
    return { engine: name, description, sum: sum.item() };
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return { error: error.message };
  }
}

const reportOf = (): DeviceReport => deviceReports().find(({ device }) => device === 'tfjs')!;

const report = reportOf();
let opened = asked.includes('report') ? {} : open();
if (asked.includes('twice')) opened = open();
process.stdout.write(
  JSON.stringify({ ...opened, report, after: reportOf(), util: typeof util.isNullOrUndefined }),
);
