import { axes, type CurveAxis } from '../../curves/axis.ts';
import { useDashboard, useMessages } from '../context.ts';

/** Of the slider, in steps of which there are more towards 1: 0, 0.5, 0.8, 0.9 … */
const sliderSteps = 100;

/** Weights near 1 differ more than those near 0: the slider goes by 1 − 10^(−2.5·s). */
export const weightOf = (step: number): number =>
  step <= 0 ? 0 : Number(Math.min(0.997, 1 - 10 ** ((-2.5 * step) / sliderSteps)).toFixed(3));
export const stepOf = (weight: number): number =>
  weight <= 0 ? 0 : Math.round((-sliderSteps * Math.log10(1 - weight)) / 2.5);

/** What all panels of curves share. */
export function CurveToolbar() {
  const dashboard = useDashboard();
  const { layout, zoom, selected, store } = dashboard;
  const t = useMessages();
  const axis = layout.get('axis');
  const smoothing = layout.get('smoothing');
  const isRunning = selected.value.some((run) => store.rows.value.get(run)?.state === 'running');
  return (
    <div class="toolbar" role="toolbar" aria-label={t.curves.toolbar}>
      <label>
        {t.curves.xAxis}
        <select
          value={axis}
          onChange={({ currentTarget }) => dashboard.setAxis(currentTarget.value as CurveAxis)}
        >
          {axes.map((one) => (
            <option key={one} value={one}>
              {t.axes[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={layout.get('xScale') === 'log'}
          disabled={axis === 'wall'}
          onChange={({ currentTarget }) => dashboard.setScale(currentTarget.checked ? 'log' : 'linear')}
        />
        {t.curves.logX}
      </label>
      <label>
        {t.curves.smoothing}
        <input
          type="range"
          min="0"
          max={sliderSteps}
          value={stepOf(smoothing)}
          aria-valuetext={smoothing === 0 ? t.curves.off : String(smoothing)}
          onInput={({ currentTarget }) => layout.set({ smoothing: weightOf(Number(currentTarget.value)) })}
        />
        <output class="weight">{smoothing === 0 ? t.curves.off : smoothing}</output>
      </label>
      <span class="spacer" />
      {zoom.value === undefined ? (
        isRunning && <span class="live">{t.curves.live}</span>
      ) : (
        <>
          {isRunning && <span class="paused">{t.curves.paused}</span>}
          <button
            type="button"
            onClick={() => {
              zoom.value = undefined;
            }}
          >
            {t.curves.resetZoom}
          </button>
        </>
      )}
    </div>
  );
}
