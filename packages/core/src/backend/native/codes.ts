import { type DType, dtypes } from '../../dtype.ts';
import { type OpList, opLists } from '../kernels/op-lists.ts';
import { type KernelKind, kernels } from '../kernels.ts';

/** The numbers that stand for names in records: positions in these lists, which the library is compiled with. */
const numbered = <K extends string>(names: readonly K[]): { readonly [N in K]: number } =>
  Object.fromEntries(names.map((name, i) => [name, i])) as { [N in K]: number };

/** Kinds that the library has besides the declared ones (native/src/record.h). */
const nativeKinds = ['fusedPointwise', 'stepOfProducts', 'columnTotals', 'lines', 'sharedTasks'] as const;
type NativeKind = KernelKind | (typeof nativeKinds)[number];

const kinds = [...Object.keys(kernels), ...nativeKinds] as NativeKind[];
const dtypeNames = Object.keys(dtypes) as DType[];

export const codes: {
  readonly dtype: { readonly [D in DType]: number };
  readonly kind: { readonly [K in NativeKind]: number };
} & { readonly [L in OpList]: { readonly [O in (typeof opLists)[L][number]]: number } } = {
  dtype: numbered(dtypeNames),
  kind: numbered(kinds),
  unary: numbered(opLists.unary),
  binary: numbered(opLists.binary),
  reduce: numbered(opLists.reduce),
  recurrentCell: numbered(opLists.recurrentCell),
};

/** All lists as one line of text, as the library's `kd_codes` gives its own. */
export const codesText: string = [dtypeNames, kinds, ...Object.values(opLists)]
  .map((names) => names.map((name) => `${name} `).join(''))
  .join('| ');
