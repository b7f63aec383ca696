import { type Chart, toEChartsOption } from '@kindling/viz';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { chartTooltip } from '../../plot/chart-tooltip.ts';
import { EChartsCanvas } from '../../plot/echarts-canvas.ts';
import { useMessages, usePage } from '../context.ts';
import { ScrollRegion } from '../scroll-region.tsx';

export interface ChartViewProps {
  readonly name: string;
  /** What the chart shows, in words. */
  readonly summary: string;
  readonly chart: Chart;
  /** Pixels. */
  readonly height: number;
  readonly maxWidth?: number;
  /** The same values as a table. */
  readonly table?: ComponentChildren;
}

/** A chart that is drawn whenever it is another one, with its values as a table. */
export function ChartView({ name, summary, chart, height, maxWidth, table }: ChartViewProps) {
  const { theme } = usePage();
  const t = useMessages();
  const title = useId();
  const isOpen = useSignal(false);
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<EChartsCanvas | undefined>(undefined);
  const draw = useRef(() => {});
  const colors = theme.colors.value;
  draw.current = () => {
    const made = canvas.current;
    if (!made) return;
    const option = toEChartsOption(chart, { ...made.size, theme: colors });
    made.draw({ ...option, tooltip: chartTooltip(colors, t.chart.number) });
  };
  useEffect(() => {
    const made = new EChartsCanvas(element.current!, () => draw.current());
    canvas.current = made;
    return () => {
      canvas.current = undefined;
      made.dispose();
    };
  }, []);
  useEffect(() => {
    draw.current();
  }, [chart, colors, t]);
  return (
    <figure class="chart" aria-labelledby={title}>
      <figcaption id={title}>{name}</figcaption>
      <div
        class="canvas"
        role="img"
        aria-label={`${name}. ${summary}`}
        ref={element}
        style={{ height: `${height}px`, ...(maxWidth === undefined ? {} : { maxWidth: `${maxWidth}px` }) }}
      />
      {table !== undefined && (
        <details
          onToggle={({ currentTarget }) => {
            isOpen.value = currentTarget.open;
          }}
        >
          <summary>{t.chart.table}</summary>
          {isOpen.value && (
            <ScrollRegion class="data-table" label={t.chart.tableOf(name)}>
              {table}
            </ScrollRegion>
          )}
        </details>
      )}
    </figure>
  );
}
