import { keep, type nn, noGrad, scope } from '@kindling/core';

/** Puts other weights into a model, and returns what puts its own back. Without any, nothing changes. */
export function swapWeights(model: nn.Module, weights: nn.StateDict | undefined): () => void {
  if (weights === undefined) return () => {};
  const own = noGrad(() =>
    Object.entries(model.stateDict()).map(([name, value]) => [name, keep(value.clone())] as const),
  );
  scope(() => model.loadStateDict(weights));
  return () => {
    scope(() => model.loadStateDict(Object.fromEntries(own)));
    for (const [, value] of own) value.dispose();
  };
}
