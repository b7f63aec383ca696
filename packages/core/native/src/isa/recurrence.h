// What the passes over the steps of a recurrent layer, forward and backward, have in common. Inside, a state is [elements, sequences]: what
// belongs to an element of all sequences lies side by side, so that products and functions fill their vectors whatever the hidden size.
#pragma once

#include "fill.h"
#include "functions.h"
#include "panels.h"
#include "turn.h"

namespace kd::KD_TARGET {

/** out [m, rows] ← a [m, k] · lines [k, rows]. */
template <class T> void product(T* out, const Matrix& a, const T* lines, Size m, Size rows, Size k) {
  const auto gemm = table().gemm[static_cast<int>(sizeof(T) == 4 ? DType::float32 : DType::float64)];
  // A single column is computed as the row that its transpose is.
  if (rows == 1) gemm({.out = out, .a = {lines, k, 1}, .b = {a.data, a.columnStep, a.rowStep}, .m = 1, .n = m, .k = k});
  else gemm({.out = out, .a = a, .b = {lines, rows, 1}, .m = m, .n = rows, .k = k});
}

/** Rows of the steps of several sequences lie far apart: the next step's are fetched while these are worked on. */
template <class T> KD_INLINE void fetchAhead(const T* row, Size length) {
  constexpr Size line = 64 / sizeof(T);
  for (Size i = 0; i < length; i += line) __builtin_prefetch(row + i);
}

/** Some sequences of a batch, which one thread takes through all steps. */
template <class T> struct Sequences {
  const Recurrence& c;
  Size first;
  Size rows;
  /** Elements of a state of all these sequences: rows · hidden. */
  Size n = rows * c.hidden;

  /** The step that is taken as number i. */
  Size step(Size i) const { return c.reverse ? c.steps - 1 - i : i; }

  /** Rows of `length` elements at step t, from element `offset` on. */
  template <class P> RowsOf<P> at(P* data, Size t, Size length, Size offset = 0) const {
    const Size row = c.batchFirst ? first * c.steps + t : t * c.batch + first;
    return {data + row * length + offset, c.batchFirst ? c.steps * length : length};
  }

  /** Rows of `length` elements, without steps. */
  template <class P> RowsOf<P> of(P* data, Size length) const { return {data + first * length, length}; }

  /** From a row to that of the same sequence in the step that is taken after its own. */
  Size ahead(Size length) const { return (c.batchFirst ? length : c.batch * length) * (c.reverse ? -1 : 1); }

  /** What step t keeps for the gradient: `saved / hidden` blocks of n elements. */
  template <class P> P* kept(P* data, Size t) const { return data + (first * c.steps + t * rows) * c.saved; }

  bool ends() const { return c.lengths != nullptr; }
  /** Whether a sequence has the step t. */
  bool has(Size r, Size t) const { return c.lengths == nullptr || t < c.lengths[first + r]; }

  /** The lines `to` of a sequence ← those of `from`. */
  void restore(T* to, const T* from, Size r, Size length) const {
    for (Size j = 0; j < length; j++) to[j * rows + r] = from[j * rows + r];
  }
};

}  // namespace kd::KD_TARGET
