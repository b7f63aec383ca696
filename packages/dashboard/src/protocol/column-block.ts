import * as z from 'zod';

/** A column on its way: as it is where a host passes objects, in base64 (little-endian) where it passes text. */
const column = z.union([
  z.instanceof(Float64Array),
  z.object({ float64: z.base64() }).transform(({ float64 }) => decodeColumn(float64)),
]);

/**
 * Rows of a table. They replace all rows from `from` on: a page that holds as many only appends, and where a run went back behind
 * what it had shown, later rows are gone. A column that is missing is NaN in the rows of the block.
 */
export const columnBlockSchema = z
  .object({
    from: z.int().min(0),
    /** Rows of the block, which may be none. */
    length: z.int().min(0),
    columns: z.record(z.string(), column),
  })
  .refine(({ length, columns }) => Object.values(columns).every((values) => values.length === length), {
    error: 'expected columns as long as the block',
  });

export type ColumnBlock = z.output<typeof columnBlockSchema>;

/** A column as JSON can hold it. */
export function encodeColumn(values: Float64Array): { readonly float64: string } {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  // Arguments of one call are limited.
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return { float64: btoa(text) };
}

function decodeColumn(base64: string): Float64Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length - (text.length % 8));
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return new Float64Array(bytes.buffer);
}
