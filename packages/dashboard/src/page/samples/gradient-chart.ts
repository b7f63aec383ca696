import { type ChartOption, type ChartTexts, gradientNorms } from '@kindling/viz';
import type { Sample } from './sample-kind.ts';

/** The length of each parameter's gradient over the steps. */
export function gradientChart(samples: readonly Sample<'gradientNorms'>[], texts: ChartTexts): ChartOption {
  return gradientNorms(gradientColumns(samples), { texts });
}

export function gradientColumns(samples: readonly Sample<'gradientNorms'>[]) {
  const norms = new Map<string, number[]>();
  for (const [row, { parameters, norms: values }] of samples.entries()) {
    for (const [i, parameter] of parameters.entries()) {
      const column = norms.get(parameter) ?? samples.map(() => Number.NaN);
      norms.set(parameter, column);
      column[row] = values[i] ?? Number.NaN;
    }
  }
  return { step: samples.map(({ step }) => step), norms: Object.fromEntries(norms) };
}
