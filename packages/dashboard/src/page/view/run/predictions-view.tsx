import { predictionGrid } from '@kindling/train/events';
import { useSignal } from '@preact/signals';
import { predictionChart, rowCount, scoreChart } from '../../samples/prediction-chart.ts';
import { byName, type Sample, samplesOf } from '../../samples/sample-kind.ts';
import { useMessages } from '../context.ts';
import { ChartView } from './chart-view.tsx';
import { drawn } from './drawn.tsx';
import { NumberTable } from './number-table.tsx';
import type { RunViewProps } from './run-tab.tsx';
import { chosenSample, SampleSlider } from './sample-slider.tsx';
import { sampleTitle } from './sample-title.ts';

export function PredictionsView({ data }: RunViewProps) {
  const groups = byName<'predictions'>(
    samplesOf(data.samples, 'predictions').filter((sample) => !predictionGrid(sample)),
  );
  return (
    <>
      {[...groups].map(([name, samples]) => (
        <Predictions key={name} name={name} samples={samples} />
      ))}
    </>
  );
}

function Predictions({ name, samples }: { name: string; samples: readonly Sample<'predictions'>[] }) {
  const t = useMessages();
  const chosen = useSignal<number | undefined>(undefined);
  const row = useSignal(0);
  const sample = chosenSample(samples, chosen.value);
  const rows = rowCount(sample);
  const hasScores = Object.keys(sample.prediction).length > 1;
  const title = sampleTitle(t, t.tabs.predictions, name, sample.step);
  const at = Math.min(row.value, rows - 1);
  return (
    <section class="sample">
      <div class="toolbar">
        <SampleSlider samples={samples} chosen={chosen} />
        {hasScores && rows > 1 && (
          <label class="sample-slider">
            #
            <input
              type="range"
              min="0"
              max={rows - 1}
              value={at}
              onInput={({ currentTarget }) => {
                row.value = Number(currentTarget.value);
              }}
            />
            <output>{at}</output>
          </label>
        )}
      </div>
      {drawn(
        t,
        [sample, at, t.languageName],
        () => (hasScores ? scoreChart(sample, at, t.charts) : predictionChart(sample, t.charts)),
        (chart) => (
          <ChartView
            name={title}
            summary={chart.title?.subtext ?? ''}
            chart={chart}
            height={440}
            maxWidth={900}
            table={<PredictionTable sample={sample} />}
          />
        ),
      ) ?? <PredictionTable sample={sample} />}
    </section>
  );
}

const maxRows = 200;

function PredictionTable({ sample }: { sample: Sample<'predictions'> }) {
  const t = useMessages();
  const columns = [
    ...Object.entries(sample.input),
    ...Object.entries(sample.target).map(([name, values]) => [`${name} (${t.run.target})`, values] as const),
    ...Object.entries(sample.prediction).map(
      ([name, values]) => [`${name} (${t.run.prediction})`, values] as const,
    ),
  ];
  const rows = Array.from({ length: Math.min(maxRows, rowCount(sample)) }, (_, i) => [
    i,
    ...columns.map(([, values]) => values[i] ?? Number.NaN),
  ]);
  return <NumberTable heads={['#', ...columns.map(([name]) => name)]} rows={rows} />;
}
