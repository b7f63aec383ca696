import type { Tensor } from '../tensor.ts';

/** PyTorch's print options: 4 digits, a summary over 1000 elements with 3 at each edge, 80 columns. */
const precision = 4;
const threshold = 1000;
const edgeItems = 3;
const lineWidth = 80;

type Format = (value: number) => string;

const special = (value: number): string | undefined => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return undefined;
};

/** The sign that JavaScript leaves out where it writes −0. */
const minusOfZero = (value: number): string => (Object.is(value, -0) ? '-' : '');

const scientific = (value: number): string => {
  const [mantissa, exponent] = value.toExponential(precision).split('e') as [string, string];
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${minusOfZero(value)}${mantissa}e${sign}${exponent.slice(1).padStart(2, '0')}`;
};

const fixed: Format = (x) => minusOfZero(x) + x.toFixed(precision);
const whole: Format = (x) => `${minusOfZero(x)}${x}.`;

/** One notation for all elements, and one width: that of the widest finite one that is not 0. */
function floatFormat(values: readonly number[]): Format {
  const measured = values.filter((x) => Number.isFinite(x) && x !== 0);
  const sizes = measured.map(Math.abs);
  const max = sizes.reduce((a, b) => Math.max(a, b), 0);
  const min = sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const integers = measured.every(Number.isInteger);
  const wide = max / min > 1000 || max > 1e8 || (!integers && min < 1e-4);
  const write = wide ? scientific : integers ? whole : fixed;
  const width = Math.max(1, ...measured.map((value) => write(value).length));
  return (value) => (special(value) ?? write(value)).padStart(width);
}

function integerFormat(values: readonly number[]): Format {
  const width = Math.max(1, ...values.map((value) => String(value).length));
  return (value) => String(value).padStart(width);
}

const boolFormat: Format = (value) => (value ? ' True' : 'False');

/** Positions shown along an axis; undefined stands for the dots of a summary. */
function positions(size: number, summarize: boolean): (number | undefined)[] {
  if (!summarize || size <= 2 * edgeItems) return Array.from({ length: size }, (_, i) => i);
  const head = Array.from({ length: edgeItems }, (_, i) => i);
  return [...head, undefined, ...head.map((i) => size - edgeItems + i)];
}

/** The text of a tensor as PyTorch prints it, with bools as `True` and `False`. */
export function formatTensor(tensor: Tensor): string {
  const { shape, dtype } = tensor;
  const data = tensor.data();
  const summarize = data.length > threshold;
  const prefix = 'tensor(';
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));

  const shown: number[] = [];
  const collect = (axis: number, start: number): void => {
    if (axis === shape.length) {
      shown.push(data[start]!);
      return;
    }
    for (const i of positions(shape[axis]!, summarize)) {
      if (i !== undefined) collect(axis + 1, start + i * steps[axis]!);
    }
  };
  collect(0, 0);
  const format =
    dtype === 'bool' ? boolFormat : dtype.startsWith('float') ? floatFormat(shown) : integerFormat(shown);

  const row = (start: number, size: number, indent: number): string => {
    const items = positions(size, summarize).map((i) =>
      i === undefined ? ' ...' : format(data[start + i]!),
    );
    const itemWidth = (items[0]?.length ?? 0) + 2;
    const perLine = Math.max(1, Math.floor((lineWidth - indent) / itemWidth));
    const lines: string[] = [];
    for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(', '));
    return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
  };
  const block = (axis: number, start: number, indent: number): string => {
    if (axis === shape.length) return format(data[start]!).trim();
    if (axis === shape.length - 1) return row(start, shape[axis]!, indent);
    const parts = positions(shape[axis]!, summarize).map((i) =>
      i === undefined ? '...' : block(axis + 1, start + i * steps[axis]!, indent + 1),
    );
    const separator = `,${'\n'.repeat(shape.length - axis - 1)}${' '.repeat(indent + 1)}`;
    return `[${parts.join(separator)}]`;
  };

  const suffix: string[] = [];
  if (data.length === 0 && shape.length !== 1) suffix.push(`size=(${shape.join(', ')})`);
  if (tensor.device !== 'cpu') suffix.push(`device='${tensor.device}'`);
  if (dtype === 'float64' || dtype === 'int32' || dtype === 'uint8') suffix.push(`dtype=${dtype}`);
  if (tensor.isLeaf && tensor.requiresGrad) suffix.push('requiresGrad=true');
  if (!tensor.isLeaf) suffix.push(`gradFn=<${(tensor.node as { name?: string }).name}>`);
  const body = data.length === 0 ? '[]' : block(0, 0, prefix.length);
  return `${prefix}${[body, ...suffix].join(', ')})`;
}
