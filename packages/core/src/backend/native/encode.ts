import { numel } from '../../shape.ts';
import type { ImprovedCall } from '../improve/fuse-pointwise.ts';
import type { AxisLayout, PickLayout, StepKind } from '../kernels.ts';
import type { Place, PlacedCall, PlacedCallOf } from '../placed-call.ts';
import { codes } from './codes.ts';
import { chainWords } from './encode-chain.ts';
import type { Block } from './memory.ts';

/** Axes that a tensor may have; the same as PyTorch's limit. */
export const MAX_DIMS = 64;

/** Words that any record fits into: four operands of 64 axes, or the step of an optimizer for 32 parameters. */
export const RECORD_WORDS = 1024;

/** Stands for an operand that is left out, and for a code that is none. */
const NONE = -1;

/**
 * Writes kernel calls in the library's form (native/src/record.h): doubles, in which addresses, sizes and codes are exact. One
 * array is used again and again, so that a call allocates nothing.
 *
 * Each operand goes with the extent of its memory, and the library refuses a call that would leave it.
 */
export class Encoder {
  readonly #words: Float64Array;
  #at = 0;

  constructor(words: Float64Array) {
    this.#words = words;
  }

  /** Puts the record, behind the number of its words, at the array's start and returns its length. */
  encode(call: ImprovedCall): number {
    this.#at = 1;
    this.#put(codes.kind[call.kind]);
    switch (call.kind) {
      case 'copy':
      case 'where':
        this.#pointwise(0, 0, 0, call);
        break;
      case 'unary':
      case 'activationBackward':
        this.#pointwise(
          codes.unary[call.attributes.op],
          call.attributes.parameters[0] ?? 0,
          call.attributes.parameters[1] ?? 0,
          call,
        );
        break;
      case 'binary':
        this.#pointwise(codes.binary[call.attributes.op], 0, 0, call);
        break;
      case 'reduce':
      case 'argReduce':
        this.#axis(codes.reduce[call.attributes.op], call.attributes, call);
        break;
      case 'cumsum':
        this.#axis(0, call.attributes, call);
        break;
      case 'argsort':
        this.#axis(call.attributes.descending ? 1 : 0, call.attributes, call);
        break;
      case 'matmul':
        this.#matmul(call);
        break;
      case 'indexSelect':
      case 'indexAdd':
      case 'gather':
      case 'scatterAdd':
        this.#indexing(call.attributes, call);
        break;
      case 'assertRange':
        this.#range(call);
        break;
      case 'softmax':
      case 'softmaxBackward':
        this.#softmax(call);
        break;
      case 'crossEntropy':
      case 'crossEntropyBackward':
        this.#crossEntropy(call);
        break;
      case 'mse':
      case 'mseBackward':
      case 'bce':
      case 'bceBackward':
        this.#loss(call);
        break;
      case 'layerNorm':
        this.#layerNorm(call);
        break;
      case 'layerNormBackward':
        this.#layerNormBackward(call);
        break;
      case 'sgdStep': {
        const { momentum, dampening, nesterov, isFirst } = call.attributes;
        this.#step(call, nesterov, isFirst, momentum, dampening, 0);
        break;
      }
      case 'adamStep': {
        const { beta1, beta2, eps } = call.attributes;
        this.#step(call, false, false, beta1, beta2, eps);
        break;
      }
      case 'rmspropStep': {
        const { alpha, eps, momentum, centered } = call.attributes;
        this.#step(call, centered, false, alpha, eps, momentum);
        break;
      }
      case 'adagradStep':
        this.#step(call, false, false, call.attributes.eps, 0, 0);
        break;
      case 'chain':
        for (const word of chainWords(call)) this.#put(word);
        break;
    }
    this.#words[0] = this.#at <= this.#words.length ? this.#at - 1 : 0;
    return this.#at;
  }

  #put(word: number): void {
    this.#words[this.#at++] = word;
  }

  /** The memory of an operand, and where it begins in it. */
  #place({ storage, dtype, offset }: Place): void {
    const block = storage.handle as Block | undefined;
    this.#put(block === undefined ? NONE : codes.dtype[dtype]);
    if (block === undefined) return;
    this.#put(block.address);
    this.#put(storage.byteLength ?? block.capacity);
    this.#put(offset);
  }

  /** An operand without gaps; one with gaps counts as having no number of elements. */
  #dense(operand: Place | number | undefined): void {
    if (typeof operand !== 'object') {
      this.#put(NONE);
      return;
    }
    const { shape, strides } = operand;
    let count = 1;
    let whole = true;
    for (let d = shape.length - 1; d >= 0; d--) {
      const size = shape[d]!;
      if (size !== 1 && strides[d] !== count && count !== 0 && size !== 0) whole = false;
      count *= size;
    }
    this.#place(operand);
    this.#put(whole ? count : -1);
  }

  #pointwise(op: number, p: number, q: number, { outputs, inputs }: PlacedCall): void {
    const out = outputs[0]!;
    const { shape } = out;
    this.#put(op);
    this.#put(p);
    this.#put(q);
    this.#put(outputs.length === 1 ? inputs.length : NONE);
    this.#put(shape.length);
    for (let d = 0; d < shape.length; d++) this.#put(shape[d]!);
    this.#operand(out, shape);
    for (let i = 0; i < inputs.length; i++) this.#operand(inputs[i]!, shape);
  }

  /** An operand of the output's shape. */
  #operand(operand: Place | number, like: readonly number[]): void {
    if (typeof operand === 'number') {
      this.#put(NONE);
      this.#put(operand);
      return;
    }
    this.#place(operand);
    const { shape, strides } = operand;
    let same = shape.length === like.length && strides.length === like.length;
    for (let d = 0; d < like.length; d++) {
      if (shape[d] !== like[d]) same = false;
      this.#put(strides[d]!);
    }
    // No number is a stride of what has another shape.
    if (!same) this.#put(Number.NaN);
  }

  #axis(op: number, { outer, length, inner }: AxisLayout, { outputs, inputs }: PlacedCall): void {
    this.#put(op);
    this.#put(outer);
    this.#put(length);
    this.#put(inner);
    this.#dense(inputs[0]);
    this.#dense(outputs[0]);
  }

  #matmul({ outputs, inputs, attributes }: PlacedCallOf<'matmul'>): void {
    const { batch, m, n, k, transposeA, transposeB } = attributes;
    this.#put(batch);
    this.#put(m);
    this.#put(n);
    this.#put(k);
    this.#dense(outputs[0]);
    this.#matrix(inputs[0] as Place, batch, transposeA ? k : m, transposeA ? m : k, transposeA);
    this.#matrix(inputs[1] as Place, batch, transposeB ? n : k, transposeB ? k : n, transposeB);
    this.#dense(inputs[2]);
  }

  #matrix(view: Place, batch: number, lines: number, length: number, transposed: boolean): void {
    const { shape, strides } = view;
    const fits =
      shape[0] === batch &&
      shape[1] === lines &&
      shape[2] === length &&
      shape.length === 3 &&
      (length <= 1 || strides[2] === 1);
    this.#place(view);
    this.#put(fits ? strides[0]! : Number.NaN);
    this.#put(strides[1]!);
    this.#put(transposed ? 1 : 0);
  }

  #indexing({ outer, length, inner, count }: PickLayout, { outputs, inputs }: PlacedCall): void {
    this.#put(outer);
    this.#put(length);
    this.#put(inner);
    this.#put(count);
    this.#dense(outputs[0]);
    this.#dense(inputs[0]);
    this.#dense(inputs[1]);
  }

  #range({ inputs, attributes }: PlacedCallOf<'assertRange'>): void {
    const x = inputs[0] as Place;
    this.#put(attributes.low);
    this.#put(attributes.high);
    this.#put(attributes.except);
    this.#put(numel(x.shape));
    this.#dense(x);
  }

  #softmax({ outputs, inputs, attributes }: PlacedCallOf<'softmax' | 'softmaxBackward'>): void {
    this.#put(attributes.log ? 1 : 0);
    this.#put(attributes.outer);
    this.#put(attributes.length);
    this.#put(attributes.inner);
    this.#dense(outputs[0]);
    for (const input of inputs) this.#dense(input);
  }

  #crossEntropy(call: PlacedCallOf<'crossEntropy'> | PlacedCallOf<'crossEntropyBackward'>): void {
    const { outputs, inputs, attributes } = call;
    this.#put(attributes.rows);
    this.#put(attributes.classes);
    this.#put(attributes.ignoreIndex);
    this.#dense(inputs[0]);
    this.#dense(inputs[1]);
    if (call.kind === 'crossEntropy') {
      this.#dense(outputs[1]);
      this.#dense(outputs[0]);
      this.#dense(outputs[2]);
    } else {
      const grad = inputs[2] as Place;
      this.#dense(outputs[0]);
      this.#place(grad);
      this.#put(grad.shape.length === 1 && grad.shape[0] === attributes.rows ? grad.strides[0]! : Number.NaN);
    }
  }

  #loss(call: PlacedCallOf<'mse' | 'mseBackward' | 'bce' | 'bceBackward'>): void {
    this.#put(numel((call.inputs[0] as Place).shape));
    this.#put(call.attributes.divisor);
    this.#dense(call.outputs[0]);
    for (const input of call.inputs) this.#dense(input);
  }

  #layerNorm({ outputs, inputs, attributes }: PlacedCallOf<'layerNorm'>): void {
    const [x, weight, bias] = inputs;
    this.#put(attributes.rows);
    this.#put(attributes.length);
    this.#put(attributes.eps);
    this.#dense(outputs[0]);
    this.#dense(x);
    this.#dense(outputs[1]);
    this.#dense(outputs[2]);
    this.#dense(weight);
    this.#dense(bias);
  }

  #layerNormBackward({ outputs, inputs, attributes }: PlacedCallOf<'layerNormBackward'>): void {
    const [grad, x, mean, rstd, weight] = inputs;
    this.#put(attributes.rows);
    this.#put(attributes.length);
    this.#put(0);
    this.#dense(outputs[0]);
    for (const operand of [x, mean, rstd, weight, grad, outputs[1], outputs[2]]) this.#dense(operand);
  }

  #step(
    { outputs, inputs, attributes }: PlacedCallOf<StepKind>,
    flag: boolean,
    isFirst: boolean,
    p: number,
    q: number,
    r: number,
  ): void {
    const { count, weightDecay, maximize } = attributes;
    const kept = outputs.length / count - 1;
    this.#put(inputs.length === count + 1 ? count : NONE);
    this.#put(kept);
    this.#put(weightDecay);
    this.#put(maximize ? 1 : 0);
    this.#put(flag ? 1 : 0);
    this.#put(isFirst ? 1 : 0);
    this.#put(p);
    this.#put(q);
    this.#put(r);
    this.#dense(inputs[0]);
    for (let i = 0; i < count; i++) {
      const param = outputs[i];
      if (param === undefined) return;
      this.#put(numel(param.shape));
      this.#dense(param);
      this.#dense(inputs[1 + i]);
      for (let group = 1; group <= kept; group++) this.#dense(outputs[group * count + i]);
    }
  }
}
