import type { DType } from '../../dtype.ts';
import type { OpList } from './op-lists.ts';

/** An integer of `least` or more, and of `most` or less: a number of elements, mostly. */
export interface SizeAttribute {
  readonly type: 'size';
  readonly least: number;
  readonly most: number;
}

/** A name out of an op list. */
export interface OpAttribute<O extends string = string> {
  readonly type: 'op';
  /** The list that gives each name its code. */
  readonly list: OpList;
  /** The names that the kind takes. */
  readonly ops: readonly O[];
}

/**
 * What an attribute is. `number` is any number, `flag` a boolean, `parameters` up to {@link MAX_PARAMETERS} numbers. `text` is for messages,
 * and stays on the host.
 */
export type Attribute =
  | SizeAttribute
  | OpAttribute
  | { readonly type: 'number' | 'flag' | 'text' | 'parameters' };

/** Numbers that `parameters` holds. */
export const MAX_PARAMETERS = 2;

export const size = (least = 0, most: number = Number.MAX_SAFE_INTEGER): SizeAttribute => ({
  type: 'size',
  least,
  most,
});
export const op = <const O extends string>(list: OpList, ops: readonly O[]): OpAttribute<O> => ({
  type: 'op',
  list,
  ops,
});
export const number = { type: 'number' } as const;
export const flag = { type: 'flag' } as const;
export const text = { type: 'text' } as const;
export const parameters = { type: 'parameters' } as const;

/**
 * The dtype of an operand. Operands that are declared `any` share one dtype, those declared `float` one float dtype. `result` is bool where
 * the attribute `op` is a predicate, else the shared dtype. `own` is any, whatever the others have.
 */
export type OperandDType = 'any' | 'float' | 'result' | 'own' | readonly DType[];

/** An attribute divided by another one, which leaves no rest. */
export interface Quotient {
  readonly of: string;
  readonly by: string;
}

/**
 * The number of elements along an axis: a number, the name of an attribute, `elements` ({@link KernelDeclaration.elements}), or a
 * quotient of attributes.
 */
export type Extent = number | string | Quotient;

export const quotient = (of: string, by: string): Quotient => ({ of, by });

/**
 * An operand of a kind.
 *
 * - `pointwise`: has the output's shape and any strides.
 * - `dense`: so many elements without gaps, in any shape.
 * - `strided`: has this shape, and any strides.
 * - `matrix`: has this shape; elements of a row are contiguous, rows and matrices lie anywhere. Where the attribute `transposed` is
 *   true, it is stored with its last two axes exchanged.
 * - `tensors`: dense tensors, `count` of them, each with as many elements as the first output of this form in its position.
 */
export interface OperandDeclaration {
  readonly form: 'pointwise' | 'dense' | 'strided' | 'matrix' | 'tensors';
  readonly dtype: OperandDType;
  readonly sizes: readonly Extent[];
  /** Whether a call may leave the operand, and those behind it, out. */
  readonly optional?: true;
  /** Whether a number may stand for all elements. */
  readonly number?: true;
  /** The attribute that tells whether a matrix is stored transposed. */
  readonly transposed?: string;
  /** The attribute that tells, by being true or not 0, whether the operand is there. */
  readonly when?: string;
}

export type PointwiseOperand = OperandDeclaration & { readonly form: 'pointwise' };

/** Any strides and any dtype, or a number. */
export const elements: PointwiseOperand = { form: 'pointwise', dtype: 'own', sizes: [], number: true };
/** A tensor with any strides. */
export const elementsOf = (dtype: OperandDType): PointwiseOperand => ({
  form: 'pointwise',
  dtype,
  sizes: [],
});
export const dense = (dtype: OperandDType, ...sizes: readonly Extent[]): OperandDeclaration => ({
  form: 'dense',
  dtype,
  sizes,
});
export const optional = (operand: OperandDeclaration): OperandDeclaration => ({ ...operand, optional: true });
export const strided = (dtype: OperandDType, ...sizes: readonly Extent[]): OperandDeclaration => ({
  form: 'strided',
  dtype,
  sizes,
});
export const matrix = (
  dtype: OperandDType,
  sizes: readonly [Extent, Extent, Extent],
  transposed: string,
): OperandDeclaration => ({ form: 'matrix', dtype, sizes, transposed });
export const tensors = (when?: string): OperandDeclaration => ({
  form: 'tensors',
  dtype: 'float',
  sizes: [],
  ...(when === undefined ? {} : { when }),
});

/** Windows that move along an axis, by the names of attributes: `count` of them, a `stride` apart, each of `kernel` elements. */
export interface Windows {
  readonly count: string;
  readonly stride: string;
  readonly kernel: string;
  readonly dilation: string;
}

/** Elements from the start of the first window to the end of the last one that engines can count, padding included. */
export const MAX_SPAN = 2 ** 30;

/**
 * A kind of kernel: everything that is the same on all engines. Types, the tables of the passes, the checks of calls, the records of the
 * native engine with their codes, and the headers of the C++ and CUDA sources come from it.
 */
export interface KernelDeclaration {
  readonly attributes: { readonly [name: string]: Attribute };
  /** Operands by name, in the order in which a call has them. */
  readonly outputs: { readonly [name: string]: OperandDeclaration };
  readonly inputs: { readonly [name: string]: OperandDeclaration };
  /** The operand whose elements, which lie without gaps in any shape, the extent `elements` counts. */
  readonly elements?: string;
  /** Windows whose span is to be {@link MAX_SPAN} at most. */
  readonly windows?: readonly Windows[];
  /** An engine may leave the kind out: compositions of others answer then. */
  readonly optional?: true;
  /** Outputs are read as well: what they hold is part of the result. */
  readonly updatesOutputs?: true;
  /** Values of the inputs may make the call fail, and what comes behind it must not have happened then. */
  readonly mayFail?: true;
  /** Other processes take part, and wait for it: it is done whether or not anything reads what it writes. */
  readonly collective?: true;
}

/** Declares a kind, keeping the names of its attributes and operands as types. */
export const kernel = <const D extends KernelDeclaration>(declaration: D): D => declaration;

type ValueOf<A> =
  A extends OpAttribute<infer O>
    ? O
    : A extends { readonly type: 'size' | 'number' }
      ? number
      : A extends { readonly type: 'flag' }
        ? boolean
        : A extends { readonly type: 'text' }
          ? string
          : readonly number[];

/** The attributes of a call of a declared kind. */
export type AttributesOf<D extends KernelDeclaration> = {
  readonly [N in keyof D['attributes']]: ValueOf<D['attributes'][N]>;
};
