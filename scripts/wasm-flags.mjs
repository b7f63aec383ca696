// What Node.js takes for its WebAssembly to have the instructions that Chromium has: version 20 has relaxed ones behind a flag.
export const wasmFlags = process.versions.node.startsWith('20.') ? ['--experimental-wasm-relaxed-simd'] : [];
