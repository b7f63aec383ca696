// Products and sums of narrow matrices whose rows lie in the lanes: a line has one element of all rows, side by side, so that vectors are
// full whatever the width. With AVX-512 alone: 32 registers hold the sums.
#pragma once

#include "../kernels.h"
#include "tile.h"
#include "turn.h"

namespace kd::KD_TARGET::lines {

#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)

constexpr Size kLanesOfRows = kLanes<float>;

/** One vector of each line from rows of kLanesOfRows, quads of which are read. */
KD_INLINE void turnBlock(float* lines, Size step, const float* rows, Size rowStep, Size width) {
  for (Size j = 0; j < width; j += kQuad) {
    Vector<float> quad[kQuad];
#pragma GCC unroll 4
    for (Size i = 0; i < kQuad; i++) {
      const float* const first = rows + i * rowStep + j;
      quad[i] = loadQuads([=](Size q) KD_ALWAYS_INLINE { return first + q * (kQuad * rowStep); });
    }
    transposeQuads(quad);
#pragma GCC unroll 4
    for (Size i = 0; i < kQuad; i++) {
      if (j + i < width) store(lines + (j + i) * step, quad[i]);
    }
  }
}

/**
 * lines, `step` apart ← rows [rows, width] of at most kLineWidth elements, `fromStep` apart. Lines fill their last vector, with zeros behind
 * the rows.
 */
static inline void fromRows(float* lines, Size step, const float* from, Size fromStep, Size rows, Size width) {
  constexpr Size lanes = kLanesOfRows;
  // Quads reach beyond their row, which must not be the end of memory.
  const Size end = (rows - 1) * fromStep + width - round(width, kQuad);
  Size r = 0;
  for (; (r + lanes - 1) * fromStep <= end; r += lanes) turnBlock(lines + r, step, from + r * fromStep, fromStep, width);
  for (; r < rows; r += lanes) {
    alignas(64) float copy[lanes * kLineWidth] = {};
    for (Size i = r; i < min(r + lanes, rows); i++) std::memcpy(copy + (i - r) * kLineWidth, from + i * fromStep, sizeof(float) * width);
    turnBlock(lines + r, step, copy, kLineWidth, width);
  }
}

/** Stores the last vector of one of n lines. A single line ends with its rows; what lies behind the rows of others is 0. */
template <int n> KD_INLINE void storeLast(float* to, Vector<float> v, Size count) {
  if constexpr (n == 1) storePart(to, v, count);
  else store(to, _mm512_maskz_mov_ps(firstOf16(count), v));
}

template <int n, bool partial> KD_INLINE void multiplyBlock(const LineProduct& c, Size r) {
  constexpr Size lanes = kLanesOfRows;
  constexpr int vectors = 2;
  const Size rest = c.rows - r;
  const Size last = rest < vectors * lanes ? rest - lanes : lanes;
  Vector<float> totals[n][vectors] = {};
  accumulate<float, n, vectors, partial>(c.k, c.w, c.wRow, c.wColumn, c.x + r, c.xStep, last, totals);
#pragma GCC unroll 8
  for (int i = 0; i < n; i++) {
    if (c.bias != nullptr) {
      const Vector<float> bias = broadcast(c.bias[i]);
#pragma GCC unroll 2
      for (int v = 0; v < vectors; v++) totals[i][v] += bias;
    }
    float* const out = c.out + i * c.outStep + r;
    store(out, totals[i][0]);
    if constexpr (partial) storeLast<n>(out + lanes, totals[i][1], last);
    else store(out + lanes, totals[i][1]);
  }
}

template <int n> KD_INLINE void multiplyOne(const LineProduct& c, Size r) {
  const Size last = c.rows - r;
  Vector<float> totals[n][1] = {};
  accumulate<float, n, 1, true>(c.k, c.w, c.wRow, c.wColumn, c.x + r, c.xStep, last, totals);
#pragma GCC unroll 8
  for (int i = 0; i < n; i++) {
    if (c.bias != nullptr) totals[i][0] += broadcast(c.bias[i]);
    storeLast<n>(c.out + i * c.outStep + r, totals[i][0], last);
  }
}

template <int n> __attribute__((noinline)) void multiplyBy(const LineProduct& c) {
  constexpr Size lanes = kLanesOfRows;
  Size r = 0;
  for (; r + 2 * lanes <= c.rows; r += 2 * lanes) multiplyBlock<n, false>(c, r);
  if (c.rows - r > lanes) multiplyBlock<n, true>(c, r);
  else if (c.rows > r) multiplyOne<n>(c, r);
}

/** Calls f<n>() for the n that it is, which is `most` at most. */
template <int most, class F> KD_INLINE void forCount(Size n, F&& f) {
  if constexpr (most > 0) {
    if (n == most) f.template operator()<most>();
    else forCount<most - 1>(n, f);
  }
}

static inline void multiply(const LineProduct& c) {
  forCount<kLineWidth>(c.n, [&]<int n>() { multiplyBy<n>(c); });
}

/** The sum of the lanes, halves first. */
KD_INLINE float sumOfLanes(Vector<float> v) {
  const __m256 eight = _mm512_maskz_extractf32x8_ps(0xff, v, 0) + _mm512_maskz_extractf32x8_ps(0xff, v, 1);
  const __m128 four = _mm256_castps256_ps128(eight) + _mm256_extractf128_ps(eight, 1);
  const __m128 two = four + _mm_movehl_ps(four, four);
  return two[0] + two[1];
}

/** Rows of a tile of sums: with as many columns as a line has at most, its totals leave registers for what is read. */
constexpr int kSumRows = 3;

template <int m, int n> KD_INLINE void sumTile(float* out, const float* a, Size aStep, const float* b, Size bStep, Size rows) {
  constexpr Size lanes = kLanesOfRows;
  Vector<float> totals[m][n] = {};
  const auto add = [&](Size r, auto read) KD_ALWAYS_INLINE {
    Vector<float> left[m];
#pragma GCC unroll 4
    for (int i = 0; i < m; i++) left[i] = read(a + i * aStep + r);
#pragma GCC unroll 8
    for (int j = 0; j < n; j++) {
      const Vector<float> right = read(b + j * bStep + r);
#pragma GCC unroll 4
      for (int i = 0; i < m; i++) totals[i][j] = multiplyAdd<float>(left[i], right, totals[i][j]);
    }
  };
  Size r = 0;
  for (; r + lanes <= rows; r += lanes) add(r, [](const float* p) KD_ALWAYS_INLINE { return load(p); });
  if (r < rows) add(r, [rest = rows - r](const float* p) KD_ALWAYS_INLINE { return loadPart(p, rest); });
#pragma GCC unroll 4
  for (int i = 0; i < m; i++) {
#pragma GCC unroll 8
    for (int j = 0; j < n; j++) out[i * n + j] = sumOfLanes(totals[i][j]);
  }
}

template <int n> __attribute__((noinline)) void sumsBy(float* out, const float* a, Size aStep, const float* b, Size bStep, Size m, Size rows) {
  Size i = 0;
  for (; i + kSumRows <= m; i += kSumRows) sumTile<kSumRows, n>(out + i * n, a + i * aStep, aStep, b, bStep, rows);
  if (m - i == 2) sumTile<2, n>(out + i * n, a + i * aStep, aStep, b, bStep, rows);
  else if (m - i == 1) sumTile<1, n>(out + i * n, a + i * aStep, aStep, b, bStep, rows);
}

/** out [m, n] ← a · bᵗ for m and n lines, at most kLineWidth. Lanes are summed apart: a total has one of 16 rows. */
static inline void sums(float* out, const float* a, Size aStep, const float* b, Size bStep, Size m, Size n, Size rows) {
  forCount<kLineWidth>(n, [&]<int columns>() { sumsBy<columns>(out, a, aStep, b, bStep, m, rows); });
}

#endif

}  // namespace kd::KD_TARGET::lines
