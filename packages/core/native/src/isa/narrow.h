// Products of few columns, as in small networks. Where half a vector holds a row, halves are used: processors that take a whole vector
// in two steps do twice as many of them.
#pragma once

#include "vector.h"

namespace kd::KD_TARGET {

/** A whole vector. */
template <class T> struct Whole {
  using Type = Vector<T>;
  static constexpr Size lanes = kLanes<T>;
  KD_INLINE Type load(const T* p) { return KD_TARGET::load(p); }
  KD_INLINE void store(T* p, Type v) { KD_TARGET::store(p, v); }
  KD_INLINE Type loadPart(const T* p, Size count) { return KD_TARGET::loadPart(p, count); }
  KD_INLINE void storePart(T* p, Type v, Size count) { KD_TARGET::storePart(p, v, count); }
  KD_INLINE Type multiplyAdd(T a, Type b, Type c) { return KD_TARGET::multiplyAdd<T>(broadcast(a), b, c); }
};

#if KD_VECTOR_BYTES == 64 && defined(__AVX512VL__)
template <class T> struct Half : Whole<T> {};
template <> struct Half<float> {
  using Type = __m256;
  static constexpr Size lanes = 8;
  KD_INLINE Type load(const float* p) { return _mm256_loadu_ps(p); }
  KD_INLINE void store(float* p, Type v) { _mm256_storeu_ps(p, v); }
  KD_INLINE Type loadPart(const float* p, Size count) { return _mm256_maskz_loadu_ps(firstOf8(count), p); }
  KD_INLINE void storePart(float* p, Type v, Size count) { _mm256_mask_storeu_ps(p, firstOf8(count), v); }
  KD_INLINE Type multiplyAdd(float a, Type b, Type c) { return _mm256_fmadd_ps(_mm256_set1_ps(a), b, c); }
};
#else
template <class T> using Half = Whole<T>;
#endif

template <class T> constexpr Size kNarrowDepth = 2 * kLanes<T>;

/** Whether a [k, n] right side fits into one vector a row. */
template <class T> constexpr bool isNarrow(Size n, Size k) { return n <= kLanes<T> && k < kNarrowDepth<T>; }

template <class T, class Part, int rows>
KD_INLINE void narrowRows(T* out, const T* a, Size row, Size column, const typename Part::Type* b, const typename Part::Type* bias, Size n,
                          Size k) {
  constexpr int reach = 3;  // as in a tile
  constexpr int groups = (rows + reach - 1) / reach;
  const T* heads[groups];
#pragma GCC unroll 8
  for (int g = 0; g < groups; g++) heads[g] = a + g * reach * row;
  typename Part::Type totals[rows] = {};
  for (Size p = 0; p < k; p++) {
#pragma GCC unroll 8
    for (int g = 0; g < groups; g++) asm("" : "+r"(heads[g]));
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) totals[r] = Part::multiplyAdd(heads[r / reach][r % reach * row], b[p], totals[r]);
#pragma GCC unroll 8
    for (int g = 0; g < groups; g++) heads[g] += column;
  }
  if (bias != nullptr) {
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) totals[r] += *bias;
  }
  // What a whole vector writes beyond its row, the next rows overwrite.
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++) {
    if ((rows - r) * n >= Part::lanes) Part::store(out + r * n, totals[r]);
    else Part::storePart(out + r * n, totals[r], n);
  }
}

template <class T, class Part>
void multiplyNarrowBy(T* out, const T* a, Size aRow, Size aColumn, const T* b, Size bRow, Size bColumn, const T* bias, Size m, Size n, Size k) {
  constexpr int group = 8;
  typename Part::Type rows[kNarrowDepth<T>];
  T line[Part::lanes] = {};
  for (Size p = 0; p < k; p++, b += bRow) {
    if (bColumn == 1) {
      rows[p] = Part::loadPart(b, n);
    } else {
      for (Size j = 0; j < n; j++) line[j] = b[j * bColumn];
      rows[p] = Part::load(line);
    }
  }
  typename Part::Type added{};
  if (bias != nullptr) added = Part::loadPart(bias, n);
  const auto* const last = bias != nullptr ? &added : nullptr;
  Size i = 0;
  for (; i + group <= m; i += group) narrowRows<T, Part, group>(out + i * n, a + i * aRow, aRow, aColumn, rows, last, n, k);
  for (; i < m; i++) narrowRows<T, Part, 1>(out + i * n, a + i * aRow, aRow, aColumn, rows, last, n, k);
}

/**
 * out [m, n] ← a [m, k] · b [k, n], where b is narrow, plus bias [n] unless it is null; steps are those between rows and between columns.
 * Each element is the sum over k in order, as in a tile.
 */
template <class T>
void multiplyNarrow(T* out, const T* a, Size aRow, Size aColumn, const T* b, Size bRow, Size bColumn, const T* bias, Size m, Size n, Size k) {
  const auto multiply = n <= Half<T>::lanes ? multiplyNarrowBy<T, Half<T>> : multiplyNarrowBy<T, Whole<T>>;
  multiply(out, a, aRow, aColumn, b, bRow, bColumn, bias, m, n, k);
}

constexpr Size kFewRows = 8;

/** Whether a [m, n] result stays in registers all along k. */
template <class T> constexpr bool isFlat(Size m, Size n, Size k) {
  return m <= kFewRows && n > 1 && n <= Half<T>::lanes && Half<T>::lanes < kLanes<T> && k >= kNarrowDepth<T>;
}

/**
 * out [rows, n] ← aᵀ · b for a [k, rows] and b [k, n] of few columns, in blocks of `depth` steps. In a block, one of every `ways` steps
 * adds to the same total: alone, a total would wait for its last addition.
 */
template <class T, int rows>
void multiplyFlat(T* out, const T* a, Size aStep, const T* b, Size bStep, Size n, Size k, Size depth) {
  using Part = Half<T>;
  constexpr int ways = rows >= 4 ? 2 : rows >= 2 ? 4 : 8;
  typename Part::Type results[rows] = {};
  while (k > 0) {
    typename Part::Type totals[ways][rows] = {};
    Size p = k < depth ? k : depth;
    k -= p;
    for (; p >= ways; p -= ways) {
#pragma GCC unroll 8
      for (int w = 0; w < ways; w++, a += aStep, b += bStep) {
        const auto row = Part::loadPart(b, n);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) totals[w][r] = Part::multiplyAdd(a[r], row, totals[w][r]);
      }
    }
    for (; p > 0; p--, a += aStep, b += bStep) {
      const auto row = Part::loadPart(b, n);
#pragma GCC unroll 8
      for (int r = 0; r < rows; r++) totals[0][r] = Part::multiplyAdd(a[r], row, totals[0][r]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
#pragma GCC unroll 8
      for (int w = 1; w < ways; w++) totals[0][r] += totals[w][r];
      results[r] += totals[0][r];
    }
  }
  for (int r = 0; r < rows; r++) Part::storePart(out + r * n, results[r], n);
}

template <class T, int rows = kFewRows>
void multiplyFlat(Size m, T* out, const T* a, Size aStep, const T* b, Size bStep, Size n, Size k, Size depth) {
  if constexpr (rows > 0) {
    if (m == rows) multiplyFlat<T, rows>(out, a, aStep, b, bStep, n, k, depth);
    else multiplyFlat<T, rows - 1>(m, out, a, aStep, b, bStep, n, k, depth);
  }
}

}  // namespace kd::KD_TARGET
