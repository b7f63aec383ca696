import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type SampleImage, sampleImages } from '../../samples/images.ts';
import { byName, type Sample, samplesOf } from '../../samples/sample-kind.ts';
import { useMessages } from '../context.ts';
import type { RunViewProps } from './run-tab.tsx';
import { chosenSample, SampleSlider } from './sample-slider.tsx';
import { sampleTitle } from './sample-title.ts';

const maxShown = 64;

export function ImagesView({ data }: RunViewProps) {
  const groups = byName<'images'>(samplesOf(data.samples, 'images'));
  const classes = samplesOf(data.samples, 'confusionMatrix').at(-1)?.classes;
  return (
    <>
      {[...groups].map(([name, samples]) => (
        <Images key={name} name={name} samples={samples} classes={classes} />
      ))}
    </>
  );
}

interface ImagesProps {
  readonly name: string;
  readonly samples: readonly Sample<'images'>[];
  readonly classes: readonly string[] | undefined;
}

/** Images with their labels and predictions, wrong ones first. */
function Images({ name, samples, classes }: ImagesProps) {
  const t = useMessages();
  const chosen = useSignal<number | undefined>(undefined);
  const isAll = useSignal(false);
  const sample = chosenSample(samples, chosen.value);
  const images = useMemo(() => sampleImages(sample), [sample]);
  const wrong = images.filter(({ isWrong }) => isWrong).length;
  const isJudged = images.some(({ isWrong }) => isWrong !== undefined);
  const shown = isAll.value ? images : images.slice(0, maxShown);
  const nameOf = (index: number) => classes?.[index] ?? String(index);
  return (
    <section class="sample">
      <div class="toolbar">
        <h2>{sampleTitle(t, t.tabs.images, name, sample.step)}</h2>
        <span>
          {shown.length < images.length && `${t.run.images(shown.length, images.length)} `}
          {isJudged && t.run.wrong(wrong, images.length)}
        </span>
        <SampleSlider samples={samples} chosen={chosen} />
        {shown.length < images.length && (
          <button
            type="button"
            onClick={() => {
              isAll.value = true;
            }}
          >
            {t.run.showAll}
          </button>
        )}
      </div>
      <ul class="images">
        {shown.map((image) => (
          <li key={image.index} class={image.isWrong ? 'wrong' : ''}>
            <Picture image={image} width={sample.width} height={sample.height} />
            {image.label !== undefined && <span>{t.run.label(nameOf(image.label))}</span>}
            {image.prediction !== undefined && (
              <span class="predicted">
                {image.isWrong && <span aria-hidden="true">× </span>}
                {t.run.predicted(nameOf(image.prediction))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Picture({ image, width, height }: { image: SampleImage; width: number; height: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(new ImageData(image.rgba, width, height), 0, 0);
  }, [image, width, height]);
  // Small images are enlarged by whole pixels.
  const scale = Math.max(1, Math.floor(96 / Math.max(width, height)));
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      role="img"
      aria-label={`#${image.index}`}
      style={{ width: `${scale * width}px`, height: `${scale * height}px` }}
    />
  );
}
