// Matrix products. Every element of the result is Σ over blocks of k of (Σ within the block, in order): how m and n are cut up, and by
// how many threads, changes no bit of it. Sums of rows and flat products take the block in several totals, by the sizes alone.
#include "../threads.h"
#include "bias.h"
#include "fill.h"
#include "narrow.h"
#include "panels.h"
#include "tile.h"

namespace kd::KD_TARGET {
namespace {

constexpr int kVectors = 2;  // vectors of columns in a tile

/** Rows of a tile: as many as leave its accumulators, a row of b and an element of a in registers. */
#if KD_VECTOR_BYTES == 64 || defined(__aarch64__)
template <class T> constexpr int kRows = 12;
#elif defined(__AVX2__)
template <class T> constexpr int kRows = 6;
#elif defined(__wasm_relaxed_simd__)
template <class T> constexpr int kRows = std::is_same_v<T, float> ? 6 : 4;  // which keeps the code small
#else
template <class T> constexpr int kRows = 4;
#endif

template <class T> constexpr Size kColumns = kVectors * kLanes<T>;

/** Steps of k in a block: a strip of b stays in the nearest caches while tiles run down it. */
template <class T>
constexpr Size kDepth = (KD_VECTOR_BYTES == 64 ? 65536 : 25600) / static_cast<Size>(sizeof(T)) / kColumns<T>;
/** Rows in a block: its part of a stays in the second-level cache while strip after strip of b runs past it. */
template <class T>
constexpr Size kBlockRows = (KD_VECTOR_BYTES == 64 ? 400000 : 307200) / static_cast<Size>(sizeof(T)) / kDepth<T> / kRows<T> * kRows<T>;

template <class T> Size depthOf(Size k) { return evenly(k, kDepth<T>); }

template <class T> struct View {
  const T* data;
  Size row;
  Size column;
  const T* at(Size r, Size c) const { return data + r * row + c * column; }
};

template <class T> View<T> viewOf(const Matrix& matrix) {
  return {static_cast<const T*>(matrix.data), matrix.rowStep, matrix.columnStep};
}

// ---- Tiles -----------------------------------------------------------------------------------------------------------

/** Tiles one below the other: steps [0, depth) of k, rows of a as they are read (in place, or packed), and one strip of b. */
template <class T> struct Column {
  Size depth;
  const T* a;
  Size aRow;
  Size aStep;
  /** From a tile's rows to those of the next one. */
  Size aNext;
  const T* b;
  Size bStep;
  /** Columns, kColumns at most. */
  Size width;
  T* out;
  Size outStep;
  Size tiles;
  /** Whether the result's elements are written, not added to. */
  bool first;

  /** The same tiles without their first `rows` rows. */
  Column below(int rows) const {
    Column rest = *this;
    rest.a += rows * aRow;
    rest.out += rows * outStep;
    return rest;
  }
};

/** Tiles of `rows` rows; the next one's begin `height` rows below. */
template <class T, int rows, int vectors, bool partial> __attribute__((noinline)) void run(const Column<T>& column, Size height) {
  const T* a = column.a;
  T* out = column.out;
  const Size last = column.width - (vectors - 1) * kLanes<T>;
  for (Size t = 0; t < column.tiles; t++, a += column.aNext, out += height * column.outStep) {
    if (!column.first) {
      for (int r = 0; r < rows; r++) __builtin_prefetch(out + r * column.outStep, 1);
    }
    Vector<T> totals[rows][vectors] = {};
    accumulate<T, rows, vectors, partial>(column.depth, a, column.aRow, column.aStep, column.b, column.bStep, last, totals);
    finish<T, rows, vectors, partial>(totals, out, column.outStep, last, column.first);
  }
}

/** Tall tiles come in one width only: others are cut in two, which keeps the code small. */
constexpr int kTallRows = 6;

template <class T, int rows = kRows<T>> void runTiles(int height, const Column<T>& column, Size next) {
  if constexpr (rows > 0) {
    if (height < rows) return runTiles<T, rows - 1>(height, column, next);
    static_assert(kVectors == 2);
    if constexpr (kReadsBehind) {
      if (column.width > kLanes<T>) run<T, rows, 2, true>(column, next);
      else run<T, rows, 1, true>(column, next);
      return;
    }
    if (column.width == kColumns<T>) return run<T, rows, 2, false>(column, next);
    if constexpr (rows > kTallRows) {
      runTiles<T, kTallRows>(kTallRows, column, next);
      runTiles<T, kTallRows>(rows - kTallRows, column.below(kTallRows), next);
    } else if (column.width > kLanes<T>) {
      run<T, rows, 2, true>(column, next);
    } else if (column.width == kLanes<T>) {
      run<T, rows, 1, false>(column, next);
    } else {
      run<T, rows, 1, true>(column, next);
    }
  }
}

// ---- Vectors: one row, or few rows against columns that lie as rows ------------------------------------------------

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

/** The same, block of k after block. */
template <class T> void combineRows(T* out, View<T> a, View<T> b, Size k, Size first, Size last) {
  const Size depth = depthOf<T>(k);
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

// ---- Blocks ----------------------------------------------------------------------------------------------------------

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
  /** a as panels of kRows rows, over all of k; null where it is read in place. */
  T* packedA;
  /** b, block of k after block, as strips of kColumns columns; null where it is read in place. */
  T* packedB;

  void packRows(Size i, Size count) const {
    packPanels<T, kRows<T>>(packedA + i * k, a.at(i, 0), a.row, a.column, min(count, m - i), k);
  }

  void packColumns(Size p, Size j, Size count) const {
    const Size steps = min(depth, k - p);
    T* strips = packedB + p * round(n, kColumns<T>) + j * steps;
    packPanels<T, kColumns<T>>(strips, b.at(p, j), b.column, b.row, min(count, n - j), steps);
  }

  /** Rows [i, iEnd) of the result, in columns [j, jEnd), all of them whole tiles but for the last. */
  void multiply(Size i, Size iEnd, Size j, Size jEnd) const {
    constexpr Size columns = kColumns<T>;
    const Size height = packedA != nullptr ? kRows<T> : evenly(iEnd - i, kRows<T>);
    const Size tiles = (iEnd - i) / height;
    const Size rest = (iEnd - i) % height;
    for (Size p = 0; p < k; p += depth) {
      const Size steps = min(depth, k - p);
      const bool first = !adds && p == 0;
      Column<T> column{steps, a.at(i, p), a.row, a.column, height * a.row, nullptr, b.row, columns, nullptr, n, tiles, first};
      if (packedA != nullptr) {
        column.a = packedA + i * k + p * kRows<T>;
        column.aRow = 1;
        column.aStep = kRows<T>;
        column.aNext = kRows<T> * k;
      }
      for (Size c = j; c < jEnd; c += columns) {
        column.b = b.at(p, c);
        if (packedB != nullptr) {
          column.b = packedB + p * round(n, columns) + c * steps;
          column.bStep = columns;
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
  }
};

/** Each block gets its bias, unless that is null, while it is in the caches. */
template <class T> void inBlocks(T* out, View<T> a, View<T> b, const T* bias, Size m, Size n, Size k, bool share) {
  constexpr Size columns = kColumns<T>;
  constexpr Size small = 64 * 64 * 64;
  constexpr Size tasks = 16;      // enough to keep some threads busy to the end
  constexpr Size room = 1 << 24;  // elements copied at a time, or one block of k where that is more
  // Reading in place is cheaper for a few tiles, and for one strip, which reads a once; more of them want what they read side by side.
  const bool copiesA = a.column != 1 ? n > columns && m * n * k > small : m > kRows<T> && n >= 16 * columns;
  const bool copiesB = b.column != 1 || m > 8 * kRows<T>;
  const Size depth = depthOf<T>(k);
  const Size strips = parts(n, columns);
  const Size rows = evenly(m, share ? min(kBlockRows<T>, max(4 * kRows<T>, m * strips / tasks)) : kBlockRows<T>, kRows<T>);
  const Size down = parts(m, rows);
  const Size width = share ? columns * max(1, min(8, strips * down / tasks)) : n;
  const Size across = parts(n, width);
  const Size steps = max(depth, room / (m + n) / depth * depth);
  for (Size p = 0; p < k; p += steps) {
    const View<T> left{a.at(0, p), a.row, a.column};
    const View<T> right{b.at(p, 0), b.row, b.column};
    Blocks<T> blocks{out, left, right, m, n, min(steps, k - p), depth, p > 0, nullptr, nullptr};
    if (copiesA) {
      constexpr Size lines = 8 * kRows<T>;
      blocks.packedA = static_cast<T*>(scratch(0, sizeof(T) * round(m, kRows<T>) * blocks.k));
      each(parts(m, lines), share, [&](Size task) { blocks.packRows(task * lines, lines); });
    }
    if (copiesB) {
      blocks.packedB = static_cast<T*>(scratch(1, sizeof(T) * strips * columns * blocks.k));
      each(parts(blocks.k, depth) * across, share, [&](Size task) {
        blocks.packColumns(task / across * depth, task % across * width, width);
      });
    }
    each(down * across, share, [&](Size task) {
      const Size i = task / across * rows;
      const Size iEnd = min(i + rows, m);
      const Size j = task % across * width;
      const Size jEnd = min(j + width, n);
      blocks.multiply(i, iEnd, j, jEnd);
      if (bias != nullptr && p + steps >= k) addToRows(iEnd - i, jEnd - j, bias + j, out + i * n + j, n);
    });
  }
}

// ---- Few elements, each a long sum -----------------------------------------------------------------------------------

/** What a step of k costs, in tiles that fill their vectors or not. */
template <class T> Size costOf(Size m, Size n) {
  const Size rest = n % kColumns<T>;
  return m * (n / kColumns<T> * 4 + (rest > kLanes<T> ? 4 : rest > 0 ? 3 : 0));
}

/** Whether the transpose of a result, computed in its place, fills its vectors better. */
template <class T> bool isBetterTurned(const View<T>& a, const View<T>& b, Size m, Size n) {
  return a.row == 1 && b.column == 1 && costOf<T>(n, m) < costOf<T>(m, n);
}

/** Whether the result alone gives too few tasks. */
template <class T> bool isLong(Size m, Size n, Size k) {
  return k >= kDepth<T> / 2 && parts(m, 4 * kRows<T>) * parts(n, kColumns<T>) < 8;
}

/** The blocks of k apart, and then their sum, in order. */
template <class T> void inSums(T* out, View<T> a, View<T> b, Size m, Size n, Size k, bool share) {
  const bool isTurned = isBetterTurned(a, b, m, n);
  const View<T> left = isTurned ? View<T>{b.data, b.column, b.row} : a;
  const View<T> right = isTurned ? View<T>{a.data, a.column, a.row} : b;
  const Size depth = depthOf<T>(k);
  const Size blocks = parts(k, depth);
  T* sums = static_cast<T*>(scratch(2, sizeof(T) * static_cast<std::size_t>(blocks * m * n)));
  each(blocks, share, [&](Size block) {
    const Size p = block * depth;
    const View<T> from{left.at(0, p), left.row, left.column};
    const View<T> by{right.at(p, 0), right.row, right.column};
    inBlocks<T>(sums + block * m * n, from, by, nullptr, isTurned ? n : m, isTurned ? m : n, min(depth, k - p), false);
  });
  for (Size block = 1; block < blocks; block++) {
    const T* next = sums + block * m * n;
    KD_INDEPENDENT
    for (Size i = 0; i < m * n; i++) sums[i] += next[i];
  }
  if (!isTurned) {
    std::memcpy(out, sums, sizeof(T) * static_cast<std::size_t>(m * n));
    return;
  }
  for (Size j = 0; j < n; j++, sums += m) {
    for (Size i = 0; i < m; i++) out[i * n + j] = sums[i];
  }
}

// ---- The choice, by sizes and layout alone --------------------------------------------------------------------------

template <class T> bool multiply(const Gemm& gemm) {
  View<T> a = viewOf<T>(gemm.a);
  View<T> b = viewOf<T>(gemm.b);
  Size m = gemm.m;
  Size n = gemm.n;
  const Size k = gemm.k;
  T* out = static_cast<T*>(gemm.out);
#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
  if constexpr (std::is_same_v<T, float>) {
    if (multiplyTiny(out, a.data, a.row, a.column, b.data, b.row, b.column, static_cast<const T*>(gemm.bias), m, n, k)) return true;
  }
#endif
  const double nanoseconds = 0.02 * sizeof(T) / 4 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  if (!kFewVariants<T> && isNarrow<T>(m, n, k) && !worthSharing(nanoseconds)) {
    multiplyNarrow(out, a.data, a.row, a.column, b.data, b.row, b.column, static_cast<const T*>(gemm.bias), m, n, k);
    return true;
  }
  if (isFlat<T>(m, n, k) && (a.row == 1 || m == 1) && b.column == 1) {
    multiplyFlat(m, out, a.data, a.column, b.data, b.row, n, k, depthOf<T>(k));
    return false;
  }
  const T* bias = static_cast<const T*>(gemm.bias);
  if (n == 1 && m > 1) {
    // A column vector is computed as the row vector that its transpose is.
    const View<T> left{b.data, b.column, b.row};
    b = {a.data, a.column, a.row};
    a = left;
    n = m;
    m = 1;
    bias = nullptr;
  }
  constexpr Size lanes = kLanes<T>;
  // Columns of a task, a multiple of `unit`.
  const auto stripeOf = [n](Size unit) { return min(256, round(parts(n, 16), unit)); };
  if (m == 1 && (b.column == 1 || n == 1) && n >= lanes) {
    const bool share = worthSharing(nanoseconds * 4);
    const Size stripe = stripeOf(4 * lanes);
    if (!share) combineRows(out, a, b, k, 0, n);
    else parallel(parts(n, stripe), [&](Size task) { combineRows(out, a, b, k, task * stripe, min((task + 1) * stripe, n)); });
    return false;
  }
  if (m <= 4 && b.row == 1 && (a.column == 1 || m == 1) && k >= 2 * lanes) {
    const T* rows = a.data;
    if (a.column != 1) {
      T* copy = static_cast<T*>(scratch(0, sizeof(T) * k));
      for (Size p = 0; p < k; p++) copy[p] = *a.at(0, p);
      rows = copy;
    }
    const auto columnsOf = [&](Size first, Size last) { dotColumns(out, rows, a.row, b.data, b.column, m, k, first, last, n); };
    const Size stripe = stripeOf(4);
    if (!worthSharing(nanoseconds * 4)) columnsOf(0, n);
    else parallel(parts(n, stripe), [&](Size task) { columnsOf(task * stripe, min((task + 1) * stripe, n)); });
    return false;
  }
  const bool share = worthSharing(isLong<T>(m, n, k) ? nanoseconds / static_cast<double>(n) * static_cast<double>(round(n, lanes)) : nanoseconds);
  const bool isSummed = isLong<T>(m, n, k) && (isBetterTurned(a, b, m, n) || (share && k > kDepth<T>));
  if (isSummed) {
    inSums(out, a, b, m, n, k, share);
    return false;
  }
  inBlocks(out, a, b, bias, m, n, k, share);
  return bias != nullptr;
}

/** Products of integers, modulo the powers of two that those hold. Rare, so plain. */
template <class T> bool multiplyIntegers(const Gemm& gemm) {
  const auto a = viewOf<T>(gemm.a);
  const auto b = viewOf<T>(gemm.b);
  T* out = static_cast<T*>(gemm.out);
  for (Size i = 0; i < gemm.m; i++, out += gemm.n) {
    std::memset(out, 0, sizeof(T) * static_cast<std::size_t>(gemm.n));
    for (Size p = 0; p < gemm.k; p++) {
      const auto x = static_cast<std::uint32_t>(*a.at(i, p));
      const T* row = b.at(p, 0);
      for (Size j = 0; j < gemm.n; j++) out[j] = static_cast<T>(static_cast<std::uint32_t>(out[j]) + x * static_cast<std::uint32_t>(row[j * b.column]));
    }
  }
  return false;
}

}  // namespace

void fillGemm(Kernels& kernels) {
  kernels.gemm[static_cast<int>(DType::uint8)] = multiplyIntegers<std::uint8_t>;
  if constexpr (kFewVariants<std::int32_t>) kernels.gemm[static_cast<int>(DType::int32)] = multiplyIntegers<std::int32_t>;
  else kernels.gemm[static_cast<int>(DType::int32)] = multiply<std::int32_t>;
  forTypes<float, double>([&]<class T>(int d) { kernels.gemm[d] = multiply<T>; });
  forTypes<float, double>([&]<class T>(int d) { kernels.depth[d] = kDepth<T>; });
}

}  // namespace kd::KD_TARGET
