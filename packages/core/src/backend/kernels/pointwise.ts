import { elements, elementsOf, kernel, op, parameters } from './declaration.ts';
import { binaryOps, opSubsets, unaryOps } from './op-lists.ts';

/** out ← input, converted to out's dtype: floats to integers by truncation, anything non-zero to true. */
export const copy = kernel({ attributes: {}, outputs: { out: elements }, inputs: { input: elements } });

/** out ← op(input). `parameters`: leakyRelu [negativeSlope], elu [alpha], softplus [beta, threshold]. */
export const unary = kernel({
  attributes: { op: op('unary', unaryOps), parameters },
  outputs: { out: elements },
  inputs: { input: elements },
});

/** out ← op(a, b). Comparisons and logic write bool. */
export const binary = kernel({
  attributes: { op: op('binary', binaryOps) },
  outputs: { out: elements },
  inputs: { a: elements, b: elements },
});

/** out ← condition ? a : b, with a bool condition. */
export const where = kernel({
  attributes: {},
  outputs: { out: elements },
  inputs: { condition: elementsOf('own'), a: elements, b: elements },
});

/**
 * out ← ∂L/∂x of a function that `unary` computes, with its parameters. `grad` is ∂L/∂y; `saved` is y for tanh, sigmoid and relu, x for the
 * others.
 */
export const activationBackward = kernel({
  optional: true,
  attributes: { op: op('unary', opSubsets.activation.ops), parameters },
  outputs: { out: elementsOf('any') },
  inputs: { grad: elementsOf('any'), saved: elementsOf('any') },
});
