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

/** Which of `count` positions, first + i · step, lie on an axis of a length; they follow one another. */
constexpr Range onAxis(Size first, Size step, Size count, Size length) {
  Range found{0, 0};
  for (Size i = 0; i < count; i++, first += step) {
    if (first < 0 || first >= length) continue;
    if (found.count == 0) found.first = i;
    found.count++;
  }
  return found;
}

/** Rows to be copied: from one to the next there are so many elements. */
template <class T> struct Rows {
  T* to;
  Size toPitch;
  const T* from;
  Size fromPitch;
  Size count;
};

/** Copies `size` elements of each row, or up to 2 · `size` as two blocks that overlap. */
template <class T, Size size> KD_INLINE void copyShortRows(Rows<T> rows, Size width) {
  if constexpr (size > 0) {
    if (width < size) return copyShortRows<T, size / 2>(rows, width);
    const Size last = width - size;
    for (; rows.count > 0; rows.count--, rows.to += rows.toPitch, rows.from += rows.fromPitch) {
      T blocks[2][size];
      std::memcpy(blocks[0], rows.from, sizeof(blocks[0]));
      std::memcpy(blocks[1], rows.from + last, sizeof(blocks[1]));
      std::memcpy(rows.to, blocks[0], sizeof(blocks[0]));
      std::memcpy(rows.to + last, blocks[1], sizeof(blocks[1]));
    }
  }
}

/** Copies `width` elements of each row. */
template <class T> KD_CALLED void copyRows(Rows<T> rows, Size width) {
  constexpr Size lanes = kLanes<T>;
  if (width <= 2 * lanes) return copyShortRows<T, lanes>(rows, width);
  for (; rows.count > 0; rows.count--, rows.to += rows.toPitch, rows.from += rows.fromPitch) {
    for (Size i = 0; i + lanes < width; i += lanes) store(rows.to + i, load(rows.from + i));
    store(rows.to + width - lanes, load(rows.from + width - lanes));
  }
}

/** Copies each element of a row that is `stride` behind the last one. */
template <class T, Size stride> KD_INLINE void gather(T* to, const T* from, Size count, Size step) {
  if (stride > 0) step = stride;
  for (Size i = 0; i < count; i++) to[i] = from[i * step];
}

/** Where the windows of a task are read: the image itself where they stay inside, else a copy. */
template <class T> struct Window {
  T* copy;
  Size pitch;  // from one row to the next
  Size plane;  // from one channel to the next
  /** Every how many columns lie side by side in a copy: the first, the next of each so many, then those behind each of these. */
  Size apart = 1;
  Range rows{0, 0};
  Range columns{0, 0};

  /** Where a column of a row lies. */
  Size at(Size column) const { return column % apart * (pitch / apart) + column / apart; }

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
    if (count <= 0) return;
    for (Size c = 0; c < channels; c++) {
      const T* source = image + (c * height + top) * width + left;
      T* target = copy + c * plane + (top - rows.first) * pitch;
      if (apart == 1) {
        copyRows<T>({target + left - columns.first, pitch, source, width, bottom - top}, count);
        continue;
      }
      for (Size r = top; r < bottom; r++, target += pitch, source += width) takeApart(target, source, left - columns.first, count);
    }
  }

  /** Copies the columns from `first` on of one row. */
  void takeApart(T* row, const T* from, Size first, Size count) const {
    for (Size c = 0; c < min(apart, count); c++) {
      T* to = row + at(first + c);
      const Size several = parts(count - c, apart);
      if (apart == 2) gather<T, 2>(to, from + c, several, 2);
      else gather<T, 0>(to, from + c, several, apart);
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
    if (kIsDownloaded) return;  // WebAssembly has no such instruction
    for (const char* stop = piece < end - at ? at + piece : end; at < stop; at += 64) __builtin_prefetch(at, 0, 2);
  }
};

/** A size of planes whose rows fall into different sets of the caches: an odd number of lines. */
template <class T> constexpr Size spread(Size elements) {
  constexpr Size line = 64 / sizeof(T);
  return (parts(elements, line) | 1) * line;
}

}  // namespace kd::KD_TARGET
