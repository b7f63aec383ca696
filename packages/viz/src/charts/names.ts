import type { Column } from '../columns/column.ts';

/** `weight (kg)`: the name of an axis with the unit of its values. */
export function withUnit(name: string, unit: string | undefined): string {
  return unit ? `${name} (${unit})` : name;
}

/** Whether there are columns by name rather than one column. */
export function isNamed(
  columns: Column | Readonly<Record<string, Column>>,
): columns is Readonly<Record<string, Column>> {
  return !Array.isArray(columns) && !ArrayBuffer.isView(columns);
}
