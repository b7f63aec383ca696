// Cross-entropy of rows of class scores, with what its gradient needs.
#include "functions.cuh"
#include "lanes.cuh"
#include "row.cuh"

namespace kd {
namespace {

/** The class that a row counts for, or −1: the one to ignore, and any that does not exist. */
__device__ __forceinline__ Size classOf(const void* target, std::int32_t dtype, Size row, Size classes, Size ignoreIndex) {
  const Size at = static_cast<DType>(dtype) == DType::int32 ? static_cast<const std::int32_t*>(target)[row]
                                                            : static_cast<const std::uint8_t*>(target)[row];
  return at == ignoreIndex || at < 0 || at >= classes ? -1 : at;
}

template <class T> __device__ __forceinline__ void countRows(const CrossEntropy& p) {
  __shared__ unsigned long long shared[kLaneThreads];
  unsigned long long count = 0;
  for (Size row = threadIdx.x; row < p.rows; row += kLaneThreads) {
    if (classOf(p.target, p.targetDType, row, p.classes, p.ignoreIndex) >= 0) count++;
  }
  shared[threadIdx.x] = count;
  for (int offset = kLaneThreads / 2; offset > 0; offset /= 2) {
    __syncthreads();
    if (threadIdx.x < offset) shared[threadIdx.x] += shared[threadIdx.x + offset];
  }
  if (threadIdx.x == 0) *static_cast<T*>(p.count) = static_cast<T>(shared[0]);
}

template <class T, bool inRegisters> __device__ __forceinline__ void crossEntropy(const CrossEntropy& p, T* shared) {
  const Lanes lanes(rowsAxis(p.rows, p.classes, p.lanes));
  const T* x = static_cast<const T*>(p.x) + lanes.outer * p.classes;
  T* out = static_cast<T*>(p.logProbabilities) + lanes.outer * p.classes;
  const Size target = lanes.active ? classOf(p.target, p.targetDType, lanes.outer, p.classes, p.ignoreIndex) : -1;
  const auto row = rowOf<T, inRegisters>(lanes, p.classes, [=](Size l) { return x[l]; });
  const SoftmaxTotals<T> totals = softmaxTotals<T>(lanes, row, shared);
  T* loss = static_cast<T*>(p.losses) + lanes.outer;
  row.forEach([&](Size l, T value) {
    const T logarithm = value - totals.maximum - totals.logSum;
    out[l] = logarithm;
    if (l == target) *loss = -logarithm;
  });
  if (lanes.active && target < 0 && lanes.y == 0) *loss = 0;
}

/** The last block counts the rows. */
template <class T> __device__ __forceinline__ void crossEntropyAny(const CrossEntropy& p) {
  __shared__ T shared[kLaneThreads];
  if (blockIdx.x == gridDim.x - 1) return countRows<T>(p);
  if constexpr (kFitsRegisters<T>) {
    if (p.classes <= kRegisterElements * p.lanes) return crossEntropy<T, true>(p, shared);
  }
  crossEntropy<T, false>(p, shared);
}

template <class T> __device__ __forceinline__ void crossEntropyBackward(const CrossEntropyBackward& p) {
  const Size at = static_cast<Size>(blockIdx.x) * kLaneThreads + threadIdx.x;
  if (at >= p.rows * p.classes) return;
  const Size row = at / p.classes;
  const Size target = classOf(p.target, p.targetDType, row, p.classes, p.ignoreIndex);
  const T grad = static_cast<const T*>(p.grad)[row * p.gradStride];
  const T probability = expOf(static_cast<const T*>(p.logProbabilities)[at]);
  const T difference = at - row * p.classes == target ? probability - 1 : probability;
  static_cast<T*>(p.out)[at] = target < 0 ? T(0) : difference * grad;
}

}  // namespace

#define KD_CROSS_ENTROPY(suffix, T)                                                                              \
  KD_KERNEL(crossEntropy_##suffix, kLaneThreads, CrossEntropy) { crossEntropyAny<T>(p); }                        \
  KD_KERNEL(crossEntropyBackward_##suffix, kLaneThreads, CrossEntropyBackward) { crossEntropyBackward<T>(p); }

KD_CROSS_ENTROPY(f32, float)
KD_CROSS_ENTROPY(f64, double)

}  // namespace kd
