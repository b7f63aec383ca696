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
    constexpr Size lanes = kLanes<T>;
    for (Size c = 0; c < channels; c++) {
      const T* source = image + c * height * width + left;
      T* target = copy + c * plane - rows.first * pitch + left - columns.first;
      for (Size y = top; y < bottom; y++) {
        const T* from = source + y * width;
        T* to = target + y * pitch;
        Size x = 0;
        for (; x + lanes <= count; x += lanes) store(to + x, load(from + x));
        if (x < count) storePart(to + x, loadPart(from + x, count - x), count - x);
      }
    }
  }
};

/** A size of planes whose rows fall into different sets of the caches: an odd number of lines. */
template <class T> constexpr Size spread(Size elements) {
  constexpr Size line = 64 / sizeof(T);
  return (parts(elements, line) | 1) * line;
}

}  // namespace kd::KD_TARGET
