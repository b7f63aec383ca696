/** A number in C; `pointer` and `uint64` are given as bigints. */
export type Scalar = 'pointer' | 'uint64' | 'int64' | 'int32' | 'uint32' | 'float32' | 'float64';

type Element = Scalar | Struct<Fields>;
type Field = Element | readonly [Element, number];
type Fields = { readonly [name: string]: Field };

type ElementValue<E> = E extends 'pointer' | 'uint64'
  ? bigint
  : E extends Scalar
    ? number
    : E extends Struct<infer F>
      ? Values<F>
      : never;
type Value<F> = F extends readonly [infer E, number] ? readonly ElementValue<E>[] : ElementValue<F>;

/** What a structure is filled from. An array may be shorter than the field; the rest is zeros, as is what is left out. */
export type Values<F> = { readonly [N in keyof F]?: Value<F[N]> };

const sizes: { readonly [S in Scalar]: number } = {
  pointer: 8,
  uint64: 8,
  int64: 8,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
};

const sizeOf = (element: Element): number =>
  typeof element === 'string' ? sizes[element] : element.byteLength;
const alignmentOf = (element: Element): number =>
  typeof element === 'string' ? sizes[element] : element.alignment;

interface Slot {
  readonly name: string;
  readonly element: Element;
  readonly count: number | undefined;
  readonly offset: number;
}

function writeScalar(view: DataView, at: number, type: Scalar, value: number | bigint): void {
  switch (type) {
    case 'pointer':
    case 'uint64':
      view.setBigUint64(at, value as bigint, true);
      break;
    case 'int64': {
      const whole = value as number;
      view.setInt32(at, whole | 0, true);
      view.setInt32(at + 4, Math.floor(whole / 2 ** 32), true);
      break;
    }
    case 'int32':
      view.setInt32(at, value as number, true);
      break;
    case 'uint32':
      view.setUint32(at, value as number, true);
      break;
    case 'float32':
      view.setFloat32(at, value as number, true);
      break;
    case 'float64':
      view.setFloat64(at, value as number, true);
      break;
  }
}

function write(view: DataView, at: number, element: Element, value: unknown): void {
  if (typeof element === 'string') writeScalar(view, at, element, value as number | bigint);
  else element.write(view, at, value as Values<Fields>);
}

/** Where structures are put together: a view for each would cost more than all its fields. Kernels take at most 4096 bytes. */
const workspace = new Uint8Array(4096);
const workspaceView = new DataView(workspace.buffer);

/** A structure as C lays it out: each field at a multiple of its alignment, the whole a multiple of the largest. */
export class Struct<F extends Fields> {
  readonly byteLength: number;
  readonly alignment: number;
  readonly #slots: readonly Slot[];

  constructor(fields: F) {
    const slots: Slot[] = [];
    let end = 0;
    let alignment = 1;
    for (const [name, field] of Object.entries(fields)) {
      const [element, count] = Array.isArray(field) ? (field as [Element, number]) : [field as Element];
      const own = alignmentOf(element);
      const offset = Math.ceil(end / own) * own;
      slots.push({ name, element, count, offset });
      end = offset + sizeOf(element) * (count ?? 1);
      alignment = Math.max(alignment, own);
    }
    this.#slots = slots;
    this.alignment = alignment;
    this.byteLength = Math.ceil(end / alignment) * alignment;
  }

  /** Where each field begins. */
  get offsets(): { readonly [name: string]: number } {
    return Object.fromEntries(this.#slots.map(({ name, offset }) => [name, offset]));
  }

  pack(values: Values<F>): Uint8Array {
    workspace.fill(0, 0, this.byteLength);
    this.write(workspaceView, 0, values);
    return workspace.slice(0, this.byteLength);
  }

  write(view: DataView, at: number, values: Values<F>): void {
    for (const { name, element, count, offset } of this.#slots) {
      const value = values[name];
      if (value === undefined) continue;
      if (count === undefined) {
        write(view, at + offset, element, value);
        continue;
      }
      const list = value as readonly unknown[];
      const size = sizeOf(element);
      for (let i = 0; i < list.length; i++) write(view, at + offset + i * size, element, list[i]);
    }
  }
}
