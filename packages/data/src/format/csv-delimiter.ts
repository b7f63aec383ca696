import { type DecimalMark, parseNumber } from './csv-number.ts';

/** How the fields of a file are written. */
export interface Dialect {
  readonly delimiter: string;
  readonly decimal: DecimalMark;
}

const names: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'vertical bars',
};

/** Lines that are looked at, and the most of each. */
const sample = { lines: 6, characters: 4096 };

interface Score extends Dialect {
  /** Share of the fields that are numbers, where all lines have as many fields; else 0. */
  readonly numbers: number;
  readonly columns: number;
}

function score(lines: readonly string[], { delimiter, decimal }: Dialect): Score {
  const rows = lines.map((line) => line.split(delimiter).map((field) => field.replaceAll('"', '')));
  const columns = rows[0]?.length ?? 0;
  const fields = rows.flat();
  const isTable = columns > 1 && rows.every(({ length }) => length === columns);
  const numbers = fields.filter((field) => parseNumber(field, decimal) !== undefined).length / fields.length;
  return { delimiter, decimal, columns, numbers: isTable ? numbers : 0 };
}

/** The way of writing that fits the beginning of a text better than `used`; undefined where none does. */
export function betterDialect(text: string, used: Dialect): Dialect | undefined {
  const start = text.slice(0, sample.lines * sample.characters);
  const lines = start
    .split(/\r\n|\r|\n/, sample.lines)
    .map((line) => line.slice(0, sample.characters))
    .filter((line) => line.trim() !== '');
  // The first line may be a header.
  const rows = lines.length > 1 ? lines.slice(1) : lines;
  if (rows.length === 0) return undefined;
  const candidates = Object.keys(names).flatMap((delimiter) =>
    (['.', ','] as const)
      .filter((decimal) => decimal !== delimiter)
      .map((decimal) => score(rows, { delimiter, decimal })),
  );
  const [best] = candidates.toSorted((a, b) => b.numbers - a.numbers || b.columns - a.columns);
  const now = score(rows, used);
  if (best === undefined || best.numbers <= now.numbers) return undefined;
  return { delimiter: best.delimiter, decimal: best.decimal };
}

/**
 * What a text that cannot be read as `used` says seems to be written in, as advice; undefined where nothing fits better.
 */
export function dialectAdvice(text: string, used: Dialect): string | undefined {
  const best = betterDialect(text, used);
  if (best === undefined) return undefined;
  const isOther = best.delimiter !== used.delimiter;
  const isMarked = best.decimal !== used.decimal;
  const looks = [
    ...(isOther ? [`${names[best.delimiter]} between fields`] : []),
    ...(isMarked ? [best.decimal === ',' ? 'decimal commas' : 'decimal points'] : []),
  ];
  const options = [
    ...(isOther ? [`delimiter ${JSON.stringify(best.delimiter)}`] : []),
    ...(isMarked ? [`decimal ${JSON.stringify(best.decimal)}`] : []),
  ];
  return `the file seems to have ${looks.join(' and ')}: set ${options.join(' and ')}`;
}
