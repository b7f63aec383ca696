import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { PanelPlot } from '../../plot/panel-plot.ts';
import { useMessages, usePage } from '../context.ts';
import { CurveTable } from './curve-table.tsx';
import { PanelLegend } from './panel-legend.tsx';
import { PlotArea } from './plot-area.tsx';

/** The curves of a metric, or of metrics of one prefix. */
export function CurvePanel({ name }: { name: string }) {
  const { dashboard, theme } = usePage();
  const t = useMessages();
  const title = useId();
  const canvas = useRef<HTMLDivElement>(null);
  const plot = useSignal<PanelPlot | undefined>(undefined);
  const isTable = useSignal(false);
  useEffect(() => {
    const made = new PanelPlot(canvas.current!, name, dashboard, theme.colors);
    plot.value = made;
    return () => made.dispose();
  }, [dashboard, name, plot, theme]);

  const { layout } = dashboard;
  const isLog = layout.get('yScales')[name] === 'log';
  const isWide = layout.get('widePanels').includes(name);
  return (
    <section class={`panel${isWide ? ' wide' : ''}`} aria-labelledby={title}>
      <header>
        <h2 id={title}>{name}</h2>
        {plot.value && <PanelLegend name={name} plot={plot.value} />}
        <span class="spacer" />
        <button
          type="button"
          class="small"
          aria-pressed={isLog}
          aria-label={`${t.curves.logY}: ${name}`}
          title={t.curves.logY}
          onClick={() =>
            layout.set({ yScales: { ...layout.peek().yScales, [name]: isLog ? 'linear' : 'log' } })
          }
        >
          log
        </button>
        <button
          type="button"
          class="small"
          aria-pressed={isTable.value}
          aria-label={`${t.chart.table}: ${name}`}
          title={t.chart.table}
          onClick={() => {
            isTable.value = !isTable.value;
          }}
        >
          {t.chart.tableShort}
        </button>
        <button
          type="button"
          class="small"
          aria-pressed={isWide}
          aria-label={`${t.curves.wide}: ${name}`}
          title={t.curves.wide}
          onClick={() => layout.toggle('widePanels', name)}
        >
          ⤢
        </button>
      </header>
      <PlotArea name={name} plot={plot.value} canvas={canvas} />
      {isTable.value && plot.value && <CurveTable name={name} plot={plot.value} />}
    </section>
  );
}
