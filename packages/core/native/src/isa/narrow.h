// Products of few columns, as in small networks. Where half a vector holds a row, halves are used: processors that take a whole vector
// in two steps do twice as many of them.
#pragma once

#include "panels.h"
#include "quad-rows.h"

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

/** Rows of a right side at most. Where they fill more than half a vector and there are sums enough, taking turns with them costs little. */
template <class T> constexpr Size kNarrowRows = 2 * kNarrowDepth<T>;

/** Whether a [k, n] right side fits into one vector a row. */
template <class T> constexpr bool isNarrow(Size m, Size n, Size k) {
  return n <= kLanes<T> && (k < kNarrowDepth<T> || (k <= kNarrowRows<T> && m >= 8 && n > Half<T>::lanes));
}

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

/** The rows of b [k, n], each a vector, zeros behind it. */
template <class T, class Part>
KD_INLINE void loadRows(typename Part::Type* rows, const T* b, Size bRow, Size bColumn, Size n, Size k) {
  constexpr Size lanes = Part::lanes;
  constexpr Size few = 2 * lanes;  // elements that are gathered one by one in less time than a square is transposed
  if (bColumn == 1) {
    for (Size p = 0; p < k; p++) rows[p] = Part::loadPart(b + p * bRow, n);
  } else if (!kIsDownloaded && std::is_floating_point_v<T> && bRow == 1 && n * k > few) {
    for (Size p = 0; p < k; p += lanes) {
      const Size depth = min(k - p, lanes);
      typename Part::Type* const block = rows + p;
#pragma GCC unroll 16
      for (Size j = 0; j < lanes; j++) block[j] = j < n ? Part::loadPart(b + j * bColumn + p, depth) : typename Part::Type{};
      transpose<T>(block);
    }
  } else {
    T line[lanes] = {};
    for (Size p = 0; p < k; p++, b += bRow) {
      for (Size j = 0; j < n; j++) line[j] = b[j * bColumn];
      rows[p] = Part::load(line);
    }
  }
}

template <class T, class Part>
void multiplyNarrowBy(T* out, const T* a, Size aRow, Size aColumn, const T* b, Size bRow, Size bColumn, const T* bias, Size m, Size n, Size k) {
  typename Part::Type rows[kNarrowRows<T>];
  loadRows<T, Part>(rows, b, bRow, bColumn, n, k);
  typename Part::Type added{};
  if (bias != nullptr) added = Part::loadPart(bias, n);
  const auto* const last = bias != nullptr ? &added : nullptr;
  Size i = 0;
  for (; i + 8 <= m; i += 8) narrowRows<T, Part, 8>(out + i * n, a + i * aRow, aRow, aColumn, rows, last, n, k);
  for (; !kIsDownloaded && i + 4 <= m; i += 4) narrowRows<T, Part, 4>(out + i * n, a + i * aRow, aRow, aColumn, rows, last, n, k);
  for (; i < m; i++) narrowRows<T, Part, 1>(out + i * n, a + i * aRow, aRow, aColumn, rows, last, n, k);
}

/**
 * out [m, n] ← a [m, k] · b [k, n], where b is narrow, plus bias [n] unless it is null; steps are those between rows and between columns.
 * Each element is the sum over k in order, as in a tile.
 */
template <class T>
void multiplyNarrow(T* out, const T* a, Size aRow, Size aColumn, const T* b, Size bRow, Size bColumn, const T* bias, Size m, Size n, Size k) {
#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
  if constexpr (std::is_same_v<T, float>) {
    if (suitsQuads(aColumn, m, n, k)) {
      const Size done = multiplyQuads(out, a, aRow, b, bRow, bColumn, bias, m, n, k);
      out += done * n;
      a += done * aRow;
      m -= done;
      if (m == 0) return;
    }
  }
#endif
  const auto multiply = n <= Half<T>::lanes ? multiplyNarrowBy<T, Half<T>> : multiplyNarrowBy<T, Whole<T>>;
  multiply(out, a, aRow, aColumn, b, bRow, bColumn, bias, m, n, k);
}

#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
/** l / n for the lanes l of a vector. */
struct Quotients {
  alignas(16) std::uint8_t of[17][16] = {};
  constexpr Quotients() {
    for (int n = 1; n <= 16; n++) {
      for (int l = 0; l < 16; l++) of[n][l] = static_cast<std::uint8_t>(l / n);
    }
  }
};
constexpr Quotients kQuotients;

/** From the first element of a matrix to behind the last one. */
KD_INLINE Size spanOf(Size rows, Size columns, Size row, Size column) { return (rows - 1) * row + (columns - 1) * column + 1; }

/** The same product where a, b and the result fit into a vector each: lanes are the elements of the result. Returns whether they fit. */
KD_INLINE bool multiplyTiny(float* out, const float* a, Size aRow, Size aColumn, const float* b, Size bRow, Size bColumn, const float* bias,
                            Size m, Size n, Size k) {
  const Size aSpan = spanOf(m, k, aRow, aColumn);
  const Size bSpan = spanOf(k, n, bRow, bColumn);
  if (m * n > 16 || aSpan > 16 || bSpan > 16) return false;
  const auto spread = [](Size x) { return _mm512_set1_epi32(static_cast<int>(x)); };
  const __m512i row = _mm512_maskz_cvtepu8_epi32(0xffff, _mm_load_si128(reinterpret_cast<const __m128i*>(kQuotients.of[n])));
  const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i column = _mm512_sub_epi32(lane, _mm512_mullo_epi32(row, spread(n)));
  __m512i fromA = _mm512_mullo_epi32(row, spread(aRow));
  __m512i fromB = _mm512_mullo_epi32(column, spread(bColumn));
  const Vector<float> left = loadShort(a, aSpan);
  const Vector<float> right = loadShort(b, bSpan);
  Vector<float> total{};
  for (Size p = 0; p < k; p++) {
    total = multiplyAdd<float>(_mm512_maskz_permutexvar_ps(0xffff, fromA, left), _mm512_maskz_permutexvar_ps(0xffff, fromB, right), total);
    fromA = _mm512_add_epi32(fromA, spread(aColumn));
    fromB = _mm512_add_epi32(fromB, spread(bRow));
  }
  if (bias != nullptr) total += _mm512_maskz_permutexvar_ps(0xffff, column, loadShort(bias, n));
  storeShort(out, total, m * n);
  return true;
}
#endif

}  // namespace kd::KD_TARGET
