// A line of elements shared out among the lanes of y: held in registers where it is short enough, else read again each time.
#pragma once

#include "functions.cuh"
#include "lanes.cuh"

namespace kd {

/** Elements that a thread holds. */
constexpr int kRegisterElements = 8;

/** Whether there is a version that holds elements: not for float64, which is rare and would double the code. */
template <class T> constexpr bool kFitsRegisters = sizeof(T) == 4;

template <class T, bool inRegisters, class Load> struct RowOf {
  const Lanes& lanes;
  Size length;
  Load load;
  T values[inRegisters ? kRegisterElements : 1];

  __device__ __forceinline__ RowOf(const Lanes& lanes, Size length, Load load) : lanes(lanes), length(length), load(load) {
    if constexpr (inRegisters) {
#pragma unroll
      for (int k = 0; k < kRegisterElements; k++) {
        const Size l = lanes.y + static_cast<Size>(k) * lanes.sizeY;
        values[k] = lanes.active && l < length ? load(l) : T(0);
      }
    }
  }

  /** Calls f(position, value) for this thread's elements. */
  template <class F> __device__ __forceinline__ void forEach(F f) const {
    if (!lanes.active) return;
    if constexpr (inRegisters) {
#pragma unroll
      for (int k = 0; k < kRegisterElements; k++) {
        const Size l = lanes.y + static_cast<Size>(k) * lanes.sizeY;
        if (l < length) f(l, values[k]);
      }
    } else {
#pragma unroll 1
      for (Size l = lanes.y; l < length; l += lanes.sizeY) f(l, load(l));
    }
  }
};

template <class T, bool inRegisters, class Load>
__device__ __forceinline__ RowOf<T, inRegisters, Load> rowOf(const Lanes& lanes, Size length, Load load) {
  return RowOf<T, inRegisters, Load>(lanes, length, load);
}

template <class T> struct SoftmaxTotals {
  T maximum;
  T sum;
  T logSum;
};

/** max x and Σ e^(x − max x) of a row; NaN makes both NaN. Called by all threads of the block. */
template <class T, class Row> __device__ __forceinline__ SoftmaxTotals<T> softmaxTotals(const Lanes& lanes, const Row& row, T* shared) {
  T maximum = Limits<T>::lowest;
  row.forEach([&](Size, T x) { maximum = maxOf(maximum, x); });
  maximum = reduceLanes(lanes, maximum, shared, [](T a, T b) { return maxOf(a, b); });
  T sum = 0;
  row.forEach([&](Size, T x) { sum += expOf(x - maximum); });
  sum = reduceLanes(lanes, sum, shared, [](T a, T b) { return a + b; });
  return {maximum, sum, logOf(sum)};
}

}  // namespace kd
