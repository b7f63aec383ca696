// Pooling of planes, a thread for each output, and its gradients, a thread for each element that adds up the windows it is in.
#include "places.cuh"

namespace kd {
namespace {

constexpr int kThreads = 256;

__device__ __forceinline__ Size threadOfGrid() { return static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x; }

/** The elements of a window on an axis that lie inside: [first, last) of its kernel. */
struct Inside {
  int first;
  int last;
  /** Those that lie inside of the axis with its border. */
  int counted;

  __device__ __forceinline__ Inside(const PoolAxis& axis, int i) {
    const int start = i * axis.stride - axis.padding;
    first = before(axis, start, 0);
    last = before(axis, start, axis.length);
    counted = before(axis, start, axis.length + axis.padding);
  }

  static __device__ __forceinline__ int before(const PoolAxis& axis, int start, int end) {
    if (end <= start) return 0;
    const int count = (end - start - 1) / axis.dilation + 1;
    return count < axis.kernel ? count : axis.kernel;
  }
};

/** Windows on an axis that may see a position: [first, last]. */
struct Seeing {
  int first;
  int last;

  __device__ __forceinline__ Seeing(const PoolAxis& axis, int position) {
    const int from = position + axis.padding - (axis.kernel - 1) * axis.dilation;
    first = from <= 0 ? 0 : (from + axis.stride - 1) / axis.stride;
    last = (position + axis.padding) / axis.stride;
    if (last >= axis.count) last = axis.count - 1;
  }

  /** Whether window i does. */
  static __device__ __forceinline__ bool sees(const PoolAxis& axis, int i, int position) {
    return axis.dilation == 1 || (position + axis.padding - i * axis.stride) % axis.dilation == 0;
  }
};

template <class T> __device__ __forceinline__ void maxPool(const Pooling& p) {
  const Size at = threadOfGrid();
  if (at >= p.count) return;
  const Quotient plane(at, static_cast<Size>(p.y.count) * p.x.count);
  const Quotient line(plane.rest, p.x.count);
  const int i = static_cast<int>(line.value);
  const int j = static_cast<int>(line.rest);
  const T* x = static_cast<const T*>(p.from) + plane.value * p.y.length * p.x.length;
  const Inside rows(p.y, i);
  const Inside columns(p.x, j);
  T best = Limits<T>::lowest;
  int index = -1;
#pragma unroll 1
  for (int r = rows.first; r < rows.last; r++) {
    const int row = (i * p.y.stride - p.y.padding + r * p.y.dilation) * p.x.length;
#pragma unroll 1
    for (int q = columns.first; q < columns.last; q++) {
      const int position = row + j * p.x.stride - p.x.padding + q * p.x.dilation;
      const T value = x[position];
      if (value > best || index < 0 || (isNan(value) && !isNan(best))) {
        best = value;
        index = position;
      }
    }
  }
  static_cast<T*>(p.to)[at] = best;
  if (p.index != nullptr) p.index[at] = index;
}

/** Calls visit(output, i, j) for the windows that see this thread's element, in order. */
template <class Visit> __device__ __forceinline__ void eachWindow(const Pooling& p, const Quotient& plane, Visit visit) {
  const Quotient line(plane.rest, p.x.length);
  const int row = static_cast<int>(line.value);
  const int column = static_cast<int>(line.rest);
  const Seeing rows(p.y, row);
  const Seeing columns(p.x, column);
  const Size start = plane.value * p.y.count * p.x.count;
#pragma unroll 1
  for (int i = rows.first; i <= rows.last; i++) {
    if (!Seeing::sees(p.y, i, row)) continue;
#pragma unroll 1
    for (int j = columns.first; j <= columns.last; j++) {
      if (Seeing::sees(p.x, j, column)) visit(start + static_cast<Size>(i) * p.x.count + j, i, j);
    }
  }
}

template <class T> __device__ __forceinline__ void maxPoolBackward(const Pooling& p) {
  const Size at = threadOfGrid();
  if (at >= p.count) return;
  const Quotient plane(at, static_cast<Size>(p.y.length) * p.x.length);
  const T* grad = static_cast<const T*>(p.from);
  T sum = 0;
  eachWindow(p, plane, [&](Size out, int, int) {
    if (p.index[out] == plane.rest) sum += grad[out];
  });
  static_cast<T*>(p.to)[at] = sum;
}

/** What the sum of a window is divided by. */
template <class T> __device__ __forceinline__ T divisorOf(const Pooling& p, const Inside& rows, const Inside& columns) {
  if (p.divisor != 0) return static_cast<T>(p.divisor);
  const Size counted = static_cast<Size>(rows.counted) * columns.counted;
  const Size inside = static_cast<Size>(rows.last - rows.first) * (columns.last - columns.first);
  return static_cast<T>(p.countIncludePad != 0 ? counted : inside);
}

template <class T> __device__ __forceinline__ void avgPool(const Pooling& p) {
  const Size at = threadOfGrid();
  if (at >= p.count) return;
  const Quotient plane(at, static_cast<Size>(p.y.count) * p.x.count);
  const Quotient line(plane.rest, p.x.count);
  const int i = static_cast<int>(line.value);
  const int j = static_cast<int>(line.rest);
  const T* x = static_cast<const T*>(p.from) + plane.value * p.y.length * p.x.length;
  const Inside rows(p.y, i);
  const Inside columns(p.x, j);
  double sum = 0;
#pragma unroll 1
  for (int r = rows.first; r < rows.last; r++) {
    const int row = (i * p.y.stride - p.y.padding + r * p.y.dilation) * p.x.length;
#pragma unroll 1
    for (int q = columns.first; q < columns.last; q++) {
      sum += static_cast<double>(x[row + j * p.x.stride - p.x.padding + q * p.x.dilation]);
    }
  }
  static_cast<T*>(p.to)[at] = static_cast<T>(sum / static_cast<double>(divisorOf<T>(p, rows, columns)));
}

template <class T> __device__ __forceinline__ void avgPoolBackward(const Pooling& p) {
  const Size at = threadOfGrid();
  if (at >= p.count) return;
  const Quotient plane(at, static_cast<Size>(p.y.length) * p.x.length);
  const T* grad = static_cast<const T*>(p.from);
  T sum = 0;
  eachWindow(p, plane, [&](Size out, int i, int j) { sum += grad[out] / divisorOf<T>(p, Inside(p.y, i), Inside(p.x, j)); });
  static_cast<T*>(p.to)[at] = sum;
}

}  // namespace

#define KD_POOLING(suffix, T)                                                             \
  KD_KERNEL(maxPool2d_##suffix, kThreads, Pooling) { maxPool<T>(p); }                     \
  KD_KERNEL(maxPool2dBackward_##suffix, kThreads, Pooling) { maxPoolBackward<T>(p); }     \
  KD_KERNEL(avgPool2d_##suffix, kThreads, Pooling) { avgPool<T>(p); }                     \
  KD_KERNEL(avgPool2dBackward_##suffix, kThreads, Pooling) { avgPoolBackward<T>(p); }

KD_POOLING(f32, float)
KD_POOLING(f64, double)

}  // namespace kd
