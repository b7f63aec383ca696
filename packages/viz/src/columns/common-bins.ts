import type { Column } from './column.ts';

/** Bins of equal width that histograms of different edges are brought to. */
const commonCount = 60;

/** A histogram: the ends of its bins, one more than counts, ascending. */
export interface Bins {
  readonly edges: Column;
  readonly counts: Column;
}

/** Counts over common edges: those of the histograms, or equal bins, to which each bin gives the share that lies in them. */
export function commonBins(histograms: readonly Bins[]): { edges: number[]; counts: number[][] } {
  const all = histograms.map(({ edges, counts }) => ({
    edges: Array.from(edges),
    counts: Array.from(counts),
  }));
  const [first] = all;
  if (first === undefined) return { edges: [], counts: [] };
  if (all.every(({ edges }) => edges.join() === first.edges.join())) {
    return { edges: first.edges, counts: all.map(({ counts }) => counts) };
  }
  const low = Math.min(...all.map(({ edges }) => edges[0]!));
  const high = Math.max(...all.map(({ edges }) => edges.at(-1)!));
  const width = (high - low) / commonCount;
  const edges = Array.from({ length: commonCount + 1 }, (_, i) =>
    i === commonCount ? high : low + i * width,
  );
  const spread = (own: (typeof all)[number]): number[] => {
    const shares = new Array<number>(commonCount).fill(0);
    for (const [i, count] of own.counts.entries()) {
      const [from, to] = [own.edges[i]!, own.edges[i + 1]!];
      for (let bin = Math.max(0, Math.floor((from - low) / width)); bin < commonCount; bin++) {
        if (edges[bin]! >= to) break;
        const inside = Math.min(to, edges[bin + 1]!) - Math.max(from, edges[bin]!);
        if (inside > 0) shares[bin]! += (count * inside) / (to - from);
      }
    }
    return shares;
  };
  return { edges, counts: all.map(spread) };
}
