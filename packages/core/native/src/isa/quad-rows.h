// Products of at most four columns with AVX-512: four rows share a vector.
#pragma once

#include "quads.h"

#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
namespace kd::KD_TARGET {

/** Steps of k at most. */
constexpr Size kQuadDepth = 32;

/** Whether a [m, k] · [k, n] product gains by it. The elements of a row of the left side must lie side by side. */
constexpr bool suitsQuads(Size aColumn, Size m, Size n, Size k) { return aColumn == 1 && n <= kQuad && k >= kQuad && k <= kQuadDepth && m >= 32; }

/** The same `count` ≤ 4 elements, `step` apart, in each quarter, zeros behind them. */
KD_INLINE Vector<float> spreadQuad(const float* from, Size step, Size count) {
  float line[kQuad] = {};
  for (Size j = 0; j < count; j++) line[j] = from[j * step];
  return _mm512_maskz_broadcast_f32x4(0xffff, _mm_loadu_ps(line));
}

/** `count` ≤ 4 elements of each of four rows, zeros behind them. */
KD_INLINE Vector<float> loadQuads(const float* a, Size row, Size count) {
  const auto part = [=](Size r) KD_ALWAYS_INLINE {
    const float* const from = a + r * row;
    return count == kQuad ? _mm_loadu_ps(from) : _mm_maskz_loadu_ps(static_cast<__mmask8>((1 << count) - 1), from);
  };
  __m512 rows = _mm512_zextps128_ps512(part(0));
  rows = _mm512_maskz_insertf32x4(0xffff, rows, part(1), 1);
  rows = _mm512_maskz_insertf32x4(0xffff, rows, part(2), 2);
  return _mm512_maskz_insertf32x4(0xffff, rows, part(3), 3);
}

/** Element i of each quarter in all of it. */
template <int i> KD_INLINE Vector<float> withinQuads(Vector<float> x) { return _mm512_maskz_permute_ps(0xffff, x, i * 0x55); }

/** 4 · `quads` rows of the result; b and bias are spread. */
template <int quads> KD_INLINE void quadRows(float* out, const float* a, Size row, const Vector<float>* b, const Vector<float>* bias, Size n, Size k) {
  Vector<float> totals[quads] = {};
  for (Size p = 0; p < k; p += kQuad, b += kQuad) {
    const Size count = k - p < kQuad ? k - p : kQuad;
#pragma GCC unroll 4
    for (int q = 0; q < quads; q++) {
      const Vector<float> x = loadQuads(a + kQuad * q * row + p, row, count);
      totals[q] = multiplyAdd<float>(withinQuads<0>(x), b[0], totals[q]);
      if (count > 1) totals[q] = multiplyAdd<float>(withinQuads<1>(x), b[1], totals[q]);
      if (count > 2) totals[q] = multiplyAdd<float>(withinQuads<2>(x), b[2], totals[q]);
      if (count > 3) totals[q] = multiplyAdd<float>(withinQuads<3>(x), b[3], totals[q]);
    }
  }
  const auto columns = static_cast<__mmask16>(0x1111 * ((1 << n) - 1));
#pragma GCC unroll 4
  for (int q = 0; q < quads; q++, out += kQuad * n) {
    if (bias != nullptr) totals[q] += *bias;
    if (n == kQuad) store(out, totals[q]);
    else storePart(out, _mm512_maskz_compress_ps(columns, totals[q]), kQuad * n);
  }
}

/** The first rows, a multiple of four, of such a product, plus bias [n] unless it is null. Returns how many. */
inline Size multiplyQuads(float* out, const float* a, Size row, const float* b, Size bRow, Size bColumn, const float* bias, Size m, Size n,
                          Size k) {
  Vector<float> rows[kQuadDepth];
  for (Size p = 0; p < k; p++) rows[p] = spreadQuad(b + p * bRow, bColumn, n);
  Vector<float> added{};
  if (bias != nullptr) added = spreadQuad(bias, 1, n);
  const auto* const last = bias != nullptr ? &added : nullptr;
  Size i = 0;
  for (; i + 4 * kQuad <= m; i += 4 * kQuad) quadRows<4>(out + i * n, a + i * row, row, rows, last, n, k);
  for (; i + kQuad <= m; i += kQuad) quadRows<1>(out + i * n, a + i * row, row, rows, last, n, k);
  return i;
}

}  // namespace kd::KD_TARGET
#endif
