import type { nn } from '@kindling/core';
import { clipGradNorm, clipGradValue } from '../clip.ts';

/** A bound on the total norm of gradients, or on each of their elements. */
export type Clip = { readonly norm: number } | { readonly value: number };

/** Bounds the gradients of a model before an update. */
export function clipGradients(model: nn.Module, clip: Clip | undefined): void {
  if (clip === undefined) return;
  if ('norm' in clip) clipGradNorm(model.parameters(), clip.norm);
  else clipGradValue(model.parameters(), clip.value);
}
