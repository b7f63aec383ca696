// Between matrices whose rows lie anywhere and lines: a line has one element of all rows, side by side.
#pragma once

#include "panels.h"
#include "quads.h"

namespace kd::KD_TARGET {

/** Rows of some elements, `step` apart. */
template <class T> struct RowsOf {
  T* data;
  Size step;
  T* at(Size r) const { return data + r * step; }
};

template <class T> KD_INLINE void put(T* to, Vector<T> v, Size count) {
  if (count == kLanes<T>) store(to, v);
  else storePart(to, v, count);
}
template <class T> KD_INLINE Vector<T> take(const T* from, Size count) { return count == kLanes<T> ? load(from) : loadPart(from, count); }

/** Transposes [rows, length]: calls write(j, r, v, count) with elements j of the rows from r on, `count` of them. */
template <class T, class Write> KD_INLINE void turnSquares(RowsOf<const T> from, Size rows, Size length, Write&& write) {
  constexpr Size lanes = kLanes<T>;
  for (Size r = 0; r < rows; r += lanes) {
    const Size present = min(rows - r, lanes);
    for (Size j = 0; j < length; j += lanes) {
      const Size count = min(length - j, lanes);
      Vector<T> block[lanes];
      if (present == lanes && count == lanes) {
#pragma GCC unroll 16
        for (Size i = 0; i < lanes; i++) block[i] = load(from.at(r + i) + j);
      } else {
#pragma GCC unroll 16
        for (Size i = 0; i < lanes; i++) block[i] = i < present ? loadPart(from.at(r + i) + j, count) : Vector<T>{};
      }
      transpose<T>(block);
#pragma GCC unroll 16
      for (Size i = 0; i < lanes; i++) {
        if (i < count) write(j + i, r, block[i], present);
      }
    }
  }
}

/** The same, quads at a time as long as there are whole ones. */
template <class T, class Write> KD_INLINE void turn(RowsOf<const T> from, Size rows, Size length, Write&& write) {
  if constexpr (kHasQuads<T>) {
    const Size whole = length / kQuad * kQuad;
    const auto turnBlocks = [&](Size r, Size present) KD_ALWAYS_INLINE {
      for (Size j = 0; j < whole; j += kQuad) {
        Vector<T> block[kQuad];
#pragma GCC unroll 4
        for (Size i = 0; i < kQuad; i++) {
          // In place of rows that do not exist, others are read.
          block[i] = loadQuads([&](Size q) KD_ALWAYS_INLINE {
            const Size row = q * kQuad + i;
            return from.at(r + (row < present ? row : 0)) + j;
          });
        }
        transposeQuads(block);
#pragma GCC unroll 4
        for (Size i = 0; i < kQuad; i++) write(j + i, r, block[i], present);
      }
    };
    Size r = 0;
    for (; r + kLanes<T> <= rows; r += kLanes<T>) turnBlocks(r, kLanes<T>);
    if (r < rows) turnBlocks(r, rows - r);
    turnSquares<T>({from.data + whole, from.step}, rows, length - whole,
                   [&](Size j, Size r, Vector<T> v, Size count) KD_ALWAYS_INLINE { write(whole + j, r, v, count); });
  } else {
    turnSquares<T>(from, rows, length, write);
  }
}

/** lines [length, rows] ← rows [rows, length]. */
template <class T> void toLines(RowsOf<const T> from, Size rows, Size length, T* lines) {
  if (rows == 1) {
    std::memcpy(lines, from.data, sizeof(T) * length);
    return;
  }
  turn<T>(from, rows, length, [=](Size j, Size r, Vector<T> v, Size count) KD_ALWAYS_INLINE { put(lines + j * rows + r, v, count); });
}

/** lines [length, rows] ← lines + rows [rows, length]. */
template <class T> void addToLines(RowsOf<const T> from, Size rows, Size length, T* lines) {
  if (rows == 1) {
    KD_INDEPENDENT
    for (Size j = 0; j < length; j++) lines[j] += from.data[j];
    return;
  }
  turn<T>(from, rows, length, [=](Size j, Size r, Vector<T> v, Size count) KD_ALWAYS_INLINE {
    T* to = lines + j * rows + r;
    put(to, take(to, count) + v, count);
  });
}

#if KD_HAS_QUADS

/** Elements of some rows as octets: those of row r + 4, or r, lie behind those of row r. */
struct Octets {
  static constexpr Size length = 2 * kQuad;
  Vector<float> rows[length];

  /** From `count` lines, `step` apart. */
  KD_INLINE Octets from(const float* lines, Size step, Size count, Size present) {
    const auto line = [=](Size i) KD_ALWAYS_INLINE { return i < count ? take(lines + i * step, present) : Vector<float>{}; };
    Vector<float> first[] = {line(0), line(1), line(2), line(3)};
    Vector<float> second[] = {line(4), line(5), line(6), line(7)};
    transposeQuads(first);
    transposeQuads(second);
    Octets octets;
#pragma GCC unroll 4
    for (Size i = 0; i < kQuad; i++) {
      octets.rows[i] = interleaved<4, false>(first[i], second[i]);
      octets.rows[kQuad + i] = interleaved<4, true>(first[i], second[i]);
    }
    return octets;
  }

  KD_ALWAYS_INLINE void store(float* to, Size step, Size count, Size present) const {
    asm("" : "+r"(to));
#pragma GCC unroll 8
    for (Size i = 0; i < length; i++) {
      const Size r = i < kQuad ? i : i - kQuad + kLanes<float> / 2;
      if (r < present) storeOctets(rows[i], count, r + kQuad < present, [=](Size k) KD_ALWAYS_INLINE { return to + (r + k * kQuad) * step; });
    }
  }
};

/** toRows, eight lines at a time. */
KD_INLINE void toRowsByOctets(const float* lines, Size rows, Size length, RowsOf<float> to, RowsOf<float> also) {
  const auto turnBlock = [=](Size j, Size r, Size count, Size present) KD_ALWAYS_INLINE {
    const float* from = lines + j * rows + r;
    asm("" : "+r"(from));
    const Octets octets = Octets::from(from, rows, count, present);
    octets.store(to.at(r) + j, to.step, count, present);
    if (also.data != nullptr) octets.store(also.at(r) + j, also.step, count, present);
  };
  for (Size j = 0; j < length; j += Octets::length) {
    const Size count = min(length - j, Octets::length);
    for (Size r = 0; r < rows; r += kLanes<float>) {
      const Size present = min(rows - r, kLanes<float>);
      if (count == Octets::length && present == kLanes<float>) turnBlock(j, r, Octets::length, kLanes<float>);
      else if (count == kQuad && present == kLanes<float>) turnBlock(j, r, kQuad, kLanes<float>);
      else turnBlock(j, r, count, present);
    }
  }
}

#endif

/** rows [rows, length] ← lines [length, rows], and so `also`, unless it is null. */
template <class T> void toRows(const T* lines, Size rows, Size length, RowsOf<T> to, RowsOf<T> also = {nullptr, 0}) {
  if (rows == 1) {
    std::memcpy(to.data, lines, sizeof(T) * length);
    if (also.data != nullptr) std::memcpy(also.data, lines, sizeof(T) * length);
    return;
  }
  if constexpr (kHasQuads<T>) {
    toRowsByOctets(lines, rows, length, to, also);
  } else {
    turnSquares<T>({lines, rows}, length, rows, [=](Size r, Size j, Vector<T> v, Size count) KD_ALWAYS_INLINE {
      put(to.at(r) + j, v, count);
      if (also.data != nullptr) put(also.at(r) + j, v, count);
    });
  }
}

}  // namespace kd::KD_TARGET
