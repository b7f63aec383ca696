// What the passes over the steps of a recurrent layer, forward and backward, have in common. Inside, a state is [elements, sequences]: what
// belongs to an element of all sequences lies side by side, so that products and functions fill their vectors whatever the hidden size.
#pragma once

#include "fill.h"
#include "functions.h"
#include "panels.h"

namespace kd::KD_TARGET {

/** out [m, rows] ← a [m, k] · lines [k, rows]. */
template <class T> void product(T* out, const Matrix& a, const T* lines, Size m, Size rows, Size k) {
  const auto gemm = table().gemm[static_cast<int>(sizeof(T) == 4 ? DType::float32 : DType::float64)];
  // A single column is computed as the row that its transpose is.
  if (rows == 1) gemm({.out = out, .a = {lines, k, 1}, .b = {a.data, a.columnStep, a.rowStep}, .m = 1, .n = m, .k = k});
  else gemm({.out = out, .a = a, .b = {lines, rows, 1}, .m = m, .n = rows, .k = k});
}

/** Rows of some elements, `step` apart. */
template <class T> struct RowsOf {
  T* data;
  Size step;
  T* at(Size r) const { return data + r * step; }
};

/** Rows of the steps of several sequences lie far apart: the next step's are fetched while these are worked on. */
template <class T> KD_INLINE void fetchAhead(const T* row, Size length) {
  constexpr Size line = 64 / sizeof(T);
  for (Size i = 0; i < length; i += line) __builtin_prefetch(row + i);
}

template <class T> KD_INLINE void put(T* to, Vector<T> v, Size count) {
  if (count == kLanes<T>) store(to, v);
  else storePart(to, v, count);
}
template <class T> KD_INLINE Vector<T> take(const T* from, Size count) { return count == kLanes<T> ? load(from) : loadPart(from, count); }

/** Transposes [rows, length]: calls write(j, r, v, count) with elements j of the rows from r on, `count` of them. */
template <class T, class Write> KD_INLINE void turn(RowsOf<const T> from, Size rows, Size length, Write&& write) {
  constexpr Size lanes = kLanes<T>;
  for (Size r = 0; r < rows; r += lanes) {
    const Size present = min(rows - r, lanes);
    for (Size j = 0; j < length; j += lanes) {
      const Size count = min(length - j, lanes);
      Vector<T> block[lanes];
      if (present == lanes && count == lanes) {
#pragma GCC unroll 16
        for (Size i = 0; i < lanes; i++) block[i] = load(from.at(r + i) + j);
      } else {
#pragma GCC unroll 16
        for (Size i = 0; i < lanes; i++) block[i] = i < present ? loadPart(from.at(r + i) + j, count) : Vector<T>{};
      }
      transpose<T>(block);
#pragma GCC unroll 16
      for (Size i = 0; i < lanes; i++) {
        if (i < count) write(j + i, r, block[i], present);
      }
    }
  }
}

/** lines [length, rows] ← rows [rows, length]. */
template <class T> void toLines(RowsOf<const T> from, Size rows, Size length, T* lines) {
  if (rows == 1) {
    std::memcpy(lines, from.data, sizeof(T) * length);
    return;
  }
  turn<T>(from, rows, length, [=](Size j, Size r, Vector<T> v, Size count) KD_ALWAYS_INLINE { put(lines + j * rows + r, v, count); });
}

/** lines [length, rows] ← lines + rows [rows, length]. */
template <class T> void addToLines(RowsOf<const T> from, Size rows, Size length, T* lines) {
  if (rows == 1) {
    KD_INDEPENDENT
    for (Size j = 0; j < length; j++) lines[j] += from.data[j];
    return;
  }
  turn<T>(from, rows, length, [=](Size j, Size r, Vector<T> v, Size count) KD_ALWAYS_INLINE {
    T* to = lines + j * rows + r;
    put(to, take(to, count) + v, count);
  });
}

/** rows [rows, length] ← lines [length, rows], and so `also`, unless it is null. */
template <class T> void toRows(const T* lines, Size rows, Size length, RowsOf<T> to, RowsOf<T> also = {nullptr, 0}) {
  if (rows == 1) {
    std::memcpy(to.data, lines, sizeof(T) * length);
    if (also.data != nullptr) std::memcpy(also.data, lines, sizeof(T) * length);
    return;
  }
  turn<T>({lines, rows}, length, rows, [=](Size r, Size j, Vector<T> v, Size count) KD_ALWAYS_INLINE {
    put(to.at(r) + j, v, count);
    if (also.data != nullptr) put(also.at(r) + j, v, count);
  });
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
