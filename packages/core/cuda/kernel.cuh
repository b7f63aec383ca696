// What every kernel starts from. Compiled by nvcc for a GPU, and by a C++ compiler for the emulator, which brings its own CUDA names.
#pragma once

#include <cstdint>

#include "generated/codes.cuh"
#include "generated/parameters.cuh"

#ifndef KINDLING_CUDA_EMULATOR
#define KD_DYNAMIC_SHARED(type, name) extern __shared__ __align__(16) type name[]
#endif

/** An entry point: its name, and the structure that it takes as `p`. */
#define KD_KERNEL(name, threads, Parameters) \
  extern "C" __global__ void __launch_bounds__(threads) name(const __grid_constant__ Parameters p)

namespace kd {

using Size = long long;

template <class T> struct Limits;
template <> struct Limits<std::uint8_t> {
  static constexpr std::uint8_t lowest = 0;
  static constexpr std::uint8_t highest = 255;
};
template <> struct Limits<std::int32_t> {
  static constexpr std::int32_t lowest = -2147483647 - 1;
  static constexpr std::int32_t highest = 2147483647;
};
template <> struct Limits<float> {
  static constexpr float lowest = -__builtin_huge_valf();
  static constexpr float highest = __builtin_huge_valf();
};
template <> struct Limits<double> {
  static constexpr double lowest = -__builtin_huge_val();
  static constexpr double highest = __builtin_huge_val();
};

template <class T> __device__ __forceinline__ bool isNan(T x) { return x != x; }

/** ToInt32 of ECMAScript: truncated, then taken modulo 2³²; NaN and infinities become 0. */
__device__ __forceinline__ std::int32_t wrapped(double x) {
  const long long bits = __double_as_longlong(x);
  const int exponent = static_cast<int>((bits >> 52) & 0x7ff) - 1075;
  if (exponent < -52 || exponent > 31) return 0;
  const unsigned long long mantissa = (bits & 0xfffffffffffffLL) | 0x10000000000000LL;
  const std::uint32_t size = static_cast<std::uint32_t>(exponent < 0 ? mantissa >> -exponent : mantissa << exponent);
  return static_cast<std::int32_t>(bits < 0 ? 0u - size : size);
}

template <class T> __device__ __forceinline__ T fromDouble(double x) { return static_cast<T>(x); }
template <> __device__ __forceinline__ std::int32_t fromDouble<std::int32_t>(double x) { return wrapped(x); }
template <> __device__ __forceinline__ std::uint8_t fromDouble<std::uint8_t>(double x) {
  return static_cast<std::uint8_t>(wrapped(x));
}

__device__ __forceinline__ double loadAs(const void* data, Size at, DType dtype) {
  switch (dtype) {
    case DType::boolean:
    case DType::uint8: return static_cast<const std::uint8_t*>(data)[at];
    case DType::int32: return static_cast<const std::int32_t*>(data)[at];
    case DType::float32: return static_cast<const float*>(data)[at];
    case DType::float64:
    default: return static_cast<const double*>(data)[at];
  }
}

__device__ __forceinline__ void storeAs(void* data, Size at, DType dtype, double x) {
  switch (dtype) {
    case DType::boolean:
    case DType::uint8: static_cast<std::uint8_t*>(data)[at] = fromDouble<std::uint8_t>(x); break;
    case DType::int32: static_cast<std::int32_t*>(data)[at] = fromDouble<std::int32_t>(x); break;
    case DType::float32: static_cast<float*>(data)[at] = static_cast<float>(x); break;
    case DType::float64:
    default: static_cast<double*>(data)[at] = x;
  }
}

/** Writes the error cell unless another thread, or another call, has already. */
__device__ inline void fail(ErrorCell* cell, int code, int call, double value, double index) {
  if (atomicCAS(&cell->code, 0, code) != 0) return;
  cell->call = call;
  cell->value = value;
  cell->index = index;
}

constexpr int kIndexError = 1;
constexpr int kRangeError = 2;

}  // namespace kd
