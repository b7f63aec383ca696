// Losses of pairs of elements, summed in float64 in an order that hangs on the number of elements alone, and their gradients.
#include "functions.cuh"

namespace kd {
namespace {

constexpr int kThreads = 256;

/** The larger; NaN wins. */
template <class T> __device__ __forceinline__ T clampMin(T low, T x) { return x < low ? low : x; }

/** (x − y)². */
struct Mse {
  template <class T> static __device__ __forceinline__ T loss(T x, T y) { return (x - y) * (x - y); }
  template <class T> static __device__ __forceinline__ T gradient(T x, T y, T g) { return g * ((x - y) * T(2)); }
};

/** −(y ln x + (1 − y) ln(1 − x)), with logarithms of −100 or more, and a gradient over x(1 − x) of 10⁻¹² or more. */
struct Bce {
  template <class T> static __device__ __forceinline__ T loss(T x, T y) {
    return (y - T(1)) * clampMin(T(-100), log1pOf(-x)) - y * clampMin(T(-100), logOf(x));
  }
  template <class T> static __device__ __forceinline__ T gradient(T x, T y, T g) {
    return g * (x - y) / clampMin(T(1e-12), (T(1) - x) * x);
  }
};

/** The sum over the block, in thread 0. */
__device__ __forceinline__ double sumOfBlock(double value) {
  __shared__ double shared[kThreads];
  shared[threadIdx.x] = value;
  for (int offset = kThreads / 2; offset > 0; offset /= 2) {
    __syncthreads();
    if (threadIdx.x < offset) shared[threadIdx.x] += shared[threadIdx.x + offset];
  }
  return shared[0];
}

template <class Rule, class T> __device__ __forceinline__ void loss(const PairLoss& p) {
  const T* x = static_cast<const T*>(p.x);
  const T* y = static_cast<const T*>(p.y);
  double total = 0;
#pragma unroll 1
  for (Size i = static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x; i < p.count; i += static_cast<Size>(p.blocks) * kThreads) {
    total += static_cast<double>(Rule::loss(x[i], y[i]));
  }
  total = sumOfBlock(total);
  if (threadIdx.x != 0) return;
  if (p.partial == nullptr) *static_cast<T*>(p.out) = static_cast<T>(total / p.divisor);
  else p.partial[blockIdx.x] = total;
}

/** The loss from the sums of the blocks. */
template <class T> __device__ __forceinline__ void conclude(const PairLoss& p) {
  double total = 0;
  for (int i = threadIdx.x; i < p.blocks; i += kThreads) total += p.partial[i];
  total = sumOfBlock(total);
  if (threadIdx.x == 0) *static_cast<T*>(p.out) = static_cast<T>(total / p.divisor);
}

template <class Rule, class T> __device__ __forceinline__ void gradient(const PairLoss& p) {
  const Size i = static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x;
  if (i >= p.count) return;
  const T g = *static_cast<const T*>(p.grad) / static_cast<T>(p.divisor);
  static_cast<T*>(p.out)[i] = Rule::gradient(static_cast<const T*>(p.x)[i], static_cast<const T*>(p.y)[i], g);
}

}  // namespace

#define KD_LOSSES(suffix, T)                                                            \
  KD_KERNEL(mse_##suffix, kThreads, PairLoss) { loss<Mse, T>(p); }                      \
  KD_KERNEL(bce_##suffix, kThreads, PairLoss) { loss<Bce, T>(p); }                      \
  KD_KERNEL(loss_sum_##suffix, kThreads, PairLoss) { conclude<T>(p); }                  \
  KD_KERNEL(mseBackward_##suffix, kThreads, PairLoss) { gradient<Mse, T>(p); }             \
  KD_KERNEL(bceBackward_##suffix, kThreads, PairLoss) { gradient<Bce, T>(p); }

KD_LOSSES(f32, float)
KD_LOSSES(f64, double)

}  // namespace kd
