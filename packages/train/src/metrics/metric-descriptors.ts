import { byType } from '../descriptor.ts';

/** A metric that experiments can name. Its class is in the table `metrics`. */
export interface MetricDescriptor {
  /** The name in experiment files. */
  readonly type: string;
  /** Whether it counts classes, which outputs become by a decision, or compares numbers. */
  readonly compares: 'classes' | 'values';
  /** Whether it is one number, which a monitor can watch, or a table. */
  readonly form: 'number' | 'table';
}

/** Every metric that experiments can name. */
export const metricDescriptors = [
  { type: 'accuracy', compares: 'classes', form: 'number' },
  { type: 'precision', compares: 'classes', form: 'number' },
  { type: 'recall', compares: 'classes', form: 'number' },
  { type: 'f1', compares: 'classes', form: 'number' },
  { type: 'mae', compares: 'values', form: 'number' },
  { type: 'r2', compares: 'values', form: 'number' },
  { type: 'confusionMatrix', compares: 'classes', form: 'table' },
] as const satisfies readonly MetricDescriptor[];

const known = byType(metricDescriptors);

export type MetricName = keyof typeof known;

/** The metrics that are one number. */
export type NumberMetricName = {
  [N in MetricName]: (typeof known)[N]['form'] extends 'number' ? N : never;
}[MetricName];

/** The descriptor of a metric by its name. */
export const metricDescriptor = (type: MetricName): MetricDescriptor => known[type];
