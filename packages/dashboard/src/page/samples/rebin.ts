import type { Sample } from './sample-kind.ts';

/** Bins of equal width that histograms of different edges are brought to. */
const commonBins = 60;

/** Counts over common edges: those of the samples, or equal bins, to which each bin gives the share that lies in them. */
export function rebin(samples: readonly Sample<'histogram'>[]): {
  edges: readonly number[];
  counts: readonly (readonly number[])[];
} {
  const [first] = samples;
  if (samples.every(({ edges }) => edges.join() === first!.edges.join())) {
    return { edges: first!.edges, counts: samples.map(({ counts }) => counts) };
  }
  const low = Math.min(...samples.map(({ edges }) => edges[0]!));
  const high = Math.max(...samples.map(({ edges }) => edges.at(-1)!));
  const width = (high - low) / commonBins;
  const edges = Array.from({ length: commonBins + 1 }, (_, i) => (i === commonBins ? high : low + i * width));
  const counts = samples.map((sample) => spread(sample, edges, width));
  return { edges, counts };
}

function spread(
  { edges: own, counts }: Sample<'histogram'>,
  edges: readonly number[],
  width: number,
): number[] {
  const shares = new Array<number>(commonBins).fill(0);
  for (const [i, count] of counts.entries()) {
    const [from, to] = [own[i]!, own[i + 1]!];
    for (let bin = Math.max(0, Math.floor((from - edges[0]!) / width)); bin < commonBins; bin++) {
      if (edges[bin]! >= to) break;
      const inside = Math.min(to, edges[bin + 1]!) - Math.max(from, edges[bin]!);
      if (inside > 0) shares[bin]! += (count * inside) / (to - from);
    }
  }
  return shares;
}
