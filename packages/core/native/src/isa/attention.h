// What both directions of attention do with a block of queries and a block of keys. Its scores lie by keys: lanes are queries, and each
// query's maximum and sum run over the rows, in the order of the keys, whatever the width of vectors.
#pragma once

#include "../kernels.h"
#include "functions.h"
#include "panels.h"
#include "tile.h"
#include "turn.h"

namespace kd::KD_TARGET {

/** Keys in a block, the rows of its scores, and queries, the columns. */
constexpr Size kKeys = 64;
constexpr Size kQueries = kAttentionQueries;

/** Columns of a tile. */
template <class T> constexpr Size kTileWidth = 2 * kLanes<T>;

/** A row of a matrix. */
template <class T> KD_INLINE const T* at(const Matrix& m, Size row) { return static_cast<const T*>(m.data) + row * m.rowStep; }

/** A product of a [rows, depth] and b [depth, columns], the rows of b being contiguous. */
template <class T> struct Product {
  Size rows;
  Size columns;
  Size depth;
  const T* a;
  Size aRow;
  Size aStep;
  const T* b;
  Size bStep;
  T* out;
  Size outStep;
  /** Whether the result is written, not added to what is there. */
  bool first;
};

template <class T, int rows, int vectors, bool partial> KD_INLINE void tile(const Product<T>& c, Size row, Size column, Size last) {
  Vector<T> totals[rows][vectors] = {};
  accumulate<T, rows, vectors, partial>(c.depth, c.a + row * c.aRow, c.aRow, c.aStep, c.b + column, c.bStep, last, totals);
  finish<T, rows, vectors, partial>(totals, c.out + row * c.outStep + column, c.outStep, last, c.first);
}

template <class T, int vectors, bool partial> __attribute__((noinline)) void strip(const Product<T>& c, Size column, Size last) {
  Size row = 0;
  // Where there are registers for more sums, so that one need not wait for the other.
  for (; KD_VECTOR_BYTES == 64 && row + 8 <= c.rows; row += 8) tile<T, 8, vectors, partial>(c, row, column, last);
  for (; row + 4 <= c.rows; row += 4) tile<T, 4, vectors, partial>(c, row, column, last);
  for (; row < c.rows; row++) tile<T, 1, vectors, partial>(c, row, column, last);
}

template <class T> KD_INLINE void multiply(const Product<T>& c) {
  constexpr Size lanes = kLanes<T>;
  for (Size column = 0; column < c.columns; column += kTileWidth<T>) {
    const Size width = min(c.columns - column, kTileWidth<T>);
    if (kReadsBehind) {
      if (width > lanes) strip<T, 2, true>(c, column, width - lanes);
      else strip<T, 1, true>(c, column, width);
    } else if (width == kTileWidth<T>) strip<T, 2, false>(c, column, lanes);
    else if (width > lanes) strip<T, 2, true>(c, column, width - lanes);
    else if (width == lanes) strip<T, 1, false>(c, column, lanes);
    else strip<T, 1, true>(c, column, width);
  }
}

/** Rows of a matrix whose elements lie side by side. */
template <class T> struct Rows {
  const T* data;
  Size step;
};

/** In place, or copied to `copy`. */
template <class T> KD_INLINE Rows<T> rowsOf(const Matrix& m, Size first, Size count, Size size, T* copy) {
  const T* source = at<T>(m, first);
  if (m.columnStep == 1 || size == 1) return {source, m.rowStep};
  for (Size r = 0; r < count; r++) {
    for (Size i = 0; i < size; i++) copy[r * size + i] = source[r * m.rowStep + i * m.columnStep];
  }
  return {copy, size};
}

/** Rows that sums are added to: those of a matrix, or `room` without gaps where its elements do not lie side by side. */
template <class T> struct Sums {
  T* data;
  Size step;

  KD_INLINE Sums of(const OutputMatrix& target, Size first, Size size, T* room) {
    if (target.columnStep != 1) return {room, size};
    return {static_cast<T*>(target.data) + first * target.rowStep, target.rowStep};
  }

  void clear(Size count, Size size) const {
    for (Size r = 0; r < count; r++) std::memset(data + r * step, 0, sizeof(T) * static_cast<std::size_t>(size));
  }

  /** Has the matrix hold them. */
  void writeTo(const OutputMatrix& target, Size first, Size count, Size size) const {
    if (target.columnStep == 1) return;
    for (Size r = 0; r < count; r++) {
      T* out = static_cast<T*>(target.data) + (first + r) * target.rowStep;
      for (Size i = 0; i < size; i++) out[i * target.columnStep] = data[r * step + i];
    }
  }
};

/**
 * A block of queries and keys. The scores of a key are `width` elements, those of queries that do not exist among them: whole vectors, or
 * half a vector, so that two keys share one.
 */
struct Block {
  Size query;
  Size queries;
  Size width;
  Size key;
  Size keys;
};

/** Whether few queries take half a vector. */
template <class T> constexpr bool kHasHalves = kHasQuads<T> && KD_VECTOR_BYTES == 64;

template <class T> KD_INLINE Size widthOf(Size queries) {
  return kHasHalves<T> && queries <= kLanes<T> / 2 ? kLanes<T> / 2 : round(queries, kLanes<T>);
}

/** From the elements of one vector of scores to those of the next keys. */
template <class T> KD_INLINE Size stepOf(Size width) { return max(width, kLanes<T>); }

/** What each query has, for scores of so many elements a key: in both halves where two keys share a vector. */
template <class T> KD_INLINE Vector<T> forEachKey(Vector<T> v, [[maybe_unused]] Size width) {
#if KD_HAS_QUADS && KD_VECTOR_BYTES == 64
  if constexpr (kHasHalves<T>) {
    if (width < kLanes<T>) return _mm512_maskz_shuffle_f32x4(0xffff, v, v, 0x44);
  }
#endif
  return v;
}

/** panel [size, width] ← rows of a matrix, as columns, times a number; columns of queries that do not exist hold any numbers. */
template <class T> KD_INLINE void packColumns(const Matrix& m, const Block& block, Size size, T scale, T* panel) {
  const T* source = at<T>(m, block.query);
  if constexpr (kHasQuads<T>) {
    if (m.columnStep == 1) {
      const Size width = block.width;
      turn<T>({source, m.rowStep}, block.queries, size, [=](Size p, Size i, Vector<T> v, Size) KD_ALWAYS_INLINE {
        put(panel + p * width + i, v * broadcast(scale), min(width - i, kLanes<T>));
      });
      return;
    }
  }
  for (Size p = 0; p < size; p++, source += m.columnStep, panel += block.width) {
    for (Size i = 0; i < block.queries; i++) panel[i] = source[i * m.rowStep] * scale;
    for (Size i = block.queries; i < block.width; i++) panel[i] = T(0);
  }
}

/** out [keys, width] ← rows of a matrix · panel [size, width]. */
template <class T> KD_INLINE void scoresOf(const Matrix& m, const Block& block, Size size, const T* panel, T* out) {
  multiply<T>({block.keys, block.width, size, at<T>(m, block.key), m.rowStep, m.columnStep, panel, block.width, out, block.width, true});
}

/** Adds the mask to scores, and hides keys behind a query's position. */
template <class T> KD_INLINE void maskScores(const AttentionHead& c, const Block& block, T* scores) {
  if (c.mask.data != nullptr) {
    const T* mask = at<T>(c.mask, block.query) + block.key * c.mask.columnStep;
    for (Size j = 0; j < block.keys; j++, mask += c.mask.columnStep) {
      T* row = scores + j * block.width;
      for (Size i = 0; i < block.queries; i++) row[i] += mask[i * c.mask.rowStep];
    }
  }
  if (!c.causal) return;
  for (Size j = 0; j < block.keys; j++) {
    const Size blind = min(block.width, block.key + j - block.query);
    for (Size i = 0; i < blind; i++) scores[j * block.width + i] = -INFINITY;
  }
}

/** x ← e^(x − shift) of [rows, width], with a shift for each column, for each of two rows where those share a vector. */
template <class T> KD_INLINE void exponentials(T* x, Size rows, Size width, const T* shift) {
  constexpr Size lanes = kLanes<T>;
  const Size step = stepOf<T>(width);
  for (const T* const end = x + rows * width; x < end; x += step) {
    for (Size first = 0; first < width; first += lanes) {
      KD_INDEPENDENT
      for (Size i = 0; i < lanes; i++) x[first + i] = exp(x[first + i] - shift[first + i]);
    }
  }
}

/** Calls f(column) for each vector of columns. */
template <class T, class F> KD_INLINE void forColumns(Size width, F f) {
  for (Size column = 0; column < width; column += kLanes<T>) f(column);
}

}  // namespace kd::KD_TARGET
