import { nn, noGrad, scope, type Tensor } from '@kindling/core';
import { toBase64 } from '@kindling/core/internal';
import type { SampleEvent } from '../events/event.ts';
import type { ExperimentData } from '../experiment/experiment-data.ts';
import { Residual } from '../layers/residual.ts';
import type { Trainer } from '../trainer/trainer.ts';

/** Pictures of a layer, at most. */
const PICTURES = 64;

/**
 * The kernels of a model's convolutions, and what they make of the first validation or else training image, as samples of pictures:
 * `filters/0` and `feature-maps/1`, where the number is the layer's. Feature maps are those behind the normalization and the activation
 * that follow a convolution. Black is the smallest value of a layer, white the largest.
 */
export function layerPictures(
  { epoch, step }: Pick<Trainer, 'epoch' | 'step'>,
  model: nn.Sequential,
  { train, validation }: Pick<ExperimentData, 'train' | 'validation'>,
): SampleEvent[] {
  const layers = [...model];
  if (!layers.some(isConvolution)) return [];
  const [inputs] = (validation ?? train).tensors;
  const event = (name: string, images: Tensor): SampleEvent[] => pictures(name, images, { epoch, step });
  const wasTraining = model.training;
  model.eval();
  try {
    return scope(() =>
      noGrad(() => {
        const events: SampleEvent[] = [];
        let maps: Tensor | undefined;
        let hidden = inputs.narrow(0, 0, 1);
        for (const [i, layer] of layers.entries()) {
          const output = layer.forward(hidden);
          if (isConvolution(layer)) {
            if (layer instanceof nn.Conv2d) events.push(...event(`filters/${i}`, layer.weight.flatten(0, 1)));
            maps = output;
          } else if (maps !== undefined && `${output.shape}` === `${maps.shape}`) maps = output;
          const next = layers[i + 1];
          if (maps === output && !(next !== undefined && keepsPlace(next))) {
            events.push(...event(`feature-maps/${i}`, output.squeeze(0)));
            maps = undefined;
          }
          hidden = output;
        }
        return events;
      }),
    );
  } finally {
    model.train(wasTraining);
  }
}

const isConvolution = (layer: nn.Module): boolean =>
  layer instanceof nn.Conv2d || layer instanceof nn.ConvTranspose2d || layer instanceof Residual;

/** Whether a layer gives a value for each of its input: a normalization, an activation. */
const keepsPlace = (layer: nn.Module): boolean =>
  layer instanceof nn.BatchNorm2d ||
  layer instanceof nn.ReLU ||
  layer instanceof nn.LeakyReLU ||
  layer instanceof nn.Sigmoid ||
  layer instanceof nn.Tanh ||
  layer instanceof nn.GELU ||
  layer instanceof nn.SiLU ||
  layer instanceof nn.ELU;

/** The first images of a batch [N, height, width], each of one size; none where a value is not finite. */
function pictures(name: string, images: Tensor, at: Pick<SampleEvent, 'epoch' | 'step'>): SampleEvent[] {
  const [count, height, width] = images.shape as [number, number, number];
  const values = images.narrow(0, 0, Math.min(count, PICTURES)).data();
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [least, largest] = [Math.min(least, value), Math.max(largest, value)];
  if (!Number.isFinite(least) || !Number.isFinite(largest)) return [];
  const range = largest - least || 1;
  const bytes = Uint8Array.from(values, (value) => Math.round((255 * (value - least)) / range));
  const pixels = toBase64(bytes);
  return [{ type: 'sample', kind: 'images', name, ...at, height, width, pixels, time: Date.now() }];
}
