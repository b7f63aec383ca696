// Node.js 20 has relaxed instructions behind a flag.
import { setFlagsFromString } from 'node:v8';

/** Has the modules that are compiled from now on contain relaxed instructions. */
export function allowRelaxed(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

if (process.env.KINDLING_ISA === 'relaxed') allowRelaxed();
