import { histogramChart, newestHistogram } from '../../samples/histogram-charts.ts';
import { byName, type Sample, samplesOf } from '../../samples/sample-kind.ts';
import { useMessages } from '../context.ts';
import { ChartView } from './chart-view.tsx';
import { drawn } from './drawn.tsx';
import { NumberTable } from './number-table.tsx';
import type { RunViewProps } from './run-tab.tsx';

export function HistogramsView({ data }: RunViewProps) {
  const groups = byName<'histogram'>(samplesOf(data.samples, 'histogram'));
  return (
    <div class="charts">
      {[...groups].map(([name, samples]) => (
        <Histogram key={name} name={name} samples={samples} />
      ))}
    </div>
  );
}

function Histogram({ name, samples }: { name: string; samples: readonly Sample<'histogram'>[] }) {
  const t = useMessages();
  const newest = samples.at(-1)!;
  const { edges, counts, nonFinite = 0, step } = newest;
  const lost = nonFinite > 0 ? t.run.nonFinite(nonFinite) : '';
  const isMany = samples.length > 1;
  const table = (
    <NumberTable
      heads={[name, t.run.counts]}
      rows={counts.map((count, i) => [
        `${t.chart.number(edges[i]!)} … ${t.chart.number(edges[i + 1]!)}`,
        count,
      ])}
    />
  );
  return (
    <section class="sample">
      {isMany &&
        drawn(
          t,
          [newest, 'over time', samples.length, t.languageName],
          () => histogramChart(samples, t.charts),
          (chart) => <ChartView name={name} summary={lost} chart={chart} height={300} />,
        )}
      {drawn(
        t,
        [newest, 'newest', t.languageName],
        () => newestHistogram(samples, t.charts),
        (chart) => (
          <ChartView
            name={[name, t.run.step(step), lost].filter(Boolean).join(', ')}
            summary={chart.title?.subtext ?? ''}
            chart={chart}
            height={isMany ? 220 : 300}
            table={table}
          />
        ),
      )}
    </section>
  );
}
