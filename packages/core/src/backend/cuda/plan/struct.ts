/** A pointer by its type in C++, such as `const void*`. */
type Pointer = `${string}*`;

/** A number in C; pointers and `uint64` are given as bigints. */
type Scalar = Pointer | 'uint64' | 'int64' | 'int32' | 'uint32' | 'float32' | 'float64';

type Element = Scalar | Struct<Fields>;
/** An element, or an array of them with its lengths. */
type Field = Element | readonly [element: Element, ...lengths: number[]];
type Fields = { readonly [name: string]: Field };

type ElementValue<E> = E extends Pointer | 'uint64'
  ? bigint
  : E extends Scalar
    ? number
    : E extends Struct<infer F>
      ? Values<F>
      : never;
type Value<F> = F extends readonly [infer E, ...number[]] ? readonly ElementValue<E>[] : ElementValue<F>;

/** What a structure is filled from. An array may be shorter than the field; the rest is zeros, as is what is left out. */
export type Values<F> = { readonly [N in keyof F]?: Value<F[N]> };

type Stored = 'uint64' | 'int64' | 'int32' | 'uint32' | 'float32' | 'float64';

const sizes: { readonly [S in Stored]: number } = {
  uint64: 8,
  int64: 8,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
};

const sizeOf = (element: Slot['element']): number =>
  typeof element === 'string' ? sizes[element] : element.byteLength;
const alignmentOf = (element: Slot['element']): number =>
  typeof element === 'string' ? sizes[element] : element.alignment;

/** What a scalar is stored as. */
const storedAs = (scalar: Scalar): Stored => (scalar.endsWith('*') ? 'uint64' : (scalar as Stored));

interface Slot {
  readonly name: string;
  readonly element: Stored | Struct<Fields>;
  readonly count: number | undefined;
  readonly offset: number;
}

function writeScalar(view: DataView, at: number, type: Stored, value: number | bigint): void {
  switch (type) {
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

function write(view: DataView, at: number, element: Slot['element'], value: unknown): void {
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
  readonly fields: F;
  readonly #slots: readonly Slot[];

  constructor(fields: F) {
    this.fields = fields;
    const slots: Slot[] = [];
    let end = 0;
    let alignment = 1;
    for (const [name, field] of Object.entries(fields)) {
      const [declared, ...lengths] = Array.isArray(field)
        ? (field as [Element, ...number[]])
        : [field as Element];
      const element = typeof declared === 'string' ? storedAs(declared) : declared;
      const count = lengths.length === 0 ? undefined : lengths.reduce((product, length) => product * length);
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
