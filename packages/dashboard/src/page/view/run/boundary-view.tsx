import { predictionGrid, type SampleEvent } from '@kindling/train/events';
import { useSignal } from '@preact/signals';
import { boundaryChart } from '../../samples/boundary.ts';
import { byName, type Sample, samplesOf } from '../../samples/sample-kind.ts';
import { useMessages } from '../context.ts';
import { ChartView } from './chart-view.tsx';
import { drawn } from './drawn.tsx';
import { NumberTable } from './number-table.tsx';
import type { RunViewProps } from './run-tab.tsx';
import { chosenSample, SampleSlider } from './sample-slider.tsx';
import { sampleTitle } from './sample-title.ts';

export function BoundaryView({ data }: RunViewProps) {
  const samples = samplesOf(data.samples, 'predictions').filter((sample) => predictionGrid(sample));
  return (
    <>
      {[...byName<'predictions'>(samples)].map(([name, own]) => (
        <Boundary key={name} name={name} samples={own} all={data.samples} />
      ))}
    </>
  );
}

/** What runs of experiments call it. */
const usualName = 'boundary';

interface BoundaryProps {
  readonly name: string;
  readonly samples: readonly Sample<'predictions'>[];
  readonly all: readonly SampleEvent[];
}

function Boundary({ name, samples, all }: BoundaryProps) {
  const t = useMessages();
  const chosen = useSignal<number | undefined>(undefined);
  const sample = chosenSample(samples, chosen.value);
  const title = sampleTitle(t, t.tabs.boundary, name === usualName ? '' : name, sample.step);
  return (
    <section class="sample">
      <div class="toolbar">
        <SampleSlider samples={samples} chosen={chosen} />
      </div>
      {drawn(
        t,
        [sample, t.languageName, all.length],
        () => boundaryChart(sample, all, t.charts),
        (chart) => (
          <ChartView
            name={title}
            summary={chart.title?.subtext ?? ''}
            chart={chart}
            height={520}
            maxWidth={680}
            table={<GridTable sample={sample} />}
          />
        ),
      )}
    </section>
  );
}

/** The scores of the grid, the first input across, the second up. */
function GridTable({ sample }: { sample: Sample<'predictions'> }) {
  const grid = predictionGrid(sample);
  if (grid === undefined) return null;
  const { x, y, scores, inputs } = grid;
  const rows = y.map((value, row) => [value, ...scores.slice(row * x.length, (row + 1) * x.length)]);
  return <NumberTable heads={[`${inputs[1]} \\ ${inputs[0]}`, ...x.map(String)]} rows={rows.toReversed()} />;
}
