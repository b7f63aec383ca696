// Compiled once for each instruction set, with KD_TARGET naming it. Everything in isa/ lives in a namespace of that name, so
// that the linker can never take code for a newer processor where code for an older one was meant.
#pragma once

#include <type_traits>

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

// Of functions that are worth inlining where the size of code does not count.
#if defined(__wasm__)
#define KD_CALLED __attribute__((noinline))
#else
#define KD_CALLED KD_INLINE
#endif

// Promises that iterations are independent: an output may be the very same memory as an input, but never overlap it shifted.
#if defined(__clang__)
#define KD_INDEPENDENT _Pragma("clang loop vectorize(assume_safety) interleave(enable)")
#else
#define KD_INDEPENDENT _Pragma("GCC ivdep")
#endif

// One iteration at a time, which is the least code.
#if defined(__clang__)
#define KD_SINGLY _Pragma("clang loop vectorize(disable)")
#else
#define KD_SINGLY
#endif

// Vectors of WebAssembly's relaxed instructions are rounded once where a product and a sum are an expression of such a block. Numbers
// alone have no such instruction: build-wasm.mjs has them call src/wasm/fma.cpp.
#if defined(__wasm_relaxed_simd__)
#define KD_CONTRACT _Pragma("clang fp contract(on)")
#else
#define KD_CONTRACT
#endif

namespace kd::KD_TARGET {

/** Whether the code is downloaded before it runs, so that few variants of it are worth while; they give the same bits. */
#if defined(__wasm__)
constexpr bool kIsDownloaded = true;
#else
constexpr bool kIsDownloaded = false;
#endif

/** Whether kernels for a type have few variants: training takes float32. */
template <class T> constexpr bool kFewVariants = kIsDownloaded && !std::is_same_v<T, float>;

}  // namespace kd::KD_TARGET
