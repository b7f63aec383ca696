// Matrix products cut into blocks, which threads share.
#pragma once

#include <atomic>
#include <cstdint>

#include "bias.h"
#include "gemm-tiles.h"

namespace kd::KD_TARGET::gemm {

/** Rows of a that a thread has packed for a shared product: its next task is of the same rows more often than not. */
struct PackedRows {
  std::uint64_t product = 0;
  Size first = 0;

  bool operator==(const PackedRows&) const = default;
};
inline constinit thread_local PackedRows packedRows;

/** Numbers of the products whose tasks share rows. */
inline std::atomic<std::uint64_t> lastProduct{0};

/** A product over some steps of k, cut into blocks. */
template <class T> struct Blocks {
  T* out;
  View<T> a;
  View<T> b;
  Size m;
  Size n;
  Size k;
  /** Steps in a block of k. */
  Size depth;
  /** Whether steps of k went before these. */
  bool adds;
  /** Whether tasks pack their rows of a, block of k by block, which are read in place otherwise. */
  bool packsA;
  /** The number of the product where several tasks have the same rows, else 0. */
  std::uint64_t product;
  /** Whether a and b exceed a second-level cache. */
  bool far;
  /** b, block of k after block, as strips of kColumns columns; null where it is read in place. */
  T* packedB;

  /** A line between panels, and between strips: where their size is a power of two, all would begin in the same set of a cache. */
  static constexpr Size gap = 64 / static_cast<Size>(sizeof(T));
  static constexpr Size panelSize(Size steps) { return kRows<T> * steps + gap; }
  static constexpr Size stripSize(Size steps) { return kColumns<T> * steps + gap; }

  /** Steps of a block of k. */
  Size stepsOf(Size block) const { return min(depth, k - block * depth); }

  T* stripAt(Size block, Size j) const {
    return packedB + block * parts(n, kColumns<T>) * stripSize(depth) + j / kColumns<T> * stripSize(stepsOf(block));
  }

  Size sizeOfB() const { return parts(k, depth) * parts(n, kColumns<T>) * stripSize(depth); }

  void packColumns(Size block, Size j, Size count) const {
    const Size steps = stepsOf(block);
    packPanels<T, kColumns<T>>(stripAt(block, j), stripSize(steps), b.at(block * depth, j), b.column, b.row, min(count, n - j), steps, far);
  }

  /** Rows [i, iEnd) of the result, in columns [j, jEnd), all of them whole tiles but for the last. */
  void multiply(Size i, Size iEnd, Size j, Size jEnd) const {
    constexpr Size columns = kColumns<T>;
    const Size height = packsA ? kRows<T> : evenly(iEnd - i, kRows<T>);
    const Size tiles = (iEnd - i) / height;
    const Size rest = (iEnd - i) % height;
    const Size panels = packsA ? parts(iEnd - i, kRows<T>) * panelSize(depth) : 0;
    T* packedA = packsA ? static_cast<T*>(scratch(0, sizeof(T) * panels * (product != 0 ? parts(k, depth) : 1))) : nullptr;
    const bool isPacked = product != 0 && packedRows == PackedRows{product, i};
    for (Size block = 0, p = 0; p < k; block++, p += depth) {
      const Size steps = stepsOf(block);
      const bool first = !adds && p == 0;
      Column<T> column{steps, a.at(i, p), a.row, a.column, height * a.row, nullptr, b.row, columns, nullptr, n, tiles, nullptr, 0, first};
      if (packsA) {
        if (!isPacked) packPanels<T, kRows<T>>(packedA, panelSize(steps), column.a, a.row, a.column, iEnd - i, steps, far);
        column.a = packedA;
        column.aRow = 1;
        column.aStep = kRows<T>;
        column.aNext = panelSize(steps);
        if (product != 0) packedA += panels;
      }
      for (Size c = j; c < jEnd; c += columns) {
        column.b = b.at(p, c);
        if (packedB != nullptr) {
          column.b = stripAt(block, c);
          column.bStep = columns;
          const bool isLast = c + columns >= n && p + depth >= k;
          column.ahead = column.b + stripSize(steps);
          column.aheadStep = far && !isLast && tiles > 0 ? parts(columns, tiles) : 0;
        }
        column.width = min(n - c, columns);
        column.out = out + i * n + c;
        runTiles(static_cast<int>(height), column, height);
        if (rest > 0) {
          Column<T> end = column;
          end.a += tiles * column.aNext;
          end.out += tiles * height * n;
          end.tiles = 1;
          runTiles(static_cast<int>(rest), end, height);
        }
      }
    }
    if (product != 0) packedRows = {product, i};
  }
};

/**
 * Whether tiles run along rows of the result, not down its columns: what lies 4096 bytes apart shares a set of the first-level cache, and
 * short sums write so fast that lines leave it before their writes have reached it.
 */
template <class T> bool runsAlongRows(Size n, Size k) { return k < 24 && n * static_cast<Size>(sizeof(T)) % 4096 == 0; }

/** Each block gets its bias, unless that is null, while it is in the caches. */
template <class T> void inBlocks(T* out, View<T> a, View<T> b, const T* bias, Size m, Size n, Size k, bool share) {
  constexpr Size columns = kColumns<T>;
  constexpr Size small = 64 * 64 * 64;
  constexpr Size tasks = 16;      // enough to keep some threads busy to the end
  constexpr Size room = 1 << 24;  // elements copied at a time, or one block of k where that is more
  // Reading in place is cheaper for a few tiles, and for one strip, which reads a once; more of them want what they read side by side.
  const bool copiesA = a.column != 1 ? n > columns && m * n * k > small : m > kRows<T> && n >= 16 * columns;
  const bool copiesB = b.column != 1 || m > 8 * kRows<T>;
  const bool far = static_cast<double>(m + n) * static_cast<double>(k) * sizeof(T) > (1 << 21);
  const Size depth = depthOf<T>(m, n, k);
  const Size strips = parts(n, columns);
  const bool alongRows = runsAlongRows<T>(n, k);
  const Size rows = evenly(m, share ? min(kBlockRows<T>, max(4 * kRows<T>, m * (alongRows ? 1 : strips) / tasks)) : kBlockRows<T>, kRows<T>);
  const Size down = parts(m, rows);
  const Size width = share && !alongRows ? columns * max(1, min(2, strips * down / tasks)) : n;
  const Size across = parts(n, width);
  const Size height = alongRows ? kRows<T> : rows;
  const Size steps = max(depth, room / (m + n) / depth * depth);
  for (Size p = 0; p < k; p += steps) {
    const View<T> left{a.at(0, p), a.row, a.column};
    const View<T> right{b.at(p, 0), b.row, b.column};
    const std::uint64_t product = copiesA && across > 1 ? lastProduct.fetch_add(1, std::memory_order_relaxed) + 1 : 0;
    Blocks<T> blocks{out, left, right, m, n, min(steps, k - p), depth, p > 0, copiesA, product, far, nullptr};
    if (copiesB) {
      blocks.packedB = static_cast<T*>(scratch(1, sizeof(T) * blocks.sizeOfB()));
      each(parts(blocks.k, depth) * across, share, [&](Size task) {
        blocks.packColumns(task / across, task % across * width, width);
      });
    }
    each(down * across, share, [&](Size task) {
      const Size i = task / across * rows;
      const Size iEnd = min(i + rows, m);
      const Size j = task % across * width;
      const Size jEnd = min(j + width, n);
      for (Size r = i; r < iEnd; r += height) blocks.multiply(r, min(r + height, iEnd), j, jEnd);
      if (bias != nullptr && p + steps >= k) addToRows(iEnd - i, jEnd - j, bias + j, out + i * n + j, n);
    });
  }
}

}  // namespace kd::KD_TARGET::gemm
