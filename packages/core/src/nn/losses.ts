import { checkOptions, type OptionNames } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import * as functional from './functional.ts';
import { Module } from './module.ts';

/* Formulas, shapes and errors stand with the functions in `functional`. */

/** A loss of tensors, with the options of the function that computes it. */
abstract class Loss<
  Options extends object,
  Inputs extends readonly Tensor[] = [input: Tensor, target: Tensor],
> extends Module<Inputs> {
  readonly options: Options;

  constructor(name: string, options: Options, names: OptionNames<Options>) {
    super();
    this.options = { ...checkOptions(name, options, names) };
  }
}

/** (x − y)², reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MSELoss.html */
export class MSELoss extends Loss<functional.LossOptions> {
  constructor(options: functional.LossOptions = {}) {
    super('MSELoss', options, { reduction: true });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return functional.mseLoss(input, target, this.options);
  }
}

/** |x − y|, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.L1Loss.html */
export class L1Loss extends Loss<functional.LossOptions> {
  constructor(options: functional.LossOptions = {}) {
    super('L1Loss', options, { reduction: true });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return functional.l1Loss(input, target, this.options);
  }
}

/** ½d² where |d| < δ, else δ(|d| − ½δ), for d = x − y, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.HuberLoss.html */
export class HuberLoss extends Loss<functional.HuberLossOptions> {
  constructor(options: functional.HuberLossOptions = {}) {
    super('HuberLoss', options, { delta: true, reduction: true });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return functional.huberLoss(input, target, this.options);
  }
}

/** ½d²/β where |d| < β, else |d| − ½β, for d = x − y, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.SmoothL1Loss.html */
export class SmoothL1Loss extends Loss<functional.SmoothL1LossOptions> {
  constructor(options: functional.SmoothL1LossOptions = {}) {
    super('SmoothL1Loss', options, { beta: true, reduction: true });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return functional.smoothL1Loss(input, target, this.options);
  }
}

/** y(ln y − x), reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.KLDivLoss.html */
export class KLDivLoss extends Loss<functional.KLDivOptions> {
  constructor(options: functional.KLDivOptions = {}) {
    super('KLDivLoss', options, { logTarget: true, reduction: true });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return functional.klDiv(input, target, this.options);
  }
}

/** x where y is 1, max(0, margin − x) where it is −1, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.HingeEmbeddingLoss.html */
export class HingeEmbeddingLoss extends Loss<functional.MarginLossOptions> {
  constructor(options: functional.MarginLossOptions = {}) {
    super('HingeEmbeddingLoss', options, { margin: true, reduction: true });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return functional.hingeEmbeddingLoss(input, target, this.options);
  }
}

/** eˣ − y·x, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.PoissonNLLLoss.html */
export class PoissonNLLLoss extends Loss<functional.PoissonNLLLossOptions> {
  constructor(options: functional.PoissonNLLLossOptions = {}) {
    super('PoissonNLLLoss', options, { logInput: true, full: true, eps: true, reduction: true });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return functional.poissonNllLoss(input, target, this.options);
  }
}

/** max(0, −y(x₁ − x₂) + margin), reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MarginRankingLoss.html */
export class MarginRankingLoss extends Loss<
  functional.MarginLossOptions,
  [input1: Tensor, input2: Tensor, target: Tensor]
> {
  constructor(options: functional.MarginLossOptions = {}) {
    super('MarginRankingLoss', options, { margin: true, reduction: true });
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return functional.marginRankingLoss(input1, input2, target, this.options);
  }
}

/** 1 − cos(x₁, x₂) where y is 1, max(0, cos(x₁, x₂) − margin) where it is −1, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.CosineEmbeddingLoss.html */
export class CosineEmbeddingLoss extends Loss<
  functional.MarginLossOptions,
  [input1: Tensor, input2: Tensor, target: Tensor]
> {
  constructor(options: functional.MarginLossOptions = {}) {
    super('CosineEmbeddingLoss', options, { margin: true, reduction: true });
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return functional.cosineEmbeddingLoss(input1, input2, target, this.options);
  }
}

/** max(0, d(anchor, positive) − d(anchor, negative) + margin), reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.TripletMarginLoss.html */
export class TripletMarginLoss extends Loss<
  functional.TripletMarginLossOptions,
  [anchor: Tensor, positive: Tensor, negative: Tensor]
> {
  constructor(options: functional.TripletMarginLossOptions = {}) {
    super('TripletMarginLoss', options, { margin: true, p: true, eps: true, swap: true, reduction: true });
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return functional.tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

/** ½(ln v + (x − y)²/v), reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.GaussianNLLLoss.html */
export class GaussianNLLLoss extends Loss<
  functional.GaussianNLLLossOptions,
  [input: Tensor, target: Tensor, variance: Tensor]
> {
  constructor(options: functional.GaussianNLLLossOptions = {}) {
    super('GaussianNLLLoss', options, { full: true, eps: true, reduction: true });
  }

  forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    return functional.gaussianNllLoss(input, target, variance, this.options);
  }
}

/** ln(1 + e^(−y·x)), reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.SoftMarginLoss.html */
export class SoftMarginLoss extends Loss<functional.LossOptions> {
  constructor(options: functional.LossOptions = {}) {
    super('SoftMarginLoss', options, { reduction: true });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return functional.softMarginLoss(input, target, this.options);
  }
}

/** Σ_j Σ_i max(0, 1 − (x_j − x_i)) / C for true classes j and others i, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MultiLabelMarginLoss.html */
export class MultiLabelMarginLoss extends Loss<functional.LossOptions> {
  constructor(options: functional.LossOptions = {}) {
    super('MultiLabelMarginLoss', options, { reduction: true });
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return functional.multilabelMarginLoss(input, target, this.options);
  }
}

/** max(0, d(anchor, positive) − d(anchor, negative) + margin) for a distance d of one's own, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.TripletMarginWithDistanceLoss.html */
export class TripletMarginWithDistanceLoss extends Loss<
  functional.TripletMarginWithDistanceLossOptions,
  [anchor: Tensor, positive: Tensor, negative: Tensor]
> {
  constructor(options: functional.TripletMarginWithDistanceLossOptions = {}) {
    super('TripletMarginWithDistanceLoss', options, {
      distanceFunction: true,
      margin: true,
      swap: true,
      reduction: true,
    });
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return functional.tripletMarginWithDistanceLoss(anchor, positive, negative, this.options);
  }
}
