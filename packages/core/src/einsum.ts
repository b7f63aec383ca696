import { assertTensor, describe } from './arguments.ts';
import { ArgumentError, formatShape, ShapeError } from './errors.ts';
import { numel } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** A tensor whose axes have names. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/** Names of the axes that an ellipsis stands for, counted from the last: no letter has them. */
const ellipsisLabels = (count: number): string[] => Array.from({ length: count }, (_, i) => `.${count - i}`);

const fail = (equation: string, problem: string): never => {
  throw new ArgumentError(`einsum: expected ${problem}, got ${describe(equation)}`);
};

function labelsOf(equation: string, term: string, ndim: number): string[] {
  const parts = term.split('...');
  if (parts.length > 2 || !/^[A-Za-z]*$/.test(parts.join(''))) {
    return fail(equation, 'terms of letters and at most one ellipsis');
  }
  const letters = parts.join('').length;
  if (parts.length === 1 ? letters !== ndim : letters > ndim) {
    throw new ShapeError(`einsum: expected a tensor of ${letters} dims for ${describe(term)}, got ${ndim}`);
  }
  return parts.length === 1 ? [...term] : [...parts[0]!, ...ellipsisLabels(ndim - letters), ...parts[1]!];
}

/** The diagonal over axes of one name, the axis last. */
function withoutRepeats({ tensor, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, d) => labels.indexOf(label) < d);
  if (second < 0) return { tensor, labels };
  const first = labels.indexOf(labels[second]!);
  if (tensor.shape[first] !== tensor.shape[second]) {
    throw new ShapeError(
      `einsum: expected equal sizes for ${labels[second]}, got shape ${formatShape(tensor.shape)}`,
    );
  }
  const rest = labels.filter((_, d) => d !== first && d !== second);
  return withoutRepeats({ tensor: tensor.diagonal(0, first, second), labels: [...rest, labels[second]!] });
}

/** Sums the axes whose names are not asked for. */
function summed({ tensor, labels }: Labelled, kept: ReadonlySet<string>): Labelled {
  const axes = [...labels.keys()].filter((d) => !kept.has(labels[d]!));
  if (axes.length === 0) return { tensor, labels };
  return { tensor: tensor.sum(axes), labels: labels.filter((label) => kept.has(label)) };
}

/** The product of two tensors, as one matrix product: of their common axes, those that are still wanted count matrices. */
function contracted(a: Labelled, b: Labelled, wanted: ReadonlySet<string>): Labelled {
  const left = summed(a, new Set([...wanted, ...b.labels]));
  const right = summed(b, new Set([...wanted, ...a.labels]));
  const common = left.labels.filter((label) => right.labels.includes(label));
  const batch = common.filter((label) => wanted.has(label));
  const inner = common.filter((label) => !wanted.has(label));
  const only = (x: Labelled): string[] => x.labels.filter((label) => !common.includes(label));
  const sizes = sizesOf([left, right]);
  const counts = (labels: readonly string[]): number => numel(labels.map((label) => sizes.get(label)!));
  const matrices = (x: Labelled, rows: readonly string[], columns: readonly string[]): Tensor =>
    ordered(x, [...batch, ...rows, ...columns], sizes).reshape([
      counts(batch),
      counts(rows),
      counts(columns),
    ]);
  const product = matrices(left, only(left), inner).matmul(matrices(right, inner, only(right)));
  const labels = [...batch, ...only(left), ...only(right)];
  return { tensor: product.reshape(labels.map((label) => sizes.get(label)!)), labels };
}

/** The size of each name; of an ellipsis, 1 broadcasts. */
function sizesOf(operands: readonly Labelled[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { tensor, labels } of operands) {
    labels.forEach((label, d) => {
      const size = tensor.shape[d]!;
      const before = sizes.get(label) ?? size;
      if (before !== size && before !== 1 && size !== 1) {
        throw new ShapeError(`einsum: expected equal sizes for ${label}, got ${before} and ${size}`);
      }
      sizes.set(label, before === 1 ? size : before);
    });
  }
  return sizes;
}

/** The axes in an order of names, expanded to their sizes. */
function ordered(
  { tensor, labels }: Labelled,
  order: readonly string[],
  sizes: ReadonlyMap<string, number>,
): Tensor {
  return tensor
    .permute(order.map((label) => labels.indexOf(label)))
    .expand(order.map((label) => sizes.get(label)!));
}

/**
 * Sums of products by the names of axes: `einsum('ij,jk->ik', a, b)` is the matrix product. Names that the result lacks are summed; left
 * out, the result has the names that occur once, in order of the alphabet. An ellipsis stands for any axes, which broadcast.
 *
 * @throws {ArgumentError} for an equation that is none, {@link ShapeError} where sizes or ranks do not fit it.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.einsum.html
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  if (typeof equation !== 'string') return fail(equation, 'an equation');
  operands.forEach((operand, i) => {
    assertTensor('einsum', `operand ${i}`, operand);
  });
  const [inputs, output, ...more] = equation.replaceAll(' ', '').split('->');
  const terms = inputs!.split(',');
  if (more.length > 0 || terms.length !== operands.length || operands.length === 0) {
    return fail(equation, `a term for each of ${operands.length} tensors`);
  }
  const given = terms.map((term, i) =>
    withoutRepeats({ tensor: operands[i]!, labels: labelsOf(equation, term, operands[i]!.ndim) }),
  );
  const sizes = sizesOf(given);
  const dots = [...sizes.keys()].filter((label) => label.startsWith('.')).length;
  const letters = inputs!.replace(/[^A-Za-z]/g, '');
  const once = [...new Set(letters)].filter((letter) => letters.split(letter).length === 2).sort();
  const wanted =
    output === undefined
      ? [...ellipsisLabels(dots), ...once]
      : labelsOf(
          equation,
          output,
          output.includes('...') ? output.replace('...', '').length + dots : output.length,
        );
  if (new Set(wanted).size < wanted.length || wanted.some((label) => !sizes.has(label))) {
    return fail(equation, 'a result of names that occur before it, each once');
  }
  let product = given[0]!;
  for (let i = 1; i < given.length; i++) {
    const later = given.slice(i + 1).flatMap(({ labels }) => labels);
    product = contracted(product, given[i]!, new Set([...wanted, ...later]));
  }
  return ordered(summed(product, new Set(wanted)), wanted, sizes);
}
