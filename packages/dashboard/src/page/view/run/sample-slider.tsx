import type { SampleEvent } from '@kindling/train/events';
import type { Signal } from '@preact/signals';
import { useMessages } from '../context.ts';

/** Chooses among samples of one name by their steps. Nothing chosen is the newest, also as more come. */
export function SampleSlider({
  samples,
  chosen,
}: {
  samples: readonly SampleEvent[];
  chosen: Signal<number | undefined>;
}) {
  const t = useMessages();
  if (samples.length < 2) return null;
  const at = chosen.value ?? samples.length - 1;
  return (
    <label class="sample-slider">
      {t.run.sample}
      <input
        type="range"
        min="0"
        max={samples.length - 1}
        value={at}
        aria-valuetext={t.run.step(samples[at]!.step)}
        onInput={({ currentTarget }) => {
          const index = Number(currentTarget.value);
          chosen.value = index === samples.length - 1 ? undefined : index;
        }}
      />
      <output>{t.run.step(samples[at]!.step)}</output>
    </label>
  );
}

export const chosenSample = <T extends SampleEvent>(samples: readonly T[], chosen: number | undefined): T =>
  samples[chosen ?? samples.length - 1] ?? samples.at(-1)!;
