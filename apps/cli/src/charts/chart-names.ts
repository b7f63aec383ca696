/** The charts of `kindling plot`, in the order in which one is chosen where none is named. */
export const chartNames = [
  'curves',
  'dots',
  'scatter',
  'confusion',
  'scores',
  'boundary',
  'gradient-norms',
  'histogram',
  'histogram-over-time',
  'images',
  'images-over-time',
  'filters',
  'feature-maps',
  'model',
] as const;

export type ChartName = (typeof chartNames)[number];
