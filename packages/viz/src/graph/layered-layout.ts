/** The rank of a node, counted from the top, and its lane, counted from the left. */
export interface NodePlace {
  readonly rank: number;
  readonly lane: number;
}

/** Where the nodes and the edges of a graph lie. */
export interface LayeredLayout {
  readonly places: readonly NodePlace[];
  /** For each edge, the lanes in which it passes the ranks between its ends, from the source on. */
  readonly routes: readonly number[][];
}

type Edge = readonly [source: number, target: number];

/**
 * Ranks and lanes of the nodes of a directed graph without cycles. The rank of a node is the length of the longest path to it; every edge
 * takes a lane of its own in the ranks that it passes, so that no edge runs through a node. In each rank, nodes come
 * before passing edges, and both take the free lane that is nearest to where they come from.
 *
 * Source: Sugiyama, Tagawa & Toda, "Methods for visual understanding of hierarchical system structures" (1981).
 *
 * @throws {RangeError} for a cycle
 */
export function layeredLayout(where: string, nodes: number, edges: readonly Edge[]): LayeredLayout {
  const ranks = longestPaths(where, nodes, edges);
  const lanes = new Array<number>(nodes).fill(0);
  const routes = edges.map((): number[] => []);
  const incoming = Array.from({ length: nodes }, (): number[] => []);
  for (const [edge, [, target]] of edges.entries()) incoming[target]!.push(edge);
  const nodesOf = new Map<number, number[]>();
  for (const [node, rank] of ranks.entries()) nodesOf.set(rank, [...(nodesOf.get(rank) ?? []), node]);
  for (let rank = 0; nodesOf.has(rank); rank++) {
    const here = nodesOf.get(rank)!;
    const taken = new Set<number>();
    const take = (wanted: number) => {
      const lane = nearestFree(wanted, taken);
      taken.add(lane);
      return lane;
    };
    const laneAbove = (edge: number) => routes[edge]!.at(-1) ?? lanes[edges[edge]![0]]!;
    const wanted = new Map(here.map((node) => [node, Math.min(...incoming[node]!.map(laneAbove))]));
    const laneOf = (node: number) => (Number.isFinite(wanted.get(node)) ? wanted.get(node)! : 0);
    for (const node of here.sort((a, b) => laneOf(a) - laneOf(b))) lanes[node] = take(laneOf(node));
    for (const [edge, [source, target]] of edges.entries()) {
      if (ranks[source]! < rank && ranks[target]! > rank) routes[edge]!.push(take(laneAbove(edge)));
    }
  }
  return { places: ranks.map((rank, node) => ({ rank, lane: lanes[node]! })), routes };
}

function nearestFree(wanted: number, taken: ReadonlySet<number>): number {
  for (let distance = 0; ; distance++) {
    if (!taken.has(wanted + distance)) return wanted + distance;
    if (wanted >= distance && !taken.has(wanted - distance)) return wanted - distance;
  }
}

/** The length of the longest path to each node. Source: Kahn, "Topological sorting of large networks" (1962). */
function longestPaths(where: string, nodes: number, edges: readonly Edge[]): number[] {
  const ranks = new Array<number>(nodes).fill(0);
  const pending = new Array<number>(nodes).fill(0);
  const targets = Array.from({ length: nodes }, (): number[] => []);
  for (const [source, target] of edges) {
    pending[target]!++;
    targets[source]!.push(target);
  }
  const ready = pending.flatMap((count, node) => (count === 0 ? [node] : []));
  for (const node of ready) {
    for (const target of targets[node]!) {
      ranks[target] = Math.max(ranks[target]!, ranks[node]! + 1);
      if (--pending[target]! === 0) ready.push(target);
    }
  }
  if (ready.length < nodes) {
    const node = pending.findIndex((count) => count > 0);
    throw new RangeError(`${where}: expected edges without a cycle, got one that leads to layer ${node}`);
  }
  return ranks;
}
