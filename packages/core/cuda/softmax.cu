// softmax along the middle axis of [outer, length, inner], its logarithm, and the gradients of both.
#include "functions.cuh"
#include "lanes.cuh"
#include "row.cuh"

namespace kd {
namespace {

template <class T, bool inRegisters, bool logarithm> __device__ __forceinline__ void softmax(const Axis& p, T* shared) {
  const Lanes lanes(p);
  const Size start = lanes.outer * p.length * p.inner + lanes.inner;
  const T* x = static_cast<const T*>(p.x) + start;
  T* out = static_cast<T*>(p.out) + start;
  const Size inner = p.inner;
  const auto row = rowOf<T, inRegisters>(lanes, p.length, [=](Size l) { return x[l * inner]; });
  const SoftmaxTotals<T> totals = softmaxTotals<T>(lanes, row, shared);
  row.forEach([&](Size l, T value) {
    const T shifted = value - totals.maximum;
    out[l * inner] = logarithm ? shifted - totals.logSum : expOf(shifted) / totals.sum;
  });
}

template <class T, bool logarithm> __device__ __forceinline__ void softmaxBackward(const SoftmaxBackward& p) {
  __shared__ T shared[kLaneThreads];
  const Axis& axis = p.axis;
  const Lanes lanes(axis);
  const Size start = lanes.outer * axis.length * axis.inner + lanes.inner;
  const T* grad = static_cast<const T*>(axis.x) + start;
  const T* y = static_cast<const T*>(p.y) + start;
  T* out = static_cast<T*>(axis.out) + start;
  T total = 0;
  if (lanes.active) {
#pragma unroll 1
    for (Size l = lanes.y; l < axis.length; l += lanes.sizeY) {
      total += logarithm ? grad[l * axis.inner] : grad[l * axis.inner] * y[l * axis.inner];
    }
  }
  total = reduceLanes(lanes, total, shared, [](T a, T b) { return a + b; });
  if (!lanes.active) return;
#pragma unroll 1
  for (Size l = lanes.y; l < axis.length; l += lanes.sizeY) {
    const T g = grad[l * axis.inner];
    const T value = y[l * axis.inner];
    out[l * axis.inner] = logarithm ? g - expOf(value) * total : value * (g - total);
  }
}

template <class T, bool logarithm> __device__ __forceinline__ void softmaxAny(const Axis& p) {
  __shared__ T shared[kLaneThreads];
  if constexpr (kFitsRegisters<T>) {
    if (p.length <= kRegisterElements * p.lanesY) return softmax<T, true, logarithm>(p, shared);
  }
  softmax<T, false, logarithm>(p, shared);
}

}  // namespace

#define KD_SOFTMAX(suffix, T)                                                                                \
  KD_KERNEL(softmax_##suffix, kLaneThreads, Axis) { softmaxAny<T, false>(p); }                               \
  KD_KERNEL(logSoftmax_##suffix, kLaneThreads, Axis) { softmaxAny<T, true>(p); }                             \
  KD_KERNEL(softmaxBackward_##suffix, kLaneThreads, SoftmaxBackward) { softmaxBackward<T, false>(p); }       \
  KD_KERNEL(logSoftmaxBackward_##suffix, kLaneThreads, SoftmaxBackward) { softmaxBackward<T, true>(p); }

KD_SOFTMAX(f32, float)
KD_SOFTMAX(f64, double)

}  // namespace kd
