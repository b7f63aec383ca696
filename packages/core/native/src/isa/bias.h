// One row of numbers, added to each row of a matrix.
#pragma once

#include "vector.h"

namespace kd::KD_TARGET {

/** The most vectors of a row that is added to several rows as they lie in memory. */
constexpr Size kPatternVectors = 4;

/**
 * Rows without gaps that do not fill their vectors, taken `kLanes` at a time: part of a vector that is stored and loaded again at once is
 * slow. Returns how many rows that were.
 */
template <class T> Size addPattern(Size rows, Size n, const T* bias, T* out) {
  constexpr Size lanes = kLanes<T>;
  T pattern[kPatternVectors * lanes * lanes];
  for (Size r = 0; r < lanes; r++) std::memcpy(pattern + r * n, bias, sizeof(T) * n);
  Size r = 0;
  for (; r + lanes <= rows; r += lanes, out += lanes * n) {
    for (Size i = 0; i < lanes * n; i += lanes) store(out + i, load(out + i) + load(pattern + i));
  }
  return r;
}

/** Each of `rows` rows of `n` elements, `step` apart, += bias. */
template <class T> void addToRows(Size rows, Size n, const T* bias, T* out, Size step) {
  constexpr Size lanes = kLanes<T>;
  const Size whole = n / lanes * lanes;
  const Size rest = n - whole;
  const Vector<T> last = loadPart(bias + whole, rest);
  const bool isPattern = step == n && rest > 0 && n < kPatternVectors * lanes && rows >= (n < lanes ? 1 : 4) * lanes;
  const Size done = isPattern ? addPattern(rows, n, bias, out) : 0;
  out += done * step;
  for (Size r = done; r < rows; r++, out += step) {
    for (Size i = 0; i < whole; i += lanes) store(out + i, load(out + i) + load(bias + i));
    if (rest > 0) storePart(out + whole, loadPart(out + whole, rest) + last, rest);
  }
}

}  // namespace kd::KD_TARGET
