// Tiles of matrix products: how large they are, and what runs down a strip of b.
#pragma once

#include "../chunks.h"
#include "panels.h"
#include "tile.h"
#include "zero-steps.h"

namespace kd::KD_TARGET::gemm {

constexpr int kVectors = 2;  // vectors of columns in a tile

/** Rows of a tile: as many as leave its accumulators, a row of b and an element of a in registers. */
#if KD_VECTOR_BYTES == 64 || defined(__aarch64__)
template <class T> constexpr int kRows = 12;
#elif defined(__AVX2__)
template <class T> constexpr int kRows = 6;
#elif defined(__wasm_relaxed_simd__)
template <class T> constexpr int kRows = std::is_same_v<T, float> ? 6 : 4;  // which keeps the code small
#else
template <class T> constexpr int kRows = 4;
#endif

template <class T> constexpr Size kColumns = kVectors * kLanes<T>;

/** Steps of k in a block: a strip of b stays in the nearest caches while tiles run down it. */
template <class T>
constexpr Size kDepth = (KD_VECTOR_BYTES == 64 ? 65536 : 25600) / static_cast<Size>(sizeof(T)) / kColumns<T>;
/** Rows in a block: its part of a stays in the second-level cache while strip after strip of b runs past it. */
template <class T>
constexpr Size kBlockRows = (KD_VECTOR_BYTES == 64 ? 400000 : 307200) / static_cast<Size>(sizeof(T)) / kDepth<T> / kRows<T> * kRows<T>;

template <class T> Size depthOf(Size m, Size n, Size k) { return m * n <= kChunkedElements ? chunkOf(k) : evenly(k, kDepth<T>); }

template <class T> struct View {
  const T* data;
  Size row;
  Size column;
  const T* at(Size r, Size c) const { return data + r * row + c * column; }
};

template <class T> View<T> viewOf(const Matrix& matrix) {
  return {static_cast<const T*>(matrix.data), matrix.rowStep, matrix.columnStep};
}

/** Tiles one below the other: steps [0, depth) of k, rows of a as they are read (in place, or packed), and one strip of b. */
template <class T> struct Column {
  Size depth;
  const T* a;
  Size aRow;
  Size aStep;
  /** From a tile's rows to those of the next one. */
  Size aNext;
  const T* b;
  Size bStep;
  /** Columns, kColumns at most. */
  Size width;
  T* out;
  Size outStep;
  Size tiles;
  /** What is read after these tiles, which bring it near part by part, `aheadStep` elements for a step of k; 0 where it is near. */
  const T* ahead;
  Size aheadStep;
  /** Whether the result's elements are written, not added to. */
  bool first;
  /** What the columns' elements get added; null for nothing. */
  const T* bias;

  /** The tiles from one on, of `height` rows. */
  Column from(Size t, Size height) const {
    Column rest = tile(t, height);
    rest.tiles = tiles - t;
    return rest;
  }

  /** One of the tiles, of `height` rows. */
  Column tile(Size t, Size height) const {
    Column one = *this;
    one.a += t * aNext;
    one.out += t * height * outStep;
    one.ahead += t * depth * aheadStep;
    one.tiles = 1;
    return one;
  }

  /** The same tiles without their first `rows` rows. */
  Column below(int rows) const {
    Column rest = *this;
    rest.a += rows * aRow;
    rest.out += rows * outStep;
    return rest;
  }
};

/** Adds what all rows get to the sums of a tile. */
template <class T, int rows, int vectors, bool partial>
KD_INLINE void addBias(Vector<T> (&totals)[rows][vectors], const T* bias, Size last) {
  if (kIsDownloaded || bias == nullptr) return;
#pragma GCC unroll 8
  for (int v = 0; v < vectors; v++, bias += kLanes<T>) {
    const Vector<T> added = partial && v == vectors - 1 ? loadPart(bias, last) : load(bias);
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) totals[r][v] += added;
  }
}

/** Tiles of `rows` rows; the next one's begin `height` rows below. */
template <class T, int rows, int vectors, bool partial, bool fetches = false>
__attribute__((noinline)) void run(const Column<T>& column, Size height) {
  const T* a = column.a;
  const T* ahead = column.ahead;
  T* out = column.out;
  const Size last = column.width - (vectors - 1) * kLanes<T>;
  for (Size t = 0; t < column.tiles; t++, a += column.aNext, out += height * column.outStep) {
    if (!column.first) {
      for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) __builtin_prefetch(out + r * column.outStep + v * kLanes<T>, 1);
      }
    }
    Vector<T> totals[rows][vectors] = {};
    accumulate<T, rows, vectors, partial, fetches>(column.depth, a, column.aRow, column.aStep, column.b, column.bStep, last, totals, ahead,
                                                   column.aheadStep);
    ahead += column.depth * column.aheadStep;
    addBias<T, rows, vectors, partial>(totals, column.bias, last);
    finish<T, rows, vectors, partial>(totals, out, column.outStep, last, column.first);
  }
}

/** A whole tile whose strip of b is read in place, and packed on the way. */
template <class T> __attribute__((noinline)) void runCopying(const Column<T>& column, T* strip) {
  Vector<T> totals[kRows<T>][kVectors] = {};
  accumulate<T, kRows<T>, kVectors, false, false, true>(column.depth, column.a, column.aRow, column.aStep, column.b, column.bStep, kLanes<T>,
                                                        totals, nullptr, 0, strip);
  addBias<T, kRows<T>, kVectors, false>(totals, column.bias, kLanes<T>);
  finish<T, kRows<T>, kVectors, false>(totals, column.out, column.outStep, kLanes<T>, column.first);
}

/** A whole tile over some of its steps; a and b are packed. */
template <class T> __attribute__((noinline)) void runSteps(const Column<T>& column, const StepList& list) {
  Vector<T> totals[kRows<T>][kVectors] = {};
  const Step* steps = list.steps();
  for (const Step* end = steps + list.count(); steps != end; steps++) {
    const Size p = *steps;
    accumulate<T, kRows<T>, kVectors, false>(1, column.a + p * kRows<T>, 1, 0, column.b + p * kColumns<T>, 0, kLanes<T>, totals);
  }
  addBias<T, kRows<T>, kVectors, false>(totals, column.bias, kLanes<T>);
  finish<T, kRows<T>, kVectors, false>(totals, column.out, column.outStep, kLanes<T>, column.first);
}

/** Tall tiles come in one width only: others are cut in two, which keeps the code small. */
constexpr int kTallRows = 6;

template <class T, int rows = kRows<T>> void runTiles(int height, const Column<T>& column, Size next) {
  if constexpr (rows > 0) {
    if (height < rows) return runTiles<T, rows - 1>(height, column, next);
    static_assert(kVectors == 2);
    if constexpr (kFewVariants<T> && rows > 1 && rows < kRows<T>) {
      runTiles<T, 1>(1, column, next);
      return runTiles<T, rows - 1>(rows - 1, column.below(1), next);
    }
    if constexpr (kReadsBehind) {
      if (column.width > kLanes<T>) run<T, rows, 2, true>(column, next);
      else run<T, rows, 1, true>(column, next);
      return;
    }
    if (column.width == kColumns<T>) {
      if constexpr (rows == kRows<T> && !kIsDownloaded) {
        if (column.aheadStep > 0) return run<T, rows, 2, false, true>(column, next);
      }
      return run<T, rows, 2, false>(column, next);
    }
    if constexpr (rows > kTallRows) {
      runTiles<T, kTallRows>(kTallRows, column, next);
      runTiles<T, kTallRows>(rows - kTallRows, column.below(kTallRows), next);
    } else if (column.width > kLanes<T>) {
      run<T, rows, 2, true>(column, next);
    } else if (column.width == kLanes<T>) {
      run<T, rows, 1, false>(column, next);
    } else {
      run<T, rows, 1, true>(column, next);
    }
  }
}

}  // namespace kd::KD_TARGET::gemm
