// What the passes over the steps of a recurrent layer, forward and backward, have in common.
#pragma once

#include "fill.h"
#include "functions.h"
#include "vector.h"

namespace kd::KD_TARGET {

/** out [m, n] ← a [m, k], rows `step` apart, · b [k, n], plus bias unless it is null. */
template <class T> void product(T* out, const T* a, Size step, const T* b, const T* bias, Size m, Size n, Size k) {
  constexpr int dtype = static_cast<int>(sizeof(T) == 4 ? DType::float32 : DType::float64);
  const bool added = table().gemm[dtype]({.out = out, .a = {a, step, 1}, .b = {b, n, 1}, .m = m, .n = n, .k = k, .bias = bias});
  if (bias != nullptr && !added) table().addBias[dtype](m, n, bias, out);
}

/** Rows of `length` elements, `step` apart. */
template <class T> struct RowsOf {
  T* data;
  Size step;
  T* at(Size r) const { return data + r * step; }
};

/** to ← work(from, to) for `length` elements. */
template <class T, class Work> KD_INLINE void eachVector(Size length, const T* from, T* to, Work&& work) {
  constexpr Size lanes = kLanes<T>;
  Size i = 0;
  for (; i + lanes <= length; i += lanes) store(to + i, work(load(from + i), load(to + i)));
  if (i < length) storePart(to + i, work(loadPart(from + i, length - i), loadPart(to + i, length - i)), length - i);
}

template <class T> KD_INLINE void copy(Size length, const T* from, T* to) {
  eachVector(length, from, to, [](Vector<T> x, Vector<T>) KD_ALWAYS_INLINE { return x; });
}
template <class T> KD_INLINE void add(Size length, const T* from, T* to) {
  eachVector(length, from, to, [](Vector<T> x, Vector<T> y) KD_ALWAYS_INLINE { return y + x; });
}

/** Rows of the steps of several sequences lie far apart: the next step's are fetched while these are worked on. */
template <class T> KD_INLINE void fetchAhead(const T* row, Size length) {
  constexpr Size line = 64 / sizeof(T);
  for (Size i = 0; i < length; i += line) __builtin_prefetch(row + i);
}

template <class T> KD_INLINE void copyRows(Size rows, Size length, RowsOf<const T> from, RowsOf<T> to) {
  for (Size r = 0; r < rows; r++) copy(length, from.at(r), to.at(r));
}

/** Some sequences of a batch, which one thread takes through all steps. */
template <class T> struct Sequences {
  const Recurrence& c;
  Size first;
  Size rows;
  /** Elements of a state of all these sequences: rows · hidden. */
  Size n = rows * c.hidden;
  Size gates = c.width / c.hidden;

  /** The step that is taken as number i. */
  Size step(Size i) const { return c.reverse ? c.steps - 1 - i : i; }

  /** Rows of `length` elements at step t, from element `offset` on. */
  template <class P> RowsOf<P> at(P* data, Size t, Size length, Size offset = 0) const {
    const Size row = c.batchFirst ? first * c.steps + t : t * c.batch + first;
    return {data + row * length + offset, c.batchFirst ? c.steps * length : length};
  }

  /** From a row to that of the same sequence in the step that is taken after its own. */
  Size ahead(Size length) const { return (c.batchFirst ? length : c.batch * length) * (c.reverse ? -1 : 1); }

  /** What step t keeps for the gradient: `saved / hidden` blocks of n elements. */
  template <class P> P* kept(P* data, Size t) const { return data + (first * c.steps + t * rows) * c.saved; }

  bool ends() const { return c.lengths != nullptr; }
  /** Whether a sequence has the step t. */
  bool has(Size r, Size t) const { return c.lengths == nullptr || t < c.lengths[first + r]; }
};

}  // namespace kd::KD_TARGET
