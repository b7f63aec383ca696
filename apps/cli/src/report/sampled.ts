/** At most `most` rows, spread evenly, the first and the last among them. */
export function sampled<T>(rows: readonly T[], most: number): readonly T[] {
  if (rows.length <= most) return rows;
  const stride = (rows.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => rows[Math.round(i * stride)]!);
}
