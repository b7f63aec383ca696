import { nearestName } from '@kindling/core/internal';
import { DataError, findSource, type Source, sources } from '@kindling/data';

/** The dataset of that name. @throws DataError when there is none; files end in .csv or .csv.gz. */
export function namedSource(name: string): Source {
  const known = Object.keys(sources);
  if (known.includes(name)) return findSource(name);
  const near = nearestName(name, known);
  throw new DataError({
    place: 'dataset',
    expected: `one of ${known.join(', ')}, or a file that ends in .csv or .csv.gz`,
    got: JSON.stringify(name),
    hint: near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`,
  });
}
