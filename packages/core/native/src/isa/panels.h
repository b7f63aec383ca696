// Copies of matrices in the order in which tiles of products read them, and how work on them is cut up.
#pragma once

#include "../threads.h"
#include "vector.h"

namespace kd::KD_TARGET {

constexpr Size min(Size a, Size b) { return a < b ? a : b; }
constexpr Size max(Size a, Size b) { return a > b ? a : b; }

constexpr Size parts(Size count, Size size) { return (count + size - 1) / size; }
constexpr Size round(Size count, Size unit) { return parts(count, unit) * unit; }

/** The size, a multiple of `unit`, of about equal parts none of which is larger than `limit`. */
constexpr Size evenly(Size count, Size limit, Size unit = 1) { return round(parts(count, parts(count, limit)), unit); }

/** Whether numbers are finite, so that zeros times them are zeros. */
template <class T> inline bool allFinite(const T* x, Size count) {
  constexpr Size lanes = kLanes<T>;
  constexpr Size several = kIsDownloaded ? 2 : 8;  // sums at a time
  Vector<T> zeros[several] = {};
  Size i = 0;
  for (; i + several * lanes <= count; i += several * lanes) {
#pragma GCC unroll 8
    for (Size v = 0; v < several; v++) zeros[v] = multiplyAdd<T>(load(x + i + v * lanes), Vector<T>{}, zeros[v]);
  }
  for (; i < count; i += lanes) zeros[0] += loadPart(x + i, min(count - i, lanes)) * Vector<T>{};
  for (Size v = 1; v < several; v++) zeros[0] += zeros[v];
  return sumOf<T>(zeros[0]) == 0;
}

/** Calls task(0) … task(count − 1), on all threads where `share`. */
template <class Task> static inline void each(Size count, bool share, Task&& task) {
  if (share) return parallel(count, task);
  for (Size i = 0; i < count; i++) task(i);
}

/** Transposes a square of lanes × lanes elements by swapping blocks of halving size. */
template <class T, class V, int d> KD_INLINE void exchangeBlocks(V* v) {
  if constexpr (d > 0) {
#pragma GCC unroll 16
    for (int i = 0; i < kLanesOf<T, V>; i++) {
      if (i & d) continue;
      const V a = v[i];
      const V b = v[i + d];
      v[i] = exchanged<d, false, T>(a, b);
      v[i + d] = exchanged<d, true, T>(a, b);
    }
    exchangeBlocks<T, V, d / 2>(v);
  }
}
template <class T, class V = Vector<T>> KD_INLINE void transpose(V* v) { exchangeBlocks<T, V, kLanesOf<T, V> / 2>(v); }

/**
 * Copies `count` ≤ `width` lines of `depth` elements into a panel: element p of line i goes to panel[p · width + i], and lines that
 * do not exist are zeros. `line` is the step from one line to the next, `along` the step along a line. Where it
 * `fetches`, the next `width` lines are brought near meanwhile.
 */
template <class T, Size width, bool fetches = false>
static inline void packPanel(T* panel, const T* source, Size line, Size along, Size count, Size depth) {
  constexpr Size lanes = kLanes<T>;
  Size p = 0;
  if (along == 1) {
    for (; p + lanes <= depth; p += lanes) {
      // From the last group back: a vector that is wider than its room spills over into the next step's first places, written later.
      for (Size group = (width - 1) / lanes * lanes; group >= 0; group -= lanes) {
        const Size present = min(count - group, lanes);
        const Size room = min(width - group, lanes);
        Vector<T> block[lanes];
#pragma GCC unroll 16
        for (Size i = 0; i < lanes; i++) {
          block[i] = i < present ? load(source + (group + i) * line + p) : Vector<T>{};
          if (fetches && i < room) fetchFar(source + (group + i + width) * line + p);
        }
        transpose<T>(block);
#pragma GCC unroll 16
        for (Size i = 0; i < lanes; i++) {
          T* target = panel + (p + i) * width + group;
          if (room == lanes || p + i + 1 < depth) store(target, block[i]);
          else storePart(target, block[i], room);
        }
      }
    }
  }
  for (; p < depth; p++) {
    for (Size i = 0; i < width; i++) panel[p * width + i] = i < count ? source[i * line + p * along] : T(0);
  }
}

/**
 * Packs `count` lines into as many panels as they fill, each `next` elements behind the one before it. Lines that lie side by side are
 * read step by step, not panel by panel. What is `far`, in no near cache, is asked for before it is copied.
 */
template <class T, Size width>
static inline void packPanels(T* panels, Size next, const T* source, Size line, Size along, Size count, Size depth, bool far) {
  if (line != 1) {
    for (Size i = 0; i < count; i += width) {
      const auto pack = far ? packPanel<T, width, !kIsDownloaded> : packPanel<T, width>;
      pack(panels + i / width * next, source + i * line, line, along, min(count - i, width), depth);
    }
    return;
  }
  constexpr Size early = 4;  // steps
  const Size whole = count / width * width;
  if (count == width) {
    for (Size p = 0; p < depth; p++, source += along, panels += width) std::memcpy(panels, source, sizeof(T) * width);
    return;
  }
  for (Size p = 0; p < depth; p++, source += along) {
    if (far) {
      for (Size i = 0; i < count; i += 64 / static_cast<Size>(sizeof(T))) fetchFar(source + early * along + i);
    }
    T* target = panels + p * width;
    Size i = 0;
    if constexpr (width < kLanes<T> && width * 4 >= kLanes<T> * 3) {
      if (p + 1 < depth) for (; i + kLanes<T> <= count; i += width, target += next) store(target, load(source + i));
    }
    for (; i < whole; i += width, target += next) {
      for (Size l = 0; l < width; l++) target[l] = source[i + l];
    }
    for (Size l = 0; l < width && whole < count; l++) target[l] = whole + l < count ? source[whole + l] : T(0);
  }
}

}  // namespace kd::KD_TARGET
