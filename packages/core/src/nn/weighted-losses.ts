import { assertTensor } from '../arguments.ts';
import { checkOptions } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { Buffer } from './buffer.ts';
import * as functional from './functional.ts';
import { Module } from './module.ts';

/* Losses with weights, which move with the module and are in its state. Formulas, shapes and errors stand with the functions in `functional`. */

function bufferOf(owner: string, name: string, weight: Tensor | undefined): Buffer | undefined {
  if (weight === undefined) return undefined;
  assertTensor(owner, name, weight);
  return new Buffer(weight);
}

/** −w(y ln x + (1 − y) ln(1 − x)), for probabilities x, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.BCELoss.html */
export class BCELoss extends Module<[input: Tensor, target: Tensor]> {
  readonly options: Omit<functional.BinaryCrossEntropyOptions, 'weight'>;
  readonly weight: Buffer | undefined;

  constructor(options: functional.BinaryCrossEntropyOptions = {}) {
    super();
    const { weight, ...rest } = checkOptions('BCELoss', options, {
      weight: true,
      reduction: true,
    });
    this.options = rest;
    this.weight = bufferOf('BCELoss', 'weight', weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { options, weight } = this;
    return functional.binaryCrossEntropy(input, target, { ...options, weight });
  }
}

/** −w(p·y ln σ(x) + (1 − y) ln(1 − σ(x))), for logits x, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.BCEWithLogitsLoss.html */
export class BCEWithLogitsLoss extends Module<[input: Tensor, target: Tensor]> {
  readonly options: Omit<functional.BinaryCrossEntropyWithLogitsOptions, 'weight' | 'posWeight'>;
  readonly weight: Buffer | undefined;
  readonly posWeight: Buffer | undefined;

  constructor(options: functional.BinaryCrossEntropyWithLogitsOptions = {}) {
    super();
    const { weight, posWeight, ...rest } = checkOptions('BCEWithLogitsLoss', options, {
      weight: true,
      posWeight: true,
      reduction: true,
    });
    this.options = rest;
    this.weight = bufferOf('BCEWithLogitsLoss', 'weight', weight);
    this.posWeight = bufferOf('BCEWithLogitsLoss', 'posWeight', posWeight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { options, weight, posWeight } = this;
    return functional.binaryCrossEntropyWithLogits(input, target, { ...options, weight, posWeight });
  }
}

/** −w_y x_y for the true class y, for log-probabilities x, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.NLLLoss.html */
export class NLLLoss extends Module<[input: Tensor, target: Tensor]> {
  readonly options: Omit<functional.ClassLossOptions, 'weight'>;
  readonly weight: Buffer | undefined;

  constructor(options: functional.ClassLossOptions = {}) {
    super();
    const { weight, ...rest } = checkOptions('NLLLoss', options, {
      weight: true,
      ignoreIndex: true,
      reduction: true,
    });
    this.options = rest;
    this.weight = bufferOf('NLLLoss', 'weight', weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { options, weight } = this;
    return functional.nllLoss(input, target, { ...options, weight });
  }
}

/** −w_y ln softmax(x)_y for the true class y, for logits x, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.CrossEntropyLoss.html */
export class CrossEntropyLoss extends Module<[input: Tensor, target: Tensor]> {
  readonly options: Omit<functional.CrossEntropyOptions, 'weight'>;
  readonly weight: Buffer | undefined;

  constructor(options: functional.CrossEntropyOptions = {}) {
    super();
    const { weight, ...rest } = checkOptions('CrossEntropyLoss', options, {
      weight: true,
      ignoreIndex: true,
      reduction: true,
      labelSmoothing: true,
    });
    this.options = rest;
    this.weight = bufferOf('CrossEntropyLoss', 'weight', weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { options, weight } = this;
    return functional.crossEntropy(input, target, { ...options, weight });
  }
}

/** Σ_{i ≠ y} w_y·max(0, margin − x_y + x_i)ᵖ / C for the true class y, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MultiMarginLoss.html */
export class MultiMarginLoss extends Module<[input: Tensor, target: Tensor]> {
  readonly options: Omit<functional.MultiMarginLossOptions, 'weight'>;
  readonly weight: Buffer | undefined;

  constructor(options: functional.MultiMarginLossOptions = {}) {
    super();
    const { weight, ...rest } = checkOptions('MultiMarginLoss', options, {
      p: true,
      margin: true,
      weight: true,
      reduction: true,
    });
    this.options = rest;
    this.weight = bufferOf('MultiMarginLoss', 'weight', weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { options, weight } = this;
    return functional.multiMarginLoss(input, target, { ...options, weight });
  }
}

/** −w(y ln σ(x) + (1 − y) ln(1 − σ(x))), its mean over classes, reduced. Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.MultiLabelSoftMarginLoss.html */
export class MultiLabelSoftMarginLoss extends Module<[input: Tensor, target: Tensor]> {
  readonly options: Omit<functional.MultiLabelSoftMarginLossOptions, 'weight'>;
  readonly weight: Buffer | undefined;

  constructor(options: functional.MultiLabelSoftMarginLossOptions = {}) {
    super();
    const { weight, ...rest } = checkOptions('MultiLabelSoftMarginLoss', options, {
      weight: true,
      reduction: true,
    });
    this.options = rest;
    this.weight = bufferOf('MultiLabelSoftMarginLoss', 'weight', weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { options, weight } = this;
    return functional.multilabelSoftMarginLoss(input, target, { ...options, weight });
  }
}
