import { bestRow } from '../../curves/best-row.ts';
import { partOf } from '../../curves/curve-group.ts';
import type { PanelPlot } from '../../plot/panel-plot.ts';
import { useDashboard, useMessages } from '../context.ts';

const maxRuns = 6;

/** What a panel shows, in words: its text alternative. */
export function CurveSummary({ id, name, plot }: { id: string; name: string; plot: PanelPlot }) {
  const dashboard = useDashboard();
  const t = useMessages();
  const { drawn } = plot.drawing.value;
  const texts = drawn.slice(0, maxRuns).map(({ curve }) => {
    const best = bestRow(curve, 0);
    const values = {
      name: [dashboard.nameOf(curve.run), partOf(curve.metric), t.splits[curve.split]]
        .filter(Boolean)
        .join(' '),
      last: t.chart.number(curve.y.at(-1) ?? Number.NaN),
      best: best === undefined ? undefined : t.chart.number(curve.y[best]!),
      nonFinite: curve.nonFinite.length,
    };
    return t.curves.summary(values);
  });
  const more = drawn.length - maxRuns;
  return (
    <p id={id} class="visually-hidden">
      {[t.curves.chartOf(name), ...texts, more > 0 ? t.curves.more(more) : '', t.curves.keys].join(' ')}
    </p>
  );
}
