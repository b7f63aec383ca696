import type * as z from 'zod';

/** The lines of a command's output that are records of a schema; others are passed over, as of a newer version. */
export function readJsonLines<T extends z.ZodType>(text: string, schema: T): z.output<T>[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      const parsed = schema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}
