import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KindlingError } from '@kindling/core';
import {
  bindingFileOf,
  type InstalledPackage,
  readSetupRecord,
  recordFileOf,
  type SetupRecord,
} from '@kindling/core/internal/tensorflow';

/** Where a binding went. */
export interface BindingLocation {
  readonly binding: string;
  readonly record: string;
  /** Where the binding is kept that was there before and that this command had not made. */
  readonly backup: string | undefined;
}

function isOfSetup(installed: InstalledPackage): boolean {
  try {
    return readSetupRecord(installed) !== undefined;
  } catch (error) {
    if (error instanceof KindlingError) return false;
    throw error;
  }
}

/** Copies a file by way of a temporary one, so that it is there whole or not at all. */
function copyWhole(from: string, to: string): void {
  const temporary = `${to}.${process.pid}`;
  copyFileSync(from, temporary);
  renameSync(temporary, to);
}

/**
 * Puts a compiled binding and its record in their place. What was there is kept, unless this command had made it. Until the last step
 * the record that is there is of another binding, which readers see by its hash.
 */
export function installBinding(
  installed: InstalledPackage,
  built: string,
  record: SetupRecord,
): BindingLocation {
  const binding = bindingFileOf(installed);
  const recordFile = recordFileOf(installed);
  mkdirSync(dirname(binding), { recursive: true });
  let backup: string | undefined;
  if (existsSync(binding) && !isOfSetup(installed)) {
    backup = `${binding}.before-kindling`;
    copyWhole(binding, backup);
  }
  renameSync(built, binding);
  const temporary = `${recordFile}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(temporary, recordFile);
  return { binding, record: recordFile, backup };
}
