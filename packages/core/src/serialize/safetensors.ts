import { assertTensor, describe } from '../arguments.ts';
import { tensor } from '../create.ts';
import { ArgumentError } from '../errors.ts';
import { isForeign } from '../identity.ts';
import { checkOptions } from '../options.ts';
import { scope } from '../scope.ts';
import { Tensor } from '../tensor.ts';
import { layouts, storedAs } from './elements.ts';
import {
  excerpt,
  lengthBytes,
  maxHeaderBytes,
  metadataKey,
  readHeader,
  type TensorEntry,
  tensorNamed,
  writeHeader,
} from './header.ts';
import { located } from './located.ts';

/** What a safetensors file holds. */
export interface SafetensorsContent {
  readonly tensors: Record<string, Tensor>;
  /** Free text by name; empty where the file has none. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface DecodeOptions {
  /** Where the tensors go. Default `cpu`. */
  readonly device?: string | undefined;
  /** What errors call the bytes, such as the path of a file. Default `safetensors`. */
  readonly name?: string | undefined;
}

/** A surrogate without its partner, which UTF-8 cannot hold. */
const loneSurrogate = /\p{Surrogate}/u;

function checkText(what: string, text: unknown): void {
  if (typeof text !== 'string') {
    throw new ArgumentError(`encodeSafetensors: expected ${what} to be a string, got ${excerpt(text)}`);
  }
  if (loneSurrogate.test(text)) {
    throw new ArgumentError(
      `encodeSafetensors: expected ${what} to be well-formed Unicode, got ${excerpt(text)}`,
    );
  }
}

function checkNames(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>>,
): void {
  for (const [what, value] of Object.entries({ tensors, metadata })) {
    if (typeof value === 'object' && value !== null) continue;
    throw new ArgumentError(`encodeSafetensors: expected ${what} by name, got ${describe(value)}`);
  }
  for (const [key, text] of Object.entries(metadata)) {
    checkText('a metadata name', key);
    checkText(`metadata ${excerpt(key)}`, text);
  }
  for (const [name, tensor] of Object.entries(tensors)) {
    checkText('a tensor name', name);
    if (!(tensor instanceof Tensor) && !isForeign(tensor)) {
      throw new ArgumentError(
        `encodeSafetensors: expected a tensor for ${excerpt(name)}, got ${describe(tensor)}; save takes nested state`,
      );
    }
    assertTensor('encodeSafetensors', excerpt(name), tensor);
    if (name === metadataKey) {
      throw new ArgumentError(`encodeSafetensors: expected a tensor name other than ${metadataKey}`);
    }
  }
}

/** The widest elements first, so that all are aligned, and then by name; so does the reference implementation. */
function inFileOrder(tensors: Readonly<Record<string, Tensor>>): [string, Tensor][] {
  const widths = Object.keys(storedAs);
  return Object.entries(tensors).sort(
    ([a, x], [b, y]) => widths.indexOf(x.dtype) - widths.indexOf(y.dtype) || (a < b ? -1 : 1),
  );
}

/**
 * The bytes of a safetensors file: the length of the header in 8 bytes, the header in JSON, then the elements of all
 * tensors, row-major and little-endian. Floats, int32, uint8 and bool are stored as they are; equal tensors give equal bytes.
 *
 * ```ts
 * encodeSafetensors(model.stateDict(), { epoch: '3' });
 * ```
 *
 * Throws `ArgumentError` for a tensor named `__metadata__`, metadata that are not strings, and text that is not well-formed.
 *
 * Source: https://huggingface.co/docs/safetensors/index#format
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkNames(tensors, metadata);
  const sorted = inFileOrder(tensors);
  let end = 0;
  const entries = sorted.map(([name, { dtype, shape, numel, itemSize }]): TensorEntry => {
    const start = end;
    end += numel * itemSize;
    return { name, dtype: storedAs[dtype], shape, start, end };
  });
  const header = writeHeader(entries, metadata);
  if (header.length > maxHeaderBytes) {
    throw new ArgumentError(
      `encodeSafetensors: expected a header of at most ${maxHeaderBytes} bytes, got ${header.length}`,
    );
  }
  const dataStart = lengthBytes + header.length;
  const bytes = new Uint8Array(dataStart + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, lengthBytes);
  sorted.forEach(([, source], i) => {
    const elements = source.data();
    const raw = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
    bytes.set(raw, dataStart + entries[i]!.start);
  });
  return bytes;
}

/** A Uint8Array, of whatever realm. */
const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';

function readTensor({ dtype, shape, start, end }: TensorEntry, data: Uint8Array, device?: string): Tensor {
  const layout = layouts[dtype];
  const stored = data.subarray(start, end);
  // A header may end anywhere. The constructor copies to memory of its own; `slice` of a Buffer is a view.
  const elements = layout.read(stored.byteOffset % layout.bytes === 0 ? stored : new Uint8Array(stored));
  return tensor(elements, { dtype: layout.dtype, shape, device });
}

/**
 * The tensors and metadata of a safetensors file. F64, F32, I32, U8 and BOOL come as they are, F16 and BF16 as float32, I64
 * as int32.
 *
 * Throws `FormatError`, with the tensor and the numbers, for bytes that are not such a file: a header that is cut off,
 * longer than 100 MB, not JSON or with a name twice; a dtype other than these; offsets that leave the data, overlap or
 * leave gaps; a byte count that does not fit the shape; an I64 beyond int32.
 *
 * Source: https://huggingface.co/docs/safetensors/index#format
 */
export function decodeSafetensors(bytes: Uint8Array, options: DecodeOptions = {}): SafetensorsContent {
  const { device, name: place = 'safetensors' } = checkOptions('decodeSafetensors', options, {
    device: true,
    name: true,
  });
  if (!isBytes(bytes)) {
    throw new ArgumentError(
      `decodeSafetensors: expected the bytes of a file, a Uint8Array, got ${excerpt(bytes)}`,
    );
  }
  return located(
    () => place,
    () => {
      const { entries, metadata, dataStart } = readHeader(bytes);
      const data = bytes.subarray(dataStart);
      const read = (entry: TensorEntry): [string, Tensor] => [
        entry.name,
        located(
          () => tensorNamed(entry.name),
          () => readTensor(entry, data, device),
        ),
      ];
      return scope(() => ({ tensors: Object.fromEntries(entries.map(read)), metadata }));
    },
  );
}
