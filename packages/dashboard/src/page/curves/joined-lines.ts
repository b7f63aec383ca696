import type { ChartOption } from '@kindling/viz';

type Series = ChartOption['series'][number];
type Line = Extract<Series, { type: 'line' }>;

/**
 * Lines that look alike as one line with gaps: drawing takes time for each series, and a panel of fifty runs has no more styles than
 * colours and dashes.
 */
export function joinedLines(series: readonly Series[]): Series[] {
  const lines = new Map<string, Line>();
  const joined: Series[] = [];
  for (const one of series) {
    if (one.type !== 'line') {
      joined.push(one);
      continue;
    }
    const { data, name: _, ...style } = one;
    const key = JSON.stringify(style);
    const known = lines.get(key);
    const [first] = data;
    if (known === undefined) {
      const line = { ...one, data: [...data] };
      lines.set(key, line);
      joined.push(line);
    } else if (first !== undefined) {
      known.data.push([first[0], null]);
      for (const point of data) known.data.push(point);
    }
  }
  return joined;
}
