import { predictionGrid, type SampleEvent } from '@kindling/train/events';
import { useSignal } from '@preact/signals';
import { boundaryChart } from '../../samples/boundary.ts';
import { byName, type Sample, samplesOf } from '../../samples/sample-kind.ts';
import { useMessages } from '../context.ts';
import { ChartView } from './chart-view.tsx';
import { drawn } from './drawn.tsx';
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

interface BoundaryProps {
  readonly name: string;
  readonly samples: readonly Sample<'predictions'>[];
  readonly all: readonly SampleEvent[];
}

function Boundary({ name, samples, all }: BoundaryProps) {
  const t = useMessages();
  const chosen = useSignal<number | undefined>(undefined);
  const sample = chosenSample(samples, chosen.value);
  const title = sampleTitle(t, t.tabs.boundary, name, sample.step);
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
          />
        ),
      )}
    </section>
  );
}
