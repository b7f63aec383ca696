import type { Experiment } from '@kindling/train';
import { discriminatorColumns, type ModelColumns, modelColumns } from '@kindling/train/internal';

/** A model of an experiment as columns, by its name where there are several. */
export interface NamedColumns {
  readonly name?: 'generator' | 'discriminator';
  readonly columns: ModelColumns;
}

/** The models of an experiment as columns: its model, or an adversarial pair. */
export function namedColumns(experiment: Experiment): readonly NamedColumns[] {
  const columns = modelColumns(experiment);
  const discriminator = discriminatorColumns(experiment);
  if (discriminator === undefined) return [{ columns }];
  return [
    { name: 'generator', columns },
    { name: 'discriminator', columns: discriminator },
  ];
}

/** `gan-mnist, generator` */
export const modelTitle = (run: string, name: string | undefined): string =>
  [run, name].filter((part) => part !== undefined).join(', ');
