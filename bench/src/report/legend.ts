import { type Family, familyOf } from '../families.ts';
import { groupBy } from '../group-by.ts';
import { shortNumber } from './columns.ts';
import type { Compared } from './comparison.ts';
import type { Results } from './results.ts';

/** What was measured on what. */
export function sourcesOf({ machine, versions, data, date }: Results) {
  const { cpu, cores, memoryBytes, os, node } = machine;
  const namesOf = (kind: 'real' | 'random'): string =>
    Object.keys(data)
      .filter((name) => data[name] === kind)
      .join(', ');
  return {
    machine: `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${os}, Node ${node}, ${date}`,
    // Ways to run one library have the same.
    versions: groupBy(Object.entries(versions), ([, parts]) => JSON.stringify(parts)).map((alike) => {
      const parts = Object.entries(alike[0]![1]).map(([part, version]) => `${part} ${version}`);
      return `${alike.map(([name]) => name).join(', ')}: ${parts.join(', ')}`;
    }),
    real: namesOf('real'),
    random: namesOf('random'),
  };
}

/** Peers that are ahead of Kindling, and where, with how many times better Kindling is there. A line a peer. */
export function aheadOf(compared: readonly Compared[]): string[] {
  const places = compared.flatMap(({ workload, comparison: { ratios } }) =>
    [...ratios.families]
      .filter(([, ratio]) => ratio < 1)
      .map(([family, ratio]) => ({ family, place: `${workload.name} (${shortNumber(ratio)})` })),
  );
  return groupBy(places, ({ family }) => family).map(
    (group) => `${group[0]!.family}: ${group.map(({ place }) => place).join(', ')}`,
  );
}

/** What was left out of which workloads, and why. Notes of one workload with the same reason come together, then workloads alike. */
export function leftOut(notes: Results['notes']): string[] {
  const byWorkload = groupBy(notes, ({ workload, reason }) => JSON.stringify([workload, reason]));
  const alike = groupBy(byWorkload, (group) => `${namesOf(group)}: ${group[0]!.reason}`);
  return alike.map((groups) => {
    const workloads = groups.flatMap(([{ workload } = {}]) => workload ?? []);
    const of = workloads.length === 0 ? '' : ` of ${workloads.join(', ')}`;
    return `${namesOf(groups[0]!)}${of}: ${groups[0]![0]!.reason}`;
  });
}

/** Implementations by name; those of a family by their settings behind it. */
function namesOf(notes: Results['notes']): string {
  const families = groupBy(
    notes.map(({ implementation }) => implementation),
    (name) => familyOf(name) ?? name,
  );
  return families
    .map((names) => {
      const family: Family | string = familyOf(names[0]!) ?? names[0]!;
      return [family, ...names.map((name) => name.slice(family.length).trim()).sort()].join(' ').trim();
    })
    .sort()
    .join(', ');
}
