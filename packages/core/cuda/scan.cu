// Running sums along the middle axis of [outer, length, inner]. Those of float32 are kept in float64.
#include "kernel.cuh"

namespace kd {
namespace {

constexpr int kThreads = 256;
constexpr int kEach = 4;

/** A thread for each line. */
template <class T, class Total> __device__ __forceinline__ void scanLines(const Axis& p) {
  const Size line = static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x;
  if (line >= p.outer * p.inner) return;
  const Size outer = line / p.inner;
  const Size start = outer * p.length * p.inner + (line - outer * p.inner);
  const T* x = static_cast<const T*>(p.x) + start;
  T* out = static_cast<T*>(p.out) + start;
  Total total = 0;
  for (Size l = 0; l < p.length; l++) {
    total += static_cast<Total>(x[l * p.inner]);
    out[l * p.inner] = static_cast<T>(total);
  }
}

/** A block for each line, which it walks in pieces of kThreads · kEach. */
template <class T, class Total> __device__ __forceinline__ void scanBlock(const Axis& p) {
  __shared__ Total warpTotals[kThreads / 32];
  const Size outer = blockIdx.x / p.inner;
  const Size start = outer * p.length * p.inner + (blockIdx.x - outer * p.inner);
  const T* x = static_cast<const T*>(p.x) + start;
  T* out = static_cast<T*>(p.out) + start;
  const int lane = threadIdx.x & 31;
  const int warp = threadIdx.x / 32;
  Total carry = 0;
  for (Size piece = 0; piece < p.length; piece += kThreads * kEach) {
    const Size first = piece + static_cast<Size>(threadIdx.x) * kEach;
    Total sums[kEach];
    Total own = 0;
    for (int k = 0; k < kEach; k++) {
      if (first + k < p.length) own += static_cast<Total>(x[(first + k) * p.inner]);
      sums[k] = own;
    }
    Total through = own;
    for (int offset = 1; offset < 32; offset *= 2) {
      const Total before = __shfl_up_sync(0xffffffffu, through, offset);
      if (lane >= offset) through += before;
    }
    // What the lanes before this one have; its own part taken off again would round.
    const Total left = __shfl_up_sync(0xffffffffu, through, 1);
    if (lane == 31) warpTotals[warp] = through;
    __syncthreads();
    Total base = carry;
    for (int w = 0; w < kThreads / 32; w++) {
      if (w < warp) base += warpTotals[w];
      carry += warpTotals[w];
    }
    if (lane > 0) base += left;
    for (int k = 0; k < kEach; k++) {
      if (first + k < p.length) out[(first + k) * p.inner] = static_cast<T>(base + sums[k]);
    }
    __syncthreads();
  }
}

}  // namespace

#define KD_SCAN(suffix, T, Total)                                                 \
  KD_KERNEL(cumsum_lines_##suffix, kThreads, Axis) { scanLines<T, Total>(p); }    \
  KD_KERNEL(cumsum_block_##suffix, kThreads, Axis) { scanBlock<T, Total>(p); }

KD_SCAN(f32, float, double)
KD_SCAN(f64, double, double)
KD_SCAN(i32, std::int32_t, std::uint32_t)
KD_SCAN(u8, std::uint8_t, std::uint32_t)

}  // namespace kd
