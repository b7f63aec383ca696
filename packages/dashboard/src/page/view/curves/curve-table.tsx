import { curveTable } from '../../curves/curve-table.ts';
import type { PanelPlot } from '../../plot/panel-plot.ts';
import { useDashboard, useMessages } from '../context.ts';
import { ScrollRegion } from '../scroll-region.tsx';

const maxRows = 100;

/** The values of a panel as a table: the text alternative of its curves. */
export function CurveTable({ name, plot }: { name: string; plot: PanelPlot }) {
  const dashboard = useDashboard();
  const t = useMessages();
  const { drawn } = plot.drawing.value;
  const axis = dashboard.layout.get('axis');
  const { rows, isPartial } = curveTable(
    drawn.map(({ curve }) => curve),
    dashboard.zoom.value,
    maxRows,
  );
  return (
    <ScrollRegion class="data-table" label={t.chart.tableOf(name)}>
      <table>
        <caption>
          {t.chart.tableOf(name)} {isPartial && t.chart.rowsLeftOut(rows.length)}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t.axes[axis]}</th>
            {drawn.map(({ curve }) => (
              <th scope="col" key={`${curve.run} ${curve.split} ${curve.metric}`}>
                {dashboard.nameOf(curve.run)} {curve.metric} {t.splits[curve.split]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ x, values }) => (
            <tr key={x}>
              <th scope="row">{t.place(axis, x)}</th>
              {values.map((value, i) => (
                <td key={i}>{value === undefined ? '' : t.chart.number(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
