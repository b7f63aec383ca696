// Products whose right side has few columns and few rows, as in small networks. Each element is the sum over k in order, as in a tile.
#pragma once

#include "vector.h"

namespace kd::KD_TARGET {

template <class T> constexpr Size kNarrowDepth = 2 * kLanes<T>;

/** Whether a [k, n] right side fits into one vector a row. */
template <class T> constexpr bool isNarrow(Size n, Size k) { return n <= kLanes<T> && k < kNarrowDepth<T>; }

template <class T, int rows>
KD_INLINE void narrowRows(T* out, const T* a, Size row, Size column, const Vector<T>* b, Size n, Size k) {
  Vector<T> totals[rows] = {};
  for (Size p = 0; p < k; p++, a += column) {
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) totals[r] = multiplyAdd<T>(broadcast(a[r * row]), b[p], totals[r]);
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++) storePart(out + r * n, totals[r], n);
}

/** out [m, n] ← a [m, k] · b [k, n], where b is narrow; steps are those between rows and between columns. */
template <class T>
void multiplyNarrow(T* out, const T* a, Size aRow, Size aColumn, const T* b, Size bRow, Size bColumn, Size m, Size n, Size k) {
  constexpr int group = 8;
  Vector<T> rows[kNarrowDepth<T>];
  for (Size p = 0; p < k; p++, b += bRow) {
    if (bColumn == 1 && n == kLanes<T>) {
      rows[p] = load(b);
    } else {
      rows[p] = Vector<T>{};
      for (Size j = 0; j < n; j++) rows[p][j] = b[j * bColumn];
    }
  }
  Size i = 0;
  for (; i + group <= m; i += group) narrowRows<T, group>(out + i * n, a + i * aRow, aRow, aColumn, rows, n, k);
  for (; i < m; i++) narrowRows<T, 1>(out + i * n, a + i * aRow, aRow, aColumn, rows, n, k);
}

}  // namespace kd::KD_TARGET
