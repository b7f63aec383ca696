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

/** The product whose strips of b a thread has begun to pack for itself. */
inline constinit thread_local std::uint64_t packedColumns = 0;

/** Numbers of the products of which a thread keeps what it has packed from task to task. */
inline std::atomic<std::uint64_t> lastProduct{0};
inline std::uint64_t nextProduct() { return lastProduct.fetch_add(1, std::memory_order_relaxed) + 1; }

/** Where a product has so many steps of zeros alone that tiles look for them: rows of a, or columns of b. */
enum class Zeros { none, rows, columns };

/** Whether products of a type leave out zeros. */
template <class T> constexpr bool kSkips = std::is_same_v<T, float>;

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
  /** The number of the product where each thread packs b for itself, else 0. */
  std::uint64_t alone;
  /** Whether a and b exceed a second-level cache. */
  bool far;
  /** What has steps that tiles leave out; a and b are packed then. */
  Zeros zeros;
  /** What tiles add to their sums; null for nothing. */
  const T* bias;
  /** b, block of k after block, as strips of kColumns columns; null where it is read in place. */
  T* packedB;
  /** For each strip, whether it is packed yet; null where all are. */
  bool* hasStrip;

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

  bool skips() const { return kSkips<T> && zeros != Zeros::none; }

  /** Bytes of the lists of so many panels or strips. */
  std::size_t sizeOfLists(Size count) const {
    return skips() ? sizeof(Step) * static_cast<std::size_t>(parts(k, depth) * count * StepList::sizeFor(depth)) : 0;
  }

  /** Of a block's strip or panel, in lists of `count` a block. */
  StepList listAt(T* lists, Size block, Size count, Size index) const {
    return StepList(reinterpret_cast<Step*>(lists) + (block * count + index) * StepList::sizeFor(depth));
  }
  StepList listOf(Size block, Size j) const {
    return listAt(packedB + sizeOfB(), block, parts(n, kColumns<T>), j / kColumns<T>);
  }

  Size stripCount() const { return parts(k, depth) * parts(n, kColumns<T>); }

  /** The same with a copy of b that belongs to this thread, strips of which are packed by the first task that reads them. */
  Blocks withOwnColumns() const {
    Blocks own = *this;
    const std::size_t bytes = sizeof(T) * static_cast<std::size_t>(sizeOfB()) + sizeOfLists(parts(n, kColumns<T>));
    own.packedB = static_cast<T*>(scratch(1, bytes + static_cast<std::size_t>(stripCount())));
    own.hasStrip = reinterpret_cast<bool*>(own.packedB) + bytes;
    if (packedColumns != alone) std::memset(own.hasStrip, 0, static_cast<std::size_t>(stripCount()));
    packedColumns = alone;
    own.alone = 0;
    return own;
  }

  KD_LEAN void packColumns(Size block, Size j, Size count) const {
    const Size steps = stepsOf(block);
    const Size end = min(j + count, n);
    packPanels<T, kColumns<T>>(stripAt(block, j), stripSize(steps), b.at(block * depth, j), b.column, b.row, end - j, steps, far);
    for (Size c = j; skips() && c < end; c += kColumns<T>) {
      look(listOf(block, c), zeros == Zeros::columns, stripAt(block, c), kColumns<T>, steps);
    }
  }

  /** Finds the steps of a panel that has zeros; of the other factor, what must hold for them to be left out. */
  static void look(StepList list, bool isSparse, const T* panel, Size width, Size steps) {
    if constexpr (kSkips<T>) {
      if (isSparse) list.find(panel, width, steps);
      else list.check(panel, width * steps, steps);
    }
  }

  /** Rows [i, iEnd) of a block. */
  KD_LEAN void packRows(T* panels, T* lists, Size block, Size i, Size iEnd) const {
    const Size steps = stepsOf(block);
    packPanels<T, kRows<T>>(panels, panelSize(steps), a.at(i, block * depth), a.row, a.column, iEnd - i, steps, far);
    const Size count = parts(iEnd - i, kRows<T>);
    for (Size t = 0; skips() && t < (iEnd - i) / kRows<T>; t++) {
      look(listAt(lists, block, count, t), zeros == Zeros::rows, panels + t * panelSize(steps), kRows<T>, steps);
    }
  }

  /** The whole tiles of a strip, each over the steps that it needs. @param lists of the tiles' rows, `count` a block. */
  __attribute__((noinline)) void multiplyTiles(const Column<T>& column, Size block, Size j, T* lists, Size count) const {
    const StepList strip = listOf(block, j);
    for (Size t = 0; t < column.tiles; t++) {
      const StepList panel = listAt(lists, block, count, t);
      const Column<T> tile = column.tile(t, kRows<T>);
      const StepList& list = zeros == Zeros::rows ? panel : strip;
      const StepList& other = zeros == Zeros::rows ? strip : panel;
      if (other.isFinite() && list.count() * 8 <= column.depth * 7) runSteps(tile, list);
      else run<T, kRows<T>, kVectors, kReadsBehind>(tile, kRows<T>);
    }
  }

  /** Packs a strip, unless it is: by the first of its tiles where that can, or before. Returns how many tiles are done. */
  Size packStrip(const Column<T>& column, Size block, Size j, Size height) const {
    bool& isPacked = hasStrip[block * parts(n, kColumns<T>) + j / kColumns<T>];
    if (isPacked) return 0;
    isPacked = true;
    if (skips() || b.column != 1 || column.width < kColumns<T> || height < kRows<T> || column.tiles == 0) {
      packColumns(block, j, kColumns<T>);
      return 0;
    }
    runCopying(column, stripAt(block, j));
    return 1;
  }

  /** Rows [i, iEnd) of the result, in columns [j, jEnd), all of them whole tiles but for the last. */
  void multiply(Size i, Size iEnd, Size j, Size jEnd) const {
    if (!kIsDownloaded && alone != 0) return withOwnColumns().multiply(i, iEnd, j, jEnd);
    constexpr Size columns = kColumns<T>;
    const Size height = packsA ? kRows<T> : evenly(iEnd - i, kRows<T>);
    const Size tiles = (iEnd - i) / height;
    const Size rest = (iEnd - i) % height;
    const Size count = parts(iEnd - i, kRows<T>);
    const Size panels = packsA ? count * panelSize(depth) : 0;
    const Size kept = panels * (product != 0 ? parts(k, depth) : 1);
    T* packedA = packsA ? static_cast<T*>(scratch(0, sizeof(T) * kept + sizeOfLists(count))) : nullptr;
    T* const lists = packedA + kept;
    const bool isPacked = product != 0 && packedRows == PackedRows{product, i};
    for (Size block = 0, p = 0; p < k; block++, p += depth) {
      const Size steps = stepsOf(block);
      const bool first = !adds && p == 0;
      Column<T> column{steps, a.at(i, p), a.row, a.column, height * a.row, nullptr, b.row, columns, nullptr, n, tiles, nullptr, 0, first, nullptr};
      if (packsA) {
        if (!isPacked) packRows(packedA, lists, block, i, iEnd);
        column.a = packedA;
        column.aRow = 1;
        column.aStep = kRows<T>;
        column.aNext = panelSize(steps);
        if (product != 0) packedA += panels;
      }
      for (Size c = j; c < jEnd; c += columns) {
        column.b = b.at(p, c);
        if (!kIsDownloaded) column.bStep = b.row;
        column.width = min(n - c, columns);
        column.bias = bias == nullptr ? nullptr : bias + c;
        column.out = out + i * n + c;
        const Size done = !kIsDownloaded && hasStrip != nullptr ? packStrip(column, block, c, height) : 0;
        if (packedB != nullptr) {
          column.b = stripAt(block, c);
          column.bStep = columns;
          const bool isLast = c + columns >= n && p + depth >= k;
          column.ahead = column.b + stripSize(steps);
          column.aheadStep = far && !isLast && tiles > 0 ? parts(columns, tiles) : 0;
        }
        if (skips() && column.width == columns) multiplyTiles(column, block, c, lists, count);
        else if (done > 0) runTiles(static_cast<int>(height), column.from(done, height), height);
        else runTiles(static_cast<int>(height), column, height);
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

/** Looks at a sample, which costs little where there are no zeros. */
template <class T> KD_LEAN Zeros zerosOf(View<T> a, View<T> b, Size m, Size n, Size k) {
  if constexpr (kSkips<T>) {
    constexpr Size large = 1 << 21;
    if (m * n * k < large) return Zeros::none;
    if (seemsSparse(a.data, a.row, a.column, m, kRows<T>, k)) return Zeros::rows;
    if (seemsSparse(b.data, b.column, b.row, n, kColumns<T>, k)) return Zeros::columns;
  }
  return Zeros::none;
}

/** Each block gets its bias, unless that is null, while it is in the caches. */
template <class T> void inBlocks(T* out, View<T> a, View<T> b, const T* bias, Size m, Size n, Size k, bool share) {
  constexpr Size columns = kColumns<T>;
  constexpr Size small = 64 * 64 * 64;
  constexpr Size tasks = 16;             // enough to keep some threads busy to the end
  constexpr Size packedAlone = 1 << 18;  // elements of b at most that each of two threads packs
  constexpr Size copiedAlone = 1 << 23;  // the same where tiles do it on the way
  constexpr Size room = 1 << 24;         // elements copied at a time, or one block of k where that is more
  const Zeros zeros = zerosOf(a, b, m, n, k);
  // Reading in place is cheaper for a few tiles, and for one strip, which reads a once; more of them want what they read side by side.
  const bool copiesA = zeros != Zeros::none || (a.column != 1 ? n > columns && m * n * k > small : m > kRows<T> && n >= 16 * columns);
  const bool copiesB = zeros != Zeros::none || b.column != 1 || m > 8 * kRows<T>;
  const bool far = static_cast<double>(m + n) * static_cast<double>(k) * sizeof(T) > (1 << 21);
  const Size depth = depthOf<T>(m, n, k);
  // A sum of several blocks is complete only behind the last one.
  const bool inTiles = !kIsDownloaded && k <= depth;
  const Size strips = parts(n, columns);
  const bool alongRows = runsAlongRows<T>(n, k);
  const Size limit = share ? min(kBlockRows<T>, max(4 * kRows<T>, m * (alongRows ? 1 : strips) / tasks)) : kBlockRows<T>;
  const Size rows = evenly(m, limit, kRows<T>);
  const Size down = !kIsDownloaded && share && m > limit ? round(parts(m, limit), 2) : parts(m, rows);
  const auto rowAt = [=](Size block) { return kIsDownloaded ? block * rows : block * parts(m, kRows<T>) / down * kRows<T>; };
  const Size width = share && !alongRows ? columns : n;
  const Size across = parts(n, width);
  const Size height = alongRows ? kRows<T> : m;
  // Two threads pack b each for itself rather than wait for lines that the other one has; more of them would pack too often.
  const bool isSmall = n * k <= (b.column == 1 ? copiedAlone : packedAlone);
  const bool copiesAlone = copiesB && !kIsDownloaded && (!share || (threadCount() <= 2 && isSmall));
  const Size steps = max(depth, room / (m + n) / depth * depth);
  for (Size p = 0; p < k; p += steps) {
    const View<T> left{a.at(0, p), a.row, a.column};
    const View<T> right{b.at(p, 0), b.row, b.column};
    const std::uint64_t product = copiesA && across > 1 ? nextProduct() : 0;
    const std::uint64_t alone = copiesAlone ? nextProduct() : 0;
    const T* const added = inTiles ? bias : nullptr;
    Blocks<T> blocks{out, left, right, m, n, min(steps, k - p), depth, p > 0, copiesA, product, alone, far, zeros, added, nullptr, nullptr};
    if (copiesB && !copiesAlone) {
      blocks.packedB = static_cast<T*>(scratch(1, sizeof(T) * blocks.sizeOfB() + blocks.sizeOfLists(strips)));
      each(parts(blocks.k, depth) * across, share, [&](Size task) {
        blocks.packColumns(task / across, task % across * width, width);
      });
    }
    each(down * across, share, [&](Size task) {
      const Size i = rowAt(task / across);
      const Size iEnd = min(rowAt(task / across + 1), m);
      const Size j = task % across * width;
      const Size jEnd = min(j + width, n);
      for (Size r = i; r < iEnd; r += height) blocks.multiply(r, min(r + height, iEnd), j, jEnd);
      if (bias != nullptr && !inTiles && p + steps >= k) addToRows(iEnd - i, jEnd - j, bias + j, out + i * n + j, n);
    });
  }
}

}  // namespace kd::KD_TARGET::gemm
