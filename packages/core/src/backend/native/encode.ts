import { dtypes } from '../../dtype.ts';
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
export const RECORD_WORDS = 512;

/** Tensors that a step keeps of each parameter, at most. */
const MOST_KEPT = 3;

function addressOf({ storage, offset, dtype }: Place): number {
  return (storage.handle as Block).address + offset * dtypes[dtype].bytes;
}

/**
 * Writes kernel calls in the library's form (native/src/record.h): doubles, in which addresses, sizes and codes are exact. One
 * array is used again and again, so that a call allocates nothing.
 */
export class Encoder {
  readonly #words: Float64Array;
  #at = 0;

  constructor(words: Float64Array) {
    this.#words = words;
  }

  /** Puts the record at the array's start and returns its length in words. */
  encode(call: ImprovedCall): number {
    this.#at = 0;
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
    return this.#at;
  }

  #put(word: number): void {
    this.#words[this.#at++] = word;
  }

  /** 0 for an operand that is left out. */
  #address(operand: Place | number | undefined): void {
    this.#put(operand === undefined ? 0 : addressOf(operand as Place));
  }

  #pointwise(op: number, p: number, q: number, { outputs, inputs }: PlacedCall): void {
    const out = outputs[0]!;
    const { shape } = out;
    this.#put(op);
    this.#put(p);
    this.#put(q);
    this.#put(inputs.length);
    this.#put(shape.length);
    for (let d = 0; d < shape.length; d++) this.#put(shape[d]!);
    this.#operand(out);
    for (let i = 0; i < inputs.length; i++) this.#operand(inputs[i]!);
  }

  #operand(operand: Place | number): void {
    if (typeof operand === 'number') {
      this.#put(-1);
      this.#put(operand);
      return;
    }
    this.#put(codes.dtype[operand.dtype]);
    this.#put(addressOf(operand));
    const { strides } = operand;
    for (let d = 0; d < strides.length; d++) this.#put(strides[d]!);
  }

  #axis(op: number, { outer, length, inner }: AxisLayout, { outputs, inputs }: PlacedCall): void {
    const input = inputs[0] as Place;
    this.#put(op);
    this.#put(codes.dtype[input.dtype]);
    this.#put(outer);
    this.#put(length);
    this.#put(inner);
    this.#put(addressOf(outputs[0]!));
    this.#put(addressOf(input));
  }

  #matmul({ outputs, inputs, attributes }: PlacedCallOf<'matmul'>): void {
    const [a, b] = inputs as readonly [Place, Place];
    this.#put(codes.dtype[a.dtype]);
    this.#put(attributes.batch);
    this.#put(attributes.m);
    this.#put(attributes.n);
    this.#put(attributes.k);
    this.#put(addressOf(outputs[0]!));
    this.#matrix(a, attributes.transposeA);
    this.#matrix(b, attributes.transposeB);
    this.#address(inputs[2]);
  }

  #matrix(view: Place, transposed: boolean): void {
    this.#put(addressOf(view));
    this.#put(view.strides[0]!);
    this.#put(view.strides[1]!);
    this.#put(transposed ? 1 : 0);
  }

  #indexing({ outer, length, inner, count }: PickLayout, { outputs, inputs }: PlacedCall): void {
    const source = inputs[0] as Place;
    this.#put(codes.dtype[source.dtype]);
    this.#put(outer);
    this.#put(length);
    this.#put(inner);
    this.#put(count);
    this.#put(addressOf(outputs[0]!));
    this.#put(addressOf(source));
    this.#put(addressOf(inputs[1] as Place));
  }

  #range({ inputs, attributes }: PlacedCallOf<'assertRange'>): void {
    const x = inputs[0] as Place;
    this.#put(codes.dtype[x.dtype]);
    this.#put(numel(x.shape));
    this.#put(attributes.low);
    this.#put(attributes.high);
    this.#put(attributes.except);
    this.#put(addressOf(x));
  }

  #softmax({ outputs, inputs, attributes }: PlacedCallOf<'softmax' | 'softmaxBackward'>): void {
    this.#put(codes.dtype[outputs[0]!.dtype]);
    this.#put(attributes.log ? 1 : 0);
    this.#put(attributes.outer);
    this.#put(attributes.length);
    this.#put(attributes.inner);
    this.#address(outputs[0]);
    for (const input of inputs) this.#address(input);
  }

  #crossEntropy(call: PlacedCallOf<'crossEntropy'> | PlacedCallOf<'crossEntropyBackward'>): void {
    const { outputs, inputs, attributes } = call;
    const [scores, target, grad] = inputs as readonly [Place, Place, Place];
    this.#put(codes.dtype[scores.dtype]);
    this.#put(codes.dtype[target.dtype]);
    this.#put(attributes.rows);
    this.#put(attributes.classes);
    this.#put(attributes.ignoreIndex);
    this.#address(target);
    this.#address(scores);
    if (call.kind === 'crossEntropy') {
      this.#address(outputs[1]);
      this.#address(outputs[0]);
      this.#address(outputs[2]);
    } else {
      this.#address(outputs[0]);
      this.#address(grad);
      this.#put(grad.strides[0] ?? 0);
    }
  }

  #loss(call: PlacedCallOf<'mse' | 'mseBackward' | 'bce' | 'bceBackward'>): void {
    const x = call.inputs[0] as Place;
    this.#put(codes.dtype[x.dtype]);
    this.#put(numel(x.shape));
    this.#put(call.attributes.divisor);
    this.#address(call.outputs[0]);
    for (const input of call.inputs) this.#address(input);
  }

  #layerNorm({ outputs, inputs, attributes }: PlacedCallOf<'layerNorm'>): void {
    const [x, weight, bias] = inputs;
    this.#put(codes.dtype[outputs[0]!.dtype]);
    this.#put(attributes.rows);
    this.#put(attributes.length);
    this.#put(attributes.eps);
    this.#address(outputs[0]);
    this.#address(x);
    this.#address(outputs[1]);
    this.#address(outputs[2]);
    this.#address(weight);
    this.#address(bias);
  }

  #layerNormBackward({ outputs, inputs, attributes }: PlacedCallOf<'layerNormBackward'>): void {
    const [grad, x, mean, rstd, weight] = inputs;
    this.#put(codes.dtype[outputs[0]!.dtype]);
    this.#put(attributes.rows);
    this.#put(attributes.length);
    this.#put(0);
    this.#address(outputs[0]);
    for (const operand of [x, mean, rstd, weight, grad, outputs[1], outputs[2]]) this.#address(operand);
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
    this.#put(codes.dtype[outputs[0]!.dtype]);
    this.#put(count);
    this.#put(weightDecay);
    this.#put(maximize ? 1 : 0);
    this.#put(flag ? 1 : 0);
    this.#put(isFirst ? 1 : 0);
    this.#put(p);
    this.#put(q);
    this.#put(r);
    this.#address(inputs[0]);
    for (let i = 0; i < count; i++) {
      this.#put(numel(outputs[i]!.shape));
      this.#address(outputs[i]);
      this.#address(inputs[1 + i]);
      for (let kept = 1; kept <= MOST_KEPT; kept++) this.#address(outputs[kept * count + i]);
    }
  }
}
