// a · b + c rounded once, of single numbers, by the relaxed instructions for vectors: build-wasm.mjs tells who calls it.
#include <wasm_simd128.h>

#if defined(__wasm_relaxed_simd__)

extern "C" float kd_fma(float a, float b, float c) {
  return wasm_f32x4_extract_lane(wasm_f32x4_relaxed_madd(wasm_f32x4_splat(a), wasm_f32x4_splat(b), wasm_f32x4_splat(c)), 0);
}

#endif
