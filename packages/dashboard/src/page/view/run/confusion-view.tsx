import { confusionMatrix } from '@kindling/viz';
import { useSignal } from '@preact/signals';
import { byName, type Sample, samplesOf } from '../../samples/sample-kind.ts';
import { useMessages } from '../context.ts';
import { ChartView } from './chart-view.tsx';
import { drawn } from './drawn.tsx';
import { NumberTable } from './number-table.tsx';
import type { RunViewProps } from './run-tab.tsx';
import { chosenSample, SampleSlider } from './sample-slider.tsx';
import { sampleTitle } from './sample-title.ts';

export function ConfusionView({ data }: RunViewProps) {
  const groups = byName<'confusionMatrix'>(samplesOf(data.samples, 'confusionMatrix'));
  return (
    <>
      {[...groups].map(([name, samples]) => (
        <ConfusionMatrix key={name} name={name} samples={samples} />
      ))}
    </>
  );
}

const percents = ['counts', 'row', 'column'] as const;

function ConfusionMatrix({ name, samples }: { name: string; samples: readonly Sample<'confusionMatrix'>[] }) {
  const t = useMessages();
  const chosen = useSignal<number | undefined>(undefined);
  const percent = useSignal<(typeof percents)[number]>('counts');
  const sample = chosenSample(samples, chosen.value);
  const { counts, classes } = sample;
  const title = sampleTitle(t, t.tabs.confusion, name, sample.step);
  const texts = { counts: t.run.counts, row: t.run.ofTarget, column: t.run.ofPrediction };
  return (
    <section class="sample">
      <div class="toolbar">
        <label>
          {t.run.show}
          <select
            value={percent.value}
            onChange={({ currentTarget }) => {
              percent.value = currentTarget.value as (typeof percents)[number];
            }}
          >
            {percents.map((one) => (
              <option key={one} value={one}>
                {texts[one]}
              </option>
            ))}
          </select>
        </label>
        <SampleSlider samples={samples} chosen={chosen} />
      </div>
      {drawn(
        t,
        [sample, percent.value, t.languageName],
        () =>
          confusionMatrix(
            { counts, classes },
            { texts: t.charts, ...(percent.value === 'counts' ? {} : { percent: percent.value }) },
          ),
        (chart) => (
          <ChartView
            name={title}
            summary={chart.title?.subtext ?? ''}
            chart={chart}
            height={Math.min(720, 220 + 44 * classes.length)}
            maxWidth={Math.min(820, 300 + 48 * classes.length)}
            table={
              <NumberTable
                heads={[`${t.run.target} \\ ${t.run.prediction}`, ...classes]}
                rows={counts.map((row, i) => [classes[i] ?? String(i), ...row])}
              />
            }
          />
        ),
      )}
    </section>
  );
}
