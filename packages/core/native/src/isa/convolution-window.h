// Parts of images with the zeros around them.
#pragma once

#include "../convolution.h"
#include "panels.h"

namespace kd::KD_TARGET {

/** Positions first … first + count − 1 along an axis of an image, some of which may lie outside of it. */
struct Range {
  Size first;
  Size count;
};

/** Copies fewer than 2 · `size` elements as two blocks that overlap. */
template <class T, Size size> KD_INLINE void copyShort(T* to, const T* from, Size count) {
  if constexpr (size > 0) {
    if (count < size) return copyShort<T, size / 2>(to, from, count);
    T first[size];
    T last[size];
    std::memcpy(first, from, sizeof(first));
    std::memcpy(last, from + count - size, sizeof(last));
    std::memcpy(to, first, sizeof(first));
    std::memcpy(to + count - size, last, sizeof(last));
  }
}

template <class T> KD_INLINE void copyRow(T* to, const T* from, Size count) {
  constexpr Size lanes = kLanes<T>;
  for (; count >= 2 * lanes; count -= lanes, to += lanes, from += lanes) store(to, load(from));
  copyShort<T, lanes>(to, from, count);
}

/** Where the windows of a task are read: the image itself where they stay inside, else a copy. */
template <class T> struct Window {
  T* copy;
  Size pitch;  // from one row to the next
  Size plane;  // from one channel to the next
  Range rows{0, 0};
  Range columns{0, 0};

  /** Copies `channels` planes of height × width; what was copied last lies around the same zeros if it had the same range. */
  void fill(const T* image, Size channels, Size height, Size width, Range newRows, Range newColumns) {
    const bool same = rows.first == newRows.first && rows.count == newRows.count && columns.first == newColumns.first &&
                      columns.count == newColumns.count;
    rows = newRows;
    columns = newColumns;
    if (!same) std::memset(copy, 0, sizeof(T) * static_cast<std::size_t>(channels * plane));
    const Size top = max(0, rows.first);
    const Size bottom = min(height, rows.first + rows.count);
    const Size left = max(0, columns.first);
    const Size count = min(width, columns.first + columns.count) - left;
    for (Size c = 0; c < channels; c++) {
      const T* source = image + c * height * width + left;
      T* target = copy + c * plane - rows.first * pitch + left - columns.first;
      for (Size y = top; y < bottom; y++) {
        const T* from = source + y * width;
        T* to = target + y * pitch;
        copyRow<T>(to, from, count);
      }
    }
  }
};

/** Memory that is read later, brought into the second-level cache in so many pieces. */
struct Ahead {
  const char* at;
  const char* end;
  Size piece;

  template <class T> static Ahead of(const T* data, Size count, Size pieces) {
    const Size bytes = count * static_cast<Size>(sizeof(T));
    return {reinterpret_cast<const char*>(data), reinterpret_cast<const char*>(data) + bytes, parts(bytes, pieces)};
  }
  void advance() {
    for (const char* stop = piece < end - at ? at + piece : end; at < stop; at += 64) __builtin_prefetch(at, 0, 2);
  }
};

/** A size of planes whose rows fall into different sets of the caches: an odd number of lines. */
template <class T> constexpr Size spread(Size elements) {
  constexpr Size line = 64 / sizeof(T);
  return (parts(elements, line) | 1) * line;
}

}  // namespace kd::KD_TARGET
