// Tiles of products: a few rows by a vector of columns or two, each element of which is one sum from the first step to the last.
#pragma once

#include "vector.h"

namespace kd::KD_TARGET {

/**
 * tile += a [rows, k] · b [k, kVectors vectors]; `last` lanes of the last vector exist when `partial`. Where it `fetches`, memory from
 * `ahead` on is brought into the second-level cache, `aheadStep` elements for each step of k. Where it `copies`, `copy` gets the rows of b,
 * side by side, each of which is asked for some steps before it is read.
 */
template <class T, int rows, int vectors, bool partial, bool fetches = false, bool copies = false>
KD_INLINE void accumulate(Size k, const T* a, Size rowStep, Size step, const T* b, Size bStep, Size last, Vector<T> (&tile)[rows][vectors],
                          const T* ahead = nullptr, Size aheadStep = 0, T* copy = nullptr) {
  constexpr Size early = 32;  // steps
  constexpr int reach = 3;  // rows that a pointer and a scaled index reach
  constexpr int groups = (rows + reach - 1) / reach;
  const T* heads[groups];
#pragma GCC unroll 8
  for (int g = 0; g < groups; g++) heads[g] = a + g * reach * rowStep;
  for (Size p = 0; p < k; p++, b += bStep) {
    if constexpr (fetches) {
      fetchFar(ahead);
      ahead += aheadStep;
    }
    // Kept apart, or the compiler derives every row's address from one pointer, with more offsets than there are registers.
#pragma GCC unroll 8
    for (int g = 0; g < groups; g++) asm("" : "+r"(heads[g]));
    Vector<T> row[vectors];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
      if (partial && !kReadsBehind && v == vectors - 1) row[v] = loadPart(b + v * kLanes<T>, last);
      else row[v] = load(b + v * kLanes<T>);
      if constexpr (copies) {
        fetchFar(b + early * bStep + v * kLanes<T>);
        store(copy + v * kLanes<T>, row[v]);
      }
    }
    if constexpr (copies) copy += vectors * kLanes<T>;
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
      const Vector<T> x = broadcast(heads[r / reach][r % reach * rowStep]);
#pragma GCC unroll 8
      for (int v = 0; v < vectors; v++) tile[r][v] = multiplyAdd<T>(x, row[v], tile[r][v]);
#if defined(__wasm_relaxed_simd__)
      // Row by row, or the compiler reads all rows of a first, which leaves too few registers.
#pragma GCC unroll 8
      for (int v = 0; v < vectors; v++) asm volatile("" : "+r"(tile[r][v]));
#endif
    }
#pragma GCC unroll 8
    for (int g = 0; g < groups; g++) heads[g] += step;
  }
}

/** Writes a tile that lies in memory, or adds it to what is there. */
template <class T>
__attribute__((noinline)) void finishPart(const T* tile, int rows, int vectors, T* out, Size outStep, Size last, bool first) {
  for (int r = 0; r < rows; r++, out += outStep) {
    for (int v = 0; v < vectors; v++, tile += kLanes<T>) {
      T* p = out + v * kLanes<T>;
      const Size count = v == vectors - 1 ? last : kLanes<T>;
      storePart(p, first ? load(tile) : loadPart(p, count) + load(tile), count);
    }
  }
}

/** Writes a tile, or adds it to what is there. Where a part is read as a whole, one function writes those of all sizes. */
template <class T, int rows, int vectors, bool partial>
KD_INLINE void finish(Vector<T> (&tile)[rows][vectors], T* out, Size outStep, Size last, bool first) {
  if constexpr (partial && kReadsBehind) {
    if (last == kLanes<T>) return finish<T, rows, vectors, false>(tile, out, outStep, last, first);
    // A copy, or the tile would lie in memory all along.
    T lanes[rows * vectors * kLanes<T>];
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
#pragma GCC unroll 8
      for (int v = 0; v < vectors; v++) store(lanes + (r * vectors + v) * kLanes<T>, tile[r][v]);
    }
    return finishPart<T>(lanes, rows, vectors, out, outStep, last, first);
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++, out += outStep) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
      T* p = out + v * kLanes<T>;
      if (partial && v == vectors - 1) {
        storePart(p, first ? tile[r][v] : loadPart(p, last) + tile[r][v], last);
      } else {
        store(p, first ? tile[r][v] : load(p) + tile[r][v]);
      }
    }
  }
}

}  // namespace kd::KD_TARGET
