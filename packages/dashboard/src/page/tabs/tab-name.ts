/** Views of the page in the order of their tabs: of all runs, then those of one run. */
export const tabNames = [
  'curves',
  'runs',
  'confusion',
  'images',
  'predictions',
  'boundary',
  'histograms',
  'gradients',
  'model',
  'log',
  'configuration',
] as const;

export type TabName = (typeof tabNames)[number];
