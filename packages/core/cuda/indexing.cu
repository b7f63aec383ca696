// Selecting and adding along the middle axis of [outer, length, inner]. Additions to one element happen in the order of the source.
#include "kernel.cuh"

namespace kd {
namespace {

constexpr int kThreads = 256;

/** The position that an index names; −1, and an error, where it is out of range. */
__device__ __forceinline__ Size checked(const Indexing& p, std::int32_t index) {
  if (index >= 0 && index < p.length) return index;
  fail(p.error, kIndexError, p.call, 0, index);
  return -1;
}

/** An element of [outer, count, inner]. */
struct Position {
  Size outer;
  Size position;
  Size inner;

  __device__ __forceinline__ Position(const Indexing& p, Size at) {
    const Size row = at / p.inner;
    inner = at - row * p.inner;
    outer = row / p.count;
    position = row - outer * p.count;
  }
};

__device__ __forceinline__ Size indexAt(const Indexing& p, Size outer, Size position, Size inner) {
  return p.each != 0 ? (outer * p.count + position) * p.inner + inner : position;
}

/** indexSelect and gather, of elements of any type of a size. */
template <class Bits> __device__ __forceinline__ void take(const Indexing& p) {
  const Size element = static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x;
  if (element >= p.outer * p.count * p.inner) return;
  const Position at(p, element);
  const Size from = checked(p, p.index[indexAt(p, at.outer, at.position, at.inner)]);
  if (from < 0) return;
  static_cast<Bits*>(p.out)[element] = static_cast<const Bits*>(p.x)[(at.outer * p.length + from) * p.inner + at.inner];
}

/** A thread for each line of the source, which no other thread adds to. */
template <class T> __device__ __forceinline__ void addLines(const Indexing& p) {
  const Size line = static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x;
  if (line >= p.outer * p.inner) return;
  const Size outer = line / p.inner;
  const Size inner = line - outer * p.inner;
  T* out = static_cast<T*>(p.out);
  const T* x = static_cast<const T*>(p.x);
  for (Size c = 0; c < p.count; c++) {
    const Size to = checked(p, p.index[indexAt(p, outer, c, inner)]);
    if (to >= 0) out[(outer * p.length + to) * p.inner + inner] += x[(outer * p.count + c) * p.inner + inner];
  }
}

/**
 * A thread for each element of the source in the order that sorts the index; the first of those with one index adds all of them.
 * The sort is stable, so that they stand in the order of the source.
 */
template <class T> __device__ __forceinline__ void addSorted(const Indexing& p) {
  const Size element = static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x;
  if (element >= p.outer * p.count * p.inner) return;
  const Position at(p, element);
  const auto source = [&](Size rank) { return static_cast<Size>(p.order[indexAt(p, at.outer, rank, at.inner)]); };
  const auto target = [&](Size c) { return p.index[indexAt(p, at.outer, c, at.inner)]; };
  Size c = source(at.position);
  const std::int32_t index = target(c);
  if (at.position > 0 && target(source(at.position - 1)) == index) return;
  const Size to = checked(p, index);
  if (to < 0) return;
  const T* x = static_cast<const T*>(p.x) + at.outer * p.count * p.inner + at.inner;
  T* out = static_cast<T*>(p.out) + (at.outer * p.length + to) * p.inner + at.inner;
  T total = *out;
  for (Size rank = at.position;;) {
    total += x[c * p.inner];
    if (++rank == p.count) break;
    c = source(rank);
    if (target(c) != index) break;
  }
  *out = total;
}

}  // namespace

KD_KERNEL(take_1, kThreads, Indexing) { take<std::uint8_t>(p); }
KD_KERNEL(take_4, kThreads, Indexing) { take<std::uint32_t>(p); }
KD_KERNEL(take_8, kThreads, Indexing) { take<std::uint64_t>(p); }

#define KD_ADD(suffix, T)                                                 \
  KD_KERNEL(addLines_##suffix, kThreads, Indexing) { addLines<T>(p); }        \
  KD_KERNEL(addSorted_##suffix, kThreads, Indexing) { addSorted<T>(p); }

KD_ADD(f32, float)
KD_ADD(f64, double)
KD_ADD(i32, std::uint32_t)
KD_ADD(u8, std::uint8_t)

}  // namespace kd
