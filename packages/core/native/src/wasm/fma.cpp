// a · b + c rounded once, of single numbers, by the relaxed instructions for vectors: build-wasm.mjs tells who calls it.
#include <wasm_simd128.h>

#if defined(__wasm_relaxed_simd__)

extern "C" float kd_fma_f32(float a, float b, float c) {
  return wasm_f32x4_extract_lane(wasm_f32x4_relaxed_madd(wasm_f32x4_splat(a), wasm_f32x4_splat(b), wasm_f32x4_splat(c)), 0);
}

extern "C" double kd_fma_f64(double a, double b, double c) {
  return wasm_f64x2_extract_lane(wasm_f64x2_relaxed_madd(wasm_f64x2_splat(a), wasm_f64x2_splat(b), wasm_f64x2_splat(c)), 0);
}

#endif
