/** What stands between the whole part of a number and its fraction. */
export type DecimalMark = '.' | ',';

// A plain decimal number. Number() alone would also take '', '0x1f', '1_0' and ' '.
const patterns: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i,
  ',': /^[+-]?(?:\d+,?\d*|,\d+)(?:e[+-]?\d+)?$/i,
};

/** The finite number that a field spells, or undefined. */
export function parseNumber(field: string, decimal: DecimalMark = '.'): number | undefined {
  const text = field.trim();
  if (!patterns[decimal].test(text)) return undefined;
  const value = Number(decimal === ',' ? text.replace(',', '.') : text);
  return Number.isFinite(value) ? value : undefined;
}
