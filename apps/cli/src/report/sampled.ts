/** Numbers of at most `most` of so many rows, spread evenly, the first and the last among them. */
export function sampledRows(rows: number, most: number): readonly number[] {
  const count = Math.min(rows, most);
  const stride = count < 2 ? 0 : (rows - 1) / (count - 1);
  return Array.from({ length: count }, (_, i) => Math.round(i * stride));
}
