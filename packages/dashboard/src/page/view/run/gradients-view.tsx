import { gradientChart, gradientColumns } from '../../samples/gradient-chart.ts';
import { byName, samplesOf } from '../../samples/sample-kind.ts';
import { useMessages } from '../context.ts';
import { ChartView } from './chart-view.tsx';
import { drawn } from './drawn.tsx';
import { NumberTable } from './number-table.tsx';
import type { RunViewProps } from './run-tab.tsx';

const maxRows = 200;

export function GradientsView({ data }: RunViewProps) {
  const t = useMessages();
  const groups = byName<'gradientNorms'>(samplesOf(data.samples, 'gradientNorms'));
  return (
    <>
      {[...groups].map(([name, samples]) =>
        drawn(
          t,
          [samples.at(-1)!, samples.length, t.languageName],
          () => gradientChart(samples, t.charts),
          (chart) => {
            const { step, norms } = gradientColumns(samples.slice(-maxRows));
            const names = Object.keys(norms);
            return (
              <section class="sample" key={name}>
                <ChartView
                  name={[t.tabs.gradients, name].filter(Boolean).join(', ')}
                  summary={chart.title?.subtext ?? ''}
                  chart={chart}
                  height={460}
                  table={
                    <NumberTable
                      heads={[t.axes.step, ...names]}
                      rows={step.map((one, i) => [one, ...names.map((parameter) => norms[parameter]![i]!)])}
                    />
                  }
                />
              </section>
            );
          },
        ),
      )}
    </>
  );
}
