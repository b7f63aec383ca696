import { themed } from '@kindling/viz';
import { kindOf, lineKinds } from '../../curves/curve-group.ts';
import { curveStyles } from '../../curves/curve-style.ts';
import type { PanelPlot } from '../../plot/panel-plot.ts';
import { useMessages, usePage } from '../context.ts';

/** The kinds of lines of a panel: a click hides one and shows it again. */
export function PanelLegend({ name, plot }: { name: string; plot: PanelPlot }) {
  const { dashboard, theme } = usePage();
  const t = useMessages();
  const { curves, hasDropped } = plot.drawing.value;
  const { layout, selected } = dashboard;
  const kinds = lineKinds(curves);
  const hidden = layout.get('hiddenLines');
  const isOne = selected.value.length === 1;
  const styles = curveStyles(curves, new Map(Object.entries(layout.get('colors'))), isOne);
  return (
    <ul class="legend">
      {kinds.map(({ key, part, split }) => {
        const entry = `${name}|${key}`;
        const style = styles.get(curves.find((curve) => kindOf(curve) === key)!)!;
        const label = [part, part === '' || kinds.some((one) => one.split !== split) ? t.splits[split] : '']
          .filter(Boolean)
          .join(' ');
        const color = isOne ? themed(style.color, theme.colors.value) : theme.colors.value.text;
        return (
          <li key={key}>
            <button
              type="button"
              class="key"
              aria-pressed={!hidden.includes(entry)}
              onClick={() => layout.toggle('hiddenLines', entry)}
            >
              <svg width="22" height="8" aria-hidden="true">
                <line
                  x1="0"
                  y1="4"
                  x2="22"
                  y2="4"
                  stroke={color}
                  stroke-width="2"
                  stroke-dasharray={dashes(style.dash)}
                />
              </svg>
              {label}
            </button>
          </li>
        );
      })}
      {hasDropped && <li class="note">{t.curves.dropped}</li>}
    </ul>
  );
}

function dashes(dash: 'solid' | 'dashed' | 'dotted' | number[]): string {
  if (Array.isArray(dash)) return dash.join(' ');
  return { solid: 'none', dashed: '6 3', dotted: '2 2' }[dash];
}
