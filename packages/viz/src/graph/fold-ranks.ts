import type { GraphNode, GraphSeries } from '../option.ts';
import { okabeIto } from '../theme/palette.ts';

/** The graph with at most `limit` ranks: where it has more, one box in the middle stands for the layers left out and says how many. */
export function foldRanks(graph: GraphSeries, limit: number): GraphSeries {
  const ranks = rankCount(graph);
  if (ranks <= limit) return graph;
  const above = Math.max(0, Math.ceil((limit - 1) / 2));
  const below = ranks - Math.max(0, limit - 1 - above);
  const isFolded = ({ rank }: GraphNode) => rank >= above && rank < below;
  const kept = graph.data.flatMap((node, i) => (isFolded(node) ? [] : [i]));
  const fold = kept.length;
  const indexOf = new Map(kept.map((old, index) => [old, index]));
  const data = kept.map((i): GraphNode => {
    const node = graph.data[i]!;
    return node.rank < above ? node : { ...node, rank: node.rank - below + above + 1 };
  });
  const folded: GraphNode = {
    name: `… ${graph.data.length - kept.length} more layers`,
    details: [],
    rank: above,
    lane: 0,
    itemStyle: { color: okabeIto.black },
  };
  const links = graph.links.flatMap(({ source, target, lanes }): GraphSeries['links'] => {
    const [from, to] = [indexOf.get(source), indexOf.get(target)];
    const [first, last] = [graph.data[source]!.rank, graph.data[target]!.rank];
    if (from !== undefined && to !== undefined && (last < above || first >= below)) {
      return [{ source: from, target: to, lanes }];
    }
    return [
      ...(from === undefined
        ? []
        : [{ source: from, target: fold, lanes: lanes.slice(0, Math.max(0, above - first - 1)) }]),
      ...(to === undefined
        ? []
        : [{ source: fold, target: to, lanes: lanes.slice(below - last + lanes.length) }]),
    ];
  });
  return { ...graph, data: [...data, folded], links };
}

/** The number of ranks of a graph. */
export function rankCount({ data }: GraphSeries): number {
  return data.reduce((count, { rank }) => Math.max(count, rank + 1), 0);
}

/** The number of lanes of a graph, those of edges that pass a rank included. */
export function laneCount({ data, links }: GraphSeries): number {
  const lanes = [...data.map(({ lane }) => lane), ...links.flatMap((link) => link.lanes)];
  return lanes.reduce((count, lane) => Math.max(count, lane + 1), 0);
}
