// Compiled once for each instruction set, with KD_TARGET naming it. Everything in isa/ lives in a namespace of that name, so
// that the linker can never take code for a newer processor where code for an older one was meant.
#pragma once

#ifndef KD_TARGET
#define KD_TARGET baseline
#endif

#ifndef KD_VECTOR_BYTES
#if defined(__AVX512F__)
#define KD_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define KD_VECTOR_BYTES 32
#else
#define KD_VECTOR_BYTES 16
#endif
#endif

#define KD_ALWAYS_INLINE __attribute__((always_inline))
#define KD_INLINE static inline KD_ALWAYS_INLINE

// Promises that iterations are independent: an output may be the very same memory as an input, but never overlap it shifted.
#if defined(__clang__)
#define KD_INDEPENDENT _Pragma("clang loop vectorize(assume_safety) interleave(enable)")
#else
#define KD_INDEPENDENT _Pragma("GCC ivdep")
#endif

// Vectors of WebAssembly's relaxed instructions are rounded once where a product and a sum are an expression of such a block. Numbers
// alone have no such instruction: build-wasm.mjs has them call src/wasm/fma.cpp.
#if defined(__wasm_relaxed_simd__)
#define KD_CONTRACT _Pragma("clang fp contract(on)")
#else
#define KD_CONTRACT
#endif
