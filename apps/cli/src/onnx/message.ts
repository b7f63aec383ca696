import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/*
 * Messages of ONNX, with the numbers that onnx.proto3 gives their fields:
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */

/** The number that ONNX has for a type of elements. */
export const elementTypes = { float32: 1, int64: 7, float64: 11 } as const;
export type ElementType = keyof typeof elementTypes;

export interface TensorMessage {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** The elements, little-endian. */
  readonly bytes: Uint8Array;
}

export interface NodeMessage {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** Settings of an operator: whole numbers, as float32 others, and names. */
export type Attributes = Readonly<Record<string, Attribute>>;

type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
  | { readonly texts: readonly string[] };

/** An input or an output; `batch` is the name of a size that is not fixed. */
export interface ValueMessage {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | 'batch')[];
}

export interface GraphMessage {
  readonly name: string;
  readonly nodes: readonly NodeMessage[];
  readonly initializers: readonly TensorMessage[];
  readonly inputs: readonly ValueMessage[];
  readonly outputs: readonly ValueMessage[];
}

export interface ModelMessage {
  readonly producer: { readonly name: string; readonly version: string };
  readonly description: string;
  readonly graph: GraphMessage;
  readonly opset: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The version of the format that came with operator set 17. */
const IR_VERSION = 8;

type Write = (writer: BinaryWriter) => void;

const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value);

const whole = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value);

/** A message within another. */
function within(writer: BinaryWriter, field: number, write: Write): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

/** The numbers of `AttributeProto.type`. */
const attributeTypes = { float: 1, int: 2, text: 3, ints: 7, texts: 8 } as const;

const attribute =
  (name: string, value: Attribute): Write =>
  (writer) => {
    text(writer, 1, name);
    if ('float' in value) writer.tag(2, WireType.Bit32).float(value.float);
    if ('int' in value) whole(writer, 3, value.int);
    if ('text' in value) text(writer, 4, value.text);
    if ('ints' in value) for (const one of value.ints) whole(writer, 8, one);
    if ('texts' in value) for (const one of value.texts) text(writer, 9, one);
    whole(writer, 20, attributeTypes[Object.keys(value)[0] as keyof typeof attributeTypes]);
  };

const node =
  ({ name, operator, inputs, outputs, attributes }: NodeMessage): Write =>
  (writer) => {
    for (const input of inputs) text(writer, 1, input);
    for (const output of outputs) text(writer, 2, output);
    text(writer, 3, name);
    text(writer, 4, operator);
    for (const [key, value] of Object.entries(attributes)) within(writer, 5, attribute(key, value));
  };

const tensor =
  ({ name, type, dims, bytes }: TensorMessage): Write =>
  (writer) => {
    for (const dim of dims) whole(writer, 1, dim);
    whole(writer, 2, elementTypes[type]);
    text(writer, 8, name);
    writer.tag(9, WireType.LengthDelimited).bytes(bytes);
  };

const value =
  ({ name, type, dims }: ValueMessage): Write =>
  (writer) => {
    text(writer, 1, name);
    within(writer, 2, (typed) =>
      within(typed, 1, (shaped) => {
        whole(shaped, 1, elementTypes[type]);
        within(shaped, 2, (shape) => {
          for (const dim of dims) {
            within(shape, 1, (size) => (dim === 'batch' ? text(size, 2, dim) : whole(size, 1, dim)));
          }
        });
      }),
    );
  };

const graph =
  ({ name, nodes, initializers, inputs, outputs }: GraphMessage): Write =>
  (writer) => {
    for (const one of nodes) within(writer, 1, node(one));
    text(writer, 2, name);
    for (const one of initializers) within(writer, 5, tensor(one));
    for (const one of inputs) within(writer, 11, value(one));
    for (const one of outputs) within(writer, 12, value(one));
  };

/** The bytes of a model's file. */
export function encodeModel(model: ModelMessage): Uint8Array {
  const writer = new BinaryWriter();
  whole(writer, 1, IR_VERSION);
  text(writer, 2, model.producer.name);
  text(writer, 3, model.producer.version);
  text(writer, 6, model.description);
  within(writer, 7, graph(model.graph));
  within(writer, 8, (opset) => {
    text(opset, 1, '');
    whole(opset, 2, model.opset);
  });
  for (const [key, own] of Object.entries(model.metadata)) {
    within(writer, 14, (entry) => {
      text(entry, 1, key);
      text(entry, 2, own);
    });
  }
  return writer.finish();
}
