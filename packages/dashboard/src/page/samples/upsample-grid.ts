import type { PredictionGrid } from '@kindling/train/events';

type Nodes = Pick<PredictionGrid, 'x' | 'y' | 'scores'>;

/** A grid with `factor` cells in the place of each along both axes, its scores interpolated linearly: what is drawn of it has no steps. */
export function upsampleGrid({ x, y, scores }: Nodes, factor: number): Nodes {
  const [columns, rows] = [places(x.length, factor), places(y.length, factor)];
  const at = (row: number, column: number) => scores[row * x.length + column]!;
  return {
    x: columns.map((place) => between(x, place)),
    y: rows.map((place) => between(y, place)),
    scores: rows.flatMap(({ index: row, share }) =>
      columns.map(({ index: column, share: across }) => {
        const [below, above] = [row, share > 0 ? row + 1 : row].map((one) =>
          mixed(at(one, column), at(one, across > 0 ? column + 1 : column), across),
        ) as [number, number];
        return mixed(below, above, share);
      }),
    ),
  };
}

/** Between the node of an index and the next one. */
interface Place {
  readonly index: number;
  readonly share: number;
}

const places = (nodes: number, factor: number): Place[] =>
  Array.from({ length: (nodes - 1) * factor + 1 }, (_, i) => ({
    index: Math.floor(i / factor),
    share: (i % factor) / factor,
  }));

const between = (values: readonly number[], { index, share }: Place): number =>
  mixed(values[index]!, values[share > 0 ? index + 1 : index]!, share);

const mixed = (a: number, b: number, share: number): number => (share > 0 ? a + share * (b - a) : a);
