import { useComputed } from '@preact/signals';
import { groupOf } from '../../curves/curve-group.ts';
import { useDashboard, useMessages } from '../context.ts';
import { CurvePanel } from './curve-panel.tsx';
import { CurveToolbar } from './curve-toolbar.tsx';

/** Curves of the runs that are shown, a panel for each metric or prefix of metrics. */
export function CurvesView() {
  const dashboard = useDashboard();
  const t = useMessages();
  // As one text: the panels are drawn anew by themselves, and this part of the page only where others are asked for.
  const names = useComputed(() => {
    const { store, selected } = dashboard;
    const metrics = selected.value.flatMap((run) => {
      const data = store.data(run);
      return data === undefined ? [] : metricNames(data.steps.names, data.epochs.names);
    });
    const groups = [...new Set(metrics.map(groupOf))];
    return JSON.stringify(groups.sort((a, b) => Number(a === 'lr') - Number(b === 'lr')));
  });
  const panels = JSON.parse(names.value) as string[];
  const isEmpty = dashboard.selected.value.length === 0;
  return (
    <div class="curves">
      <CurveToolbar />
      {panels.length === 0 ? (
        <p class="empty">{isEmpty ? t.curves.noRun : t.curves.noValues}</p>
      ) : (
        <div class="panels">
          {panels.map((name) => (
            <CurvePanel key={name} name={name} />
          ))}
        </div>
      )}
    </div>
  );
}

const prefix = 'metric:';

/** Metrics of the columns of a run, without the splits. */
function metricNames(steps: readonly string[], epochs: readonly string[]): string[] {
  const bare = (name: string) => name.slice(prefix.length);
  const isMetric = (name: string) => name.startsWith(prefix);
  return [
    ...steps.filter(isMetric).map(bare),
    ...epochs.filter(isMetric).map((name) => bare(name).replace(/^(train|validation)\//, '')),
  ];
}
