/** Ops of `unary`: out ← op(input). A new one is an entry here and a line of arithmetic in each engine. */
export const unaryOps = [
  'neg',
  'abs',
  'sign',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sqrt',
  'rsqrt',
  'square',
  'reciprocal',
  'sin',
  'cos',
  'tanh',
  'sigmoid',
  'erf',
  'relu',
  'leakyRelu',
  'elu',
  'softplus',
  'floor',
  'ceil',
  'round',
  'trunc',
  'exp2',
  'log2',
  'log10',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'asinh',
  'acosh',
  'atanh',
  'erfinv',
  'logicalNot',
] as const;
export type UnaryOp = (typeof unaryOps)[number];

/** Functions whose gradient is a kernel of its own. */
export const activations = ['tanh', 'sigmoid', 'relu', 'leakyRelu', 'elu', 'softplus'] as const;
export type Activation = (typeof activations)[number];

export const arithmeticOps = [
  'add',
  'sub',
  'mul',
  'div',
  'pow',
  'maximum',
  'minimum',
  'atan2',
  'fmod',
  'remainder',
  'floorDivide',
] as const;
export const comparisonOps = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
export const logicalOps = ['logicalAnd', 'logicalOr', 'logicalXor'] as const;
export type ArithmeticOp = (typeof arithmeticOps)[number];
export type ComparisonOp = (typeof comparisonOps)[number];
export type LogicalOp = (typeof logicalOps)[number];
export type BinaryOp = ArithmeticOp | ComparisonOp | LogicalOp;

/** Ops of `binary`: out ← op(a, b). */
export const binaryOps = [...arithmeticOps, ...comparisonOps, ...logicalOps] as const;

export const reduceOps = ['sum', 'prod', 'max', 'min', 'any', 'all'] as const;
export type ReduceOp = (typeof reduceOps)[number];

/** Ops of `recurrence`: what a recurrent layer computes in a step. `tanh` and `relu` are the plain cells. */
export const recurrentCells = ['tanh', 'relu', 'lstm', 'gru'] as const;
export type RecurrentCell = (typeof recurrentCells)[number];

/** The lists by name. An op's code is its position. */
export const opLists = {
  unary: unaryOps,
  binary: binaryOps,
  reduce: reduceOps,
  recurrentCell: recurrentCells,
} as const;
export type OpList = keyof typeof opLists;

/** Parts of a list that a kind of its own works on, by name. Codes are those of the list. */
export const opSubsets = { activation: { list: 'unary', ops: activations } } as const;

/** Ops that write bool, whatever they read. */
export const predicates: ReadonlySet<string> = new Set<UnaryOp | BinaryOp | ReduceOp>([
  'logicalNot',
  ...comparisonOps,
  ...logicalOps,
  'any',
  'all',
]);
