// Tiles of convolutions. An element of a tile is one sum from its first step to its last, whatever the width of vectors.
#pragma once

#include <utility>

#include "panels.h"

namespace kd::KD_TARGET {

/** Rows of a tile at most: as many as leave its accumulators, a row of b and an element of a in registers. */
#if KD_VECTOR_BYTES == 64 || defined(__aarch64__)
constexpr int kTileRows = 14;
#elif defined(__AVX2__)
constexpr int kTileRows = 6;
#else
constexpr int kTileRows = 4;
#endif

/** Vectors of channels in a tile at most. */
constexpr int kTileVectors = 2;
template <class T> constexpr int kTileVectorsOf = kFewVariants<T> ? 1 : kTileVectors;
template <class T> constexpr Size kTileChannels = kTileVectorsOf<T> * kLanes<T>;

/** Whether tiles leave out what lies beyond an image. */
constexpr bool kLeavesOut = !kIsDownloaded;

/** The first row of a tile, and the last one, as bits. */
constexpr Size kFirstRow = 1;
constexpr Size kLastRow = 2;
constexpr Size endsOf(bool first, bool last) { return (first ? kFirstRow : 0) | (last ? kLastRow : 0); }

/** Step (o, i) of outer · inner: a at o · outerStep + offsets[i], and the next row of b. */
template <class T> struct Steps {
  Size outer;
  Size outerStep;
  Size inner;
  const Size* offsets;
  const T* b;
  Size bOuterGap = 0;  // elements of b between the rows for one o and those for the next
  const Size* ends = nullptr;  // the rows that step i leaves out, unless they are null
};

/**
 * tile += a · b over the steps; row r of a is r · rowStep elements behind the first one, which is 1 where `dense`.
 * @param ends those of the tile that steps may leave out.
 */
template <class T, int rows, int vectors, bool dense, bool leavesOut>
KD_INLINE void accumulate(const Steps<T>& steps, const T* a, Size rowStep, Size ends, Vector<T> (&tile)[rows][vectors]) {
  constexpr int reach = dense ? rows : 3;  // rows that a pointer and a scaled index reach
  constexpr int groups = (rows + reach - 1) / reach;
  if (dense) rowStep = 1;
  const T* b = steps.b;
  for (Size o = 0; o < steps.outer; o++, a += steps.outerStep, b += kLeavesOut ? steps.bOuterGap : 0) {
    for (Size i = 0; i < steps.inner; i++, b += vectors * kLanes<T>) {
      const Size without = leavesOut ? steps.ends[i] & ends : 0;
      const T* heads[groups];
      heads[0] = a + steps.offsets[i];
#pragma GCC unroll 8
      for (int g = 1; g < groups; g++) heads[g] = heads[g - 1] + reach * rowStep;
      // Kept apart, or the compiler derives every row's address from one pointer, with more offsets than there are registers.
#pragma GCC unroll 8
      for (int g = 0; g < groups; g++) asm("" : "+r"(heads[g]));
      Vector<T> row[vectors];
#pragma GCC unroll 8
      for (int v = 0; v < vectors; v++) row[v] = load(b + v * kLanes<T>);
#pragma GCC unroll 16
      for (int r = 0; r < rows; r++) {
        if (leavesOut && r == 0 && (without & kFirstRow) != 0) continue;
        if (leavesOut && r == rows - 1 && (without & kLastRow) != 0) continue;
        const Vector<T> x = broadcast(heads[r / reach][r % reach * rowStep]);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) tile[r][v] = multiplyAdd<T>(x, row[v], tile[r][v]);
      }
    }
  }
}

#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
KD_INLINE Vector<float> movedDown(Vector<float> v, Size by) {
  const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return _mm512_maskz_permutexvar_ps(firstOf16(8), _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(by)), lane), v);
}
KD_INLINE Vector<double> movedDown(Vector<double> v, Size by) {
  const __m512i lane = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm512_maskz_permutexvar_pd(firstOf8(4), _mm512_add_epi64(_mm512_set1_epi64(by), lane), v);
}
#endif

/** The first `count` lanes. Half a vector or more is written as two halves that overlap: masked stores take many cycles. */
template <class T> KD_INLINE void storeFirst(T* p, Vector<T> v, Size count) {
#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
  constexpr Size half = kLanes<T> / 2;
  if (count >= half) {
    const Vector<T> last = movedDown(v, count - half);
    std::memcpy(p, &v, half * sizeof(T));
    std::memcpy(p + count - half, &last, half * sizeof(T));
    return;
  }
#endif
  storePart(p, v, count);
}

/** Calls work(integral_constant rows, integral_constant vectors) for numbers known when the program runs. */
template <int rows = kTileRows, class Work> KD_INLINE void withTile(Size height, Size vectors, Work&& work) {
  if constexpr (rows > 0) {
    if (height < rows) return withTile<rows - 1>(height, vectors, work);
    if (vectors == 2) work(std::integral_constant<int, rows>{}, std::integral_constant<int, 2>{});
    else work(std::integral_constant<int, rows>{}, std::integral_constant<int, 1>{});
  }
}

}  // namespace kd::KD_TARGET
