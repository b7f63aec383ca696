// Matrix products of one row, or of few rows against columns that lie as rows.
#pragma once

#include "gemm-tiles.h"

namespace kd::KD_TARGET::gemm {

/** out [n] ← Σ a[p] · row p of b, over the columns [first, last): b is read once, from front to back. */
template <class T> void combineBlock(T* out, View<T> a, View<T> b, Size k, Size first, Size last) {
  constexpr int ways = 8;
  constexpr Size lanes = kLanes<T>;
  for (Size p = 0; p < k; p += ways) {
    const Size count = min(k - p, ways);
    T x[ways] = {};
    for (Size w = 0; w < count; w++) x[w] = *a.at(0, p + w);
    const T* rows[ways];
    for (Size w = 0; w < ways; w++) rows[w] = b.at(p + (w < count ? w : 0), 0);
    Size j = first;
    if (count == ways) {
      for (; j + lanes <= last; j += lanes) {
        Vector<T> total = p == 0 ? Vector<T>{} : load(out + j);
#pragma GCC unroll 8
        for (int w = 0; w < ways; w++) total = multiplyAdd<T>(broadcast(x[w]), load(rows[w] + j), total);
        store(out + j, total);
      }
    } else {
      for (; j + lanes <= last; j += lanes) {
        Vector<T> total = p == 0 ? Vector<T>{} : load(out + j);
        for (Size w = 0; w < count; w++) total = multiplyAdd<T>(broadcast(x[w]), load(rows[w] + j), total);
        store(out + j, total);
      }
    }
    if (j < last) {
      const Size rest = last - j;
      Vector<T> total = p == 0 ? Vector<T>{} : loadPart(out + j, rest);
      for (Size w = 0; w < count; w++) total = multiplyAdd<T>(broadcast(x[w]), loadPart(rows[w] + j, rest), total);
      storePart(out + j, total, rest);
    }
  }
}

/** The same, block of k of `depth` steps after block. */
template <class T> void combineRows(T* out, View<T> a, View<T> b, Size k, Size depth, Size first, Size last) {
  combineBlock(out, a, b, depth, first, last);
  for (Size p = depth; p < k; p += depth) {
    T* const block = static_cast<T*>(scratch(0, sizeof(T) * last));
    combineBlock(block, {a.at(0, p), a.row, a.column}, {b.at(p, 0), b.row, b.column}, min(depth, k - p), first, last);
    for (Size j = first; j < last; j++) out[j] += block[j];
  }
}

/** Σ x[p] · y[c][p] for `count` ≤ 4 rows y. */
template <class T, int count> KD_INLINE void dots(const T* x, const T* y, Size step, Size k, T* out, Size outStep) {
  constexpr Size lanes = kLanes<T>;
  constexpr int ways = 2;
  Vector<T> totals[count][ways] = {};
  Size p = 0;
  for (; p + ways * lanes <= k; p += ways * lanes) {
#pragma GCC unroll 2
    for (int w = 0; w < ways; w++) {
      const Vector<T> a = load(x + p + w * lanes);
#pragma GCC unroll 4
      for (int c = 0; c < count; c++) totals[c][w] = multiplyAdd<T>(a, load(y + c * step + p + w * lanes), totals[c][w]);
    }
  }
  for (; p < k; p += lanes) {
    const Size rest = min(k - p, lanes);
    const Vector<T> a = loadPart(x + p, rest);
#pragma GCC unroll 4
    for (int c = 0; c < count; c++) totals[c][0] = multiplyAdd<T>(a, loadPart(y + c * step + p, rest), totals[c][0]);
  }
#pragma GCC unroll 4
  for (int c = 0; c < count; c++) out[c * outStep] = sumOf<T>(totals[c][0] + totals[c][1]);
}

/** out [m, columns first … last − 1] for few rows a and columns of b that are contiguous. */
template <class T>
void dotColumns(T* out, const T* a, Size aStep, const T* b, Size bStep, Size m, Size k, Size first, Size last, Size outStep) {
  Size j = first;
  for (; j + 4 <= last; j += 4) {
    for (Size i = 0; i < m; i++) dots<T, 4>(a + i * aStep, b + j * bStep, bStep, k, out + i * outStep + j, 1);
  }
  for (; j < last; j++) {
    for (Size i = 0; i < m; i++) dots<T, 1>(a + i * aStep, b + j * bStep, bStep, k, out + i * outStep + j, 1);
  }
}

}  // namespace kd::KD_TARGET::gemm
