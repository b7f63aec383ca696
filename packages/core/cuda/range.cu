// assertRange: the first element, if any, that is below `low` or above `high`, and not `except`.
#include "kernel.cuh"

namespace kd {
namespace {

constexpr int kThreads = 256;
constexpr Size kNone = 0x7fffffffffffffffLL;

/** The minimum of the block; the same in all threads. */
__device__ __forceinline__ Size blockMin(Size value) {
  __shared__ Size shared[kThreads];
  shared[threadIdx.x] = value;
  for (int offset = kThreads / 2; offset > 0; offset /= 2) {
    __syncthreads();
    if (threadIdx.x < offset && shared[threadIdx.x + offset] < shared[threadIdx.x]) shared[threadIdx.x] = shared[threadIdx.x + offset];
  }
  __syncthreads();
  return shared[0];
}

template <class T> __device__ __forceinline__ void report(const RangeCheck& p, Size position) {
  if (threadIdx.x != 0 || position == kNone) return;
  fail(p.error, kRangeError, p.call, static_cast<double>(static_cast<const T*>(p.x)[position]), static_cast<double>(position));
}

template <class T> __device__ __forceinline__ void check(const RangeCheck& p) {
  const T* x = static_cast<const T*>(p.x);
  Size first = kNone;
  for (Size i = static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x; i < p.count; i += static_cast<Size>(p.blocks) * kThreads) {
    const double value = static_cast<double>(x[i]);
    if ((value < p.low || value > p.high) && value != p.except) {
      first = i;
      break;
    }
  }
  first = blockMin(first);
  if (p.partial == nullptr) report<T>(p, first);
  else if (threadIdx.x == 0) p.partial[blockIdx.x] = first;
}

/** The first of what the blocks have found. */
template <class T> __device__ __forceinline__ void conclude(const RangeCheck& p) {
  Size first = kNone;
  for (int i = threadIdx.x; i < p.blocks; i += kThreads) {
    if (p.partial[i] < first) first = p.partial[i];
  }
  report<T>(p, blockMin(first));
}

}  // namespace

#define KD_RANGE(suffix, T)                                                            \
  KD_KERNEL(assertRange_##suffix, kThreads, RangeCheck) { check<T>(p); }               \
  KD_KERNEL(assertRange_first_##suffix, kThreads, RangeCheck) { conclude<T>(p); }

KD_RANGE(f32, float)
KD_RANGE(f64, double)
KD_RANGE(i32, std::int32_t)
KD_RANGE(u8, std::uint8_t)

}  // namespace kd
