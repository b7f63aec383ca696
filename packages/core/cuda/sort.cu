// Stable argsort along the middle axis of [outer, length, inner]: runs of kRun sorted by a block, then merged pair by pair. An element's
// place in a merged run is its place in its own plus the number of elements of the other that go before it.
#include "kernel.cuh"

namespace kd {
namespace {

constexpr int kThreads = 256;
constexpr int kRun = 1024;

/** Whether a stands strictly before b. NaN is the maximum. */
template <class T> __device__ __forceinline__ bool before(T a, T b, bool descending) {
  const T low = descending ? b : a;
  const T high = descending ? a : b;
  return isNan(high) ? !isNan(low) : low < high;
}

/** How many of the sorted keys[from, to) go before x: those strictly before it, and equal ones where `ties`. */
template <class T, class Key>
__device__ __forceinline__ Size countBefore(Key key, Size from, Size to, T x, bool ties, bool descending) {
  const Size start = from;
  while (from < to) {
    const Size middle = (from + to) / 2;
    const T other = key(middle);
    const bool goes = ties ? !before(x, other, descending) : before(other, x, descending);
    if (goes) from = middle + 1;
    else to = middle;
  }
  return from - start;
}

template <class T> __device__ __forceinline__ void sortRun(const Sort& p) {
  __shared__ T keys[2][kRun];
  __shared__ std::int32_t positions[2][kRun];
  const Size runs = (p.length + kRun - 1) / kRun;
  const Size line = blockIdx.x / runs;
  const Size run = blockIdx.x - line * runs;
  const Size outer = line / p.inner;
  const Size start = outer * p.length * p.inner + (line - outer * p.inner);
  const T* x = static_cast<const T*>(p.x) + start;
  const int count = static_cast<int>(p.length - run * kRun < kRun ? p.length - run * kRun : kRun);
  for (int i = threadIdx.x; i < count; i += kThreads) {
    keys[0][i] = x[(run * kRun + i) * p.inner];
    positions[0][i] = static_cast<std::int32_t>(run * kRun) + i;
  }
  __syncthreads();
  int from = 0;
  for (int width = 1; width < count; width *= 2) {
    const T* own = keys[from];
    for (int i = threadIdx.x; i < count; i += kThreads) {
      const int pair = i / (2 * width) * (2 * width);
      const bool second = i - pair >= width;
      const int middle = pair + width < count ? pair + width : count;
      const int end = pair + 2 * width < count ? pair + 2 * width : count;
      const Size ahead = countBefore<T>([own](Size at) { return own[at]; }, second ? pair : middle, second ? middle : end, own[i],
                                        second, p.descending != 0);
      const int place = i + static_cast<int>(ahead) - (second ? width : 0);
      keys[1 - from][place] = own[i];
      positions[1 - from][place] = positions[from][i];
    }
    from = 1 - from;
    __syncthreads();
  }
  for (int i = threadIdx.x; i < count; i += kThreads) p.out[start + (run * kRun + i) * p.inner] = positions[from][i];
}

template <class T> __device__ __forceinline__ void mergeRuns(const Sort& p) {
  const Size index = static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x;
  if (index >= p.outer * p.length * p.inner) return;
  const Size row = index / p.inner;
  const Size outer = row / p.length;
  const Size i = row - outer * p.length;
  const Size start = outer * p.length * p.inner + (index - row * p.inner);
  const T* x = static_cast<const T*>(p.x) + start;
  const std::int32_t* order = p.order + start;
  const Size pair = i / (2 * p.run) * (2 * p.run);
  const bool second = i - pair >= p.run;
  const Size middle = pair + p.run < p.length ? pair + p.run : p.length;
  const Size end = pair + 2 * p.run < p.length ? pair + 2 * p.run : p.length;
  const std::int32_t place = order[i * p.inner];
  const Size inner = p.inner;
  const Size ahead = countBefore<T>([x, order, inner](Size at) { return x[order[at * inner] * inner]; }, second ? pair : middle,
                                    second ? middle : end, x[place * inner], second, p.descending != 0);
  p.out[start + (i + ahead - (second ? p.run : 0)) * inner] = place;
}

}  // namespace

#define KD_SORT(suffix, T)                                                      \
  KD_KERNEL(argsort_run_##suffix, kThreads, Sort) { sortRun<T>(p); }            \
  KD_KERNEL(argsort_merge_##suffix, kThreads, Sort) { mergeRuns<T>(p); }

KD_SORT(f32, float)
KD_SORT(f64, double)
KD_SORT(i32, std::int32_t)
KD_SORT(u8, std::uint8_t)

}  // namespace kd
