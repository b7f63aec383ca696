/** A number in JSON, which has no NaN and no infinities: they are strings. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** The strings that stand for numbers. */
export const NON_FINITE = ['NaN', 'Infinity', '-Infinity'] as const;

/** JSON in which NaN and infinities are the strings `NaN`, `Infinity` and `-Infinity`. All JSON files of a run are written by this. */
export const toJson = (value: unknown, indent?: number): string =>
  JSON.stringify(
    value,
    (_, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? String(item) : item),
    indent,
  );
