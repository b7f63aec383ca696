import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MozJPEGModule } from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { DataError } from '../data-error.ts';
import { checkImageSize } from './image-size.ts';

/** Red, green, blue and alpha of each pixel. */
interface JpegSamples {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

const complete = 'a complete JPEG image';

/** libjpeg, as a module of WebAssembly, and what it said since it was asked last. */
interface Decoder {
  readonly module: MozJPEGModule;
  readonly messages: string[];
}

let decoder: Promise<Decoder> | undefined;

type DecoderModule = typeof import('@jsquash/jpeg/codec/dec/mozjpeg_dec.js');

/** It is loaded where it is installed: bundlers stumble over what its compiler wrote. */
async function startDecoder(): Promise<Decoder> {
  const { resolve } = createRequire(import.meta.url);
  const folder = '@jsquash/jpeg/codec/dec';
  const script = pathToFileURL(resolve(`${folder}/mozjpeg_dec.js`)).href;
  const { default: createDecoder } = (await import(
    /* webpackIgnore: true */ /* @vite-ignore */ script
  )) as DecoderModule;
  const messages: string[] = [];
  const overrides = {
    noInitialRun: true,
    wasmBinary: readFileSync(resolve(`${folder}/mozjpeg_dec.wasm`)),
    printErr: (message: string) => messages.push(message),
  };
  return { module: await createDecoder(overrides), messages };
}

/**
 * Reads a JPEG image, gray or in color, baseline or progressive, to the pixels that libjpeg gives.
 *
 * @throws DataError for a file that is damaged or ends early, one with colors of print (CMYK), and an image of more than 2²⁵ pixels.
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export async function jpegSamples(bytes: Uint8Array, place: string): Promise<JpegSamples> {
  const { width, height, components } = frameOf(bytes, place);
  checkImageSize(width, height, place);
  if (components !== 1 && components !== 3) {
    const got = `${components} color components`;
    throw new DataError({ place, expected: 'a JPEG image in gray or RGB', got, hint: 'convert it to RGB' });
  }
  decoder ??= startDecoder();
  const { module, messages } = await decoder;
  messages.length = 0;
  let samples: JpegSamples | null;
  try {
    samples = module.decode(bytes as Uint8Array<ArrayBuffer>, false);
  } catch (cause) {
    // A module that has ended serves no more.
    decoder = undefined;
    const got = messages.at(-1) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new DataError({ place, expected: complete, got: JSON.stringify(got) }, { cause });
  }
  const cut = messages.find((message) => message.startsWith('Premature end'));
  if (samples !== null && cut === undefined) return samples;
  const got =
    cut === undefined
      ? JSON.stringify(messages.at(-1) ?? 'no image')
      : `one that is truncated after ${bytes.length} bytes`;
  throw new DataError({ place, expected: complete, got });
}

/** What the header of the frame says. */
function frameOf(
  bytes: Uint8Array,
  place: string,
): { readonly width: number; readonly height: number; readonly components: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 10 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!;
    const isFill = marker === 0xff;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9]! };
    }
    at += isFill ? 1 : 2 + view.getUint16(at + 2);
  }
  throw new DataError({ place, expected: complete, got: 'no frame' });
}
