import type { SampleEvent, SampleKind } from '@kindling/train/events';

export type Sample<K extends SampleKind> = Extract<SampleEvent, { kind: K }>;

export const isOfKind = <K extends SampleKind>(sample: SampleEvent, kind: K): sample is Sample<K> =>
  sample.kind === kind;

export const samplesOf = <K extends SampleKind>(samples: readonly SampleEvent[], kind: K): Sample<K>[] =>
  samples.filter((sample) => isOfKind(sample, kind));

/** What a sample was logged as: its name, its split. */
export function sampleName(sample: SampleEvent): string {
  const name = 'name' in sample ? sample.name : undefined;
  const split = 'split' in sample ? sample.split : undefined;
  return [name, split].filter((part) => part !== undefined).join(', ');
}

/** Samples by what they were logged as, each in the order of the log. */
export function byName<K extends SampleKind>(
  samples: readonly Sample<K>[],
): ReadonlyMap<string, readonly Sample<K>[]> {
  const groups = new Map<string, Sample<K>[]>();
  for (const sample of samples) {
    const name = sampleName(sample);
    const known = groups.get(name);
    if (known) known.push(sample);
    else groups.set(name, [sample]);
  }
  return groups;
}
