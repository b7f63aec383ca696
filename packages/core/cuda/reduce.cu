// Reductions along the middle axis of [outer, length, inner]. Sums and products of float32 are kept in float64.
#include "functions.cuh"
#include "lanes.cuh"

namespace kd {
namespace {

struct Sum {
  template <class T> static __device__ __forceinline__ T start() { return 0; }
  template <class T> static __device__ __forceinline__ T combine(T a, T b) { return a + b; }
};
struct Prod {
  template <class T> static __device__ __forceinline__ T start() { return 1; }
  template <class T> static __device__ __forceinline__ T combine(T a, T b) { return a * b; }
};
struct Max {
  template <class T> static __device__ __forceinline__ T start() { return Limits<T>::lowest; }
  template <class T> static __device__ __forceinline__ T combine(T a, T b) { return maxOf(a, b); }
};
struct Min {
  template <class T> static __device__ __forceinline__ T start() { return Limits<T>::highest; }
  template <class T> static __device__ __forceinline__ T combine(T a, T b) { return minOf(a, b); }
};
struct Any {
  template <class T> static __device__ __forceinline__ T start() { return 0; }
  template <class T> static __device__ __forceinline__ T combine(T a, T b) { return a | b; }
};
struct All {
  template <class T> static __device__ __forceinline__ T start() { return 1; }
  template <class T> static __device__ __forceinline__ T combine(T a, T b) { return a & b; }
};

/** How an element enters an accumulator: any and all ask whether it is zero. */
template <class Op, class In, class Total> struct Entry {
  static __device__ __forceinline__ Total of(In x) { return static_cast<Total>(x); }
};
template <class In> struct Entry<Any, In, std::uint32_t> {
  static __device__ __forceinline__ std::uint32_t of(In x) { return x != 0 ? 1 : 0; }
};
template <class In> struct Entry<All, In, std::uint32_t> {
  static __device__ __forceinline__ std::uint32_t of(In x) { return x != 0 ? 1 : 0; }
};

template <class Op, class In, class Total, class Out> __device__ __forceinline__ void reduce(const Axis& p) {
  __shared__ Total shared[kLaneThreads];
  const Lanes lanes(p);
  const Size split = blockIdx.y;
  const Size part = (p.length + p.splits - 1) / p.splits;
  const Size end = part * (split + 1) < p.length ? part * (split + 1) : p.length;
  Total totals[4];
  for (int k = 0; k < 4; k++) totals[k] = Op::template start<Total>();
  if (lanes.active) {
    const In* x = static_cast<const In*>(p.x) + lanes.outer * p.length * p.inner + lanes.inner;
    Size l = part * split + lanes.y;
#pragma unroll 1
    for (; l + 3 * lanes.sizeY < end; l += 4 * lanes.sizeY) {
#pragma unroll
      for (int k = 0; k < 4; k++) {
        totals[k] = Op::combine(totals[k], Entry<Op, In, Total>::of(x[(l + k * lanes.sizeY) * p.inner]));
      }
    }
#pragma unroll 1
    for (; l < end; l += lanes.sizeY) totals[0] = Op::combine(totals[0], Entry<Op, In, Total>::of(x[l * p.inner]));
  }
  Total total = Op::combine(Op::combine(totals[0], totals[1]), Op::combine(totals[2], totals[3]));
  total = reduceLanes(lanes, total, shared, [](Total a, Total b) { return Op::combine(a, b); });
  if (lanes.active && lanes.y == 0) {
    static_cast<Out*>(p.out)[(split * p.outer + lanes.outer) * p.inner + lanes.inner] = static_cast<Out>(total);
  }
}

template <class T> struct Best {
  T value;
  std::int32_t position;
};

/** Whether a takes the place of b: NaN first, then the better value, then the lower position. */
template <bool maximum, class T> __device__ __forceinline__ bool beats(const Best<T>& a, const Best<T>& b) {
  if (a.position < 0 || b.position < 0) return a.position >= 0;
  if (isNan(a.value) != isNan(b.value)) return isNan(a.value);
  if (a.value > b.value) return maximum;
  if (a.value < b.value) return !maximum;
  return a.position < b.position;
}

template <bool maximum, class T> __device__ __forceinline__ void argReduce(const ArgReduce& p) {
  __shared__ T values[kLaneThreads];
  __shared__ std::int32_t positions[kLaneThreads];
  const Axis& axis = p.axis;
  const Lanes lanes(axis);
  const Size split = blockIdx.y;
  const Size part = (axis.length + axis.splits - 1) / axis.splits;
  const Size end = part * (split + 1) < axis.length ? part * (split + 1) : axis.length;
  Best<T> best{T(0), -1};
  if (lanes.active) {
    const Size line = lanes.outer * axis.inner + lanes.inner;
    const Size fullLength = p.candidates == nullptr ? axis.length : p.candidateLength;
    const T* x = static_cast<const T*>(axis.x) + lanes.outer * fullLength * axis.inner + lanes.inner;
#pragma unroll 1
    for (Size l = part * split + lanes.y; l < end; l += lanes.sizeY) {
      const std::int32_t position =
          p.candidates == nullptr ? static_cast<std::int32_t>(l) : p.candidates[l * axis.outer * axis.inner + line];
      if (position < 0) continue;
      const Best<T> other{x[position * axis.inner], position};
      if (beats<maximum>(other, best)) best = other;
    }
  }
#pragma unroll 1
  for (int offset = lanes.sizeX * lanes.sizeY / 2; offset >= lanes.sizeX; offset /= 2) {
    __syncthreads();
    values[lanes.thread] = best.value;
    positions[lanes.thread] = best.position;
    __syncthreads();
    const Best<T> other{values[lanes.thread ^ offset], positions[lanes.thread ^ offset]};
    if (beats<maximum>(other, best)) best = other;
  }
  if (lanes.active && lanes.y == 0) {
    static_cast<std::int32_t*>(axis.out)[(split * axis.outer + lanes.outer) * axis.inner + lanes.inner] = best.position;
  }
}

}  // namespace

#define KD_REDUCE(name, Op, suffix, In, Total, Out) \
  KD_KERNEL(reduce_##name##_##suffix, kLaneThreads, Axis) { reduce<Op, In, Total, Out>(p); }

KD_REDUCE(sum, Sum, f32, float, double, float)
KD_REDUCE(sum, Sum, f64, double, double, double)
KD_REDUCE(sum, Sum, i32, std::int32_t, std::uint32_t, std::uint32_t)
KD_REDUCE(sum, Sum, u8, std::uint8_t, std::uint32_t, std::uint8_t)
KD_REDUCE(prod, Prod, f32, float, double, float)
KD_REDUCE(prod, Prod, f64, double, double, double)
KD_REDUCE(prod, Prod, i32, std::int32_t, std::uint32_t, std::uint32_t)
KD_REDUCE(prod, Prod, u8, std::uint8_t, std::uint32_t, std::uint8_t)
KD_REDUCE(max, Max, f32, float, float, float)
KD_REDUCE(max, Max, f64, double, double, double)
KD_REDUCE(max, Max, i32, std::int32_t, std::int32_t, std::int32_t)
KD_REDUCE(max, Max, u8, std::uint8_t, std::int32_t, std::uint8_t)
KD_REDUCE(min, Min, f32, float, float, float)
KD_REDUCE(min, Min, f64, double, double, double)
KD_REDUCE(min, Min, i32, std::int32_t, std::int32_t, std::int32_t)
KD_REDUCE(min, Min, u8, std::uint8_t, std::int32_t, std::uint8_t)
KD_REDUCE(any, Any, f32, float, std::uint32_t, std::uint8_t)
KD_REDUCE(any, Any, f64, double, std::uint32_t, std::uint8_t)
KD_REDUCE(any, Any, i32, std::int32_t, std::uint32_t, std::uint8_t)
KD_REDUCE(any, Any, u8, std::uint8_t, std::uint32_t, std::uint8_t)
KD_REDUCE(all, All, f32, float, std::uint32_t, std::uint8_t)
KD_REDUCE(all, All, f64, double, std::uint32_t, std::uint8_t)
KD_REDUCE(all, All, i32, std::int32_t, std::uint32_t, std::uint8_t)
KD_REDUCE(all, All, u8, std::uint8_t, std::uint32_t, std::uint8_t)

// Partial results of float32 in float64, and what makes a float32 of them.
KD_REDUCE(sum, Sum, f32_f64, float, double, double)
KD_REDUCE(sum, Sum, f64_f32, double, double, float)
KD_REDUCE(prod, Prod, f32_f64, float, double, double)
KD_REDUCE(prod, Prod, f64_f32, double, double, float)

#define KD_ARG_REDUCE(suffix, T)                                                                  \
  KD_KERNEL(argReduce_max_##suffix, kLaneThreads, ArgReduce) { argReduce<true, T>(p); }           \
  KD_KERNEL(argReduce_min_##suffix, kLaneThreads, ArgReduce) { argReduce<false, T>(p); }

KD_ARG_REDUCE(f32, float)
KD_ARG_REDUCE(f64, double)
KD_ARG_REDUCE(i32, std::int32_t)
KD_ARG_REDUCE(u8, std::uint8_t)

}  // namespace kd
