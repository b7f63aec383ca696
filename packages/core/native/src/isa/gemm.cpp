// Matrix products. Every element of the result is Σ over blocks of k of (Σ within the block, in order): how m and n are cut up, and by
// how many threads, changes no bit of it. Sums of rows and flat products take the block in several totals, by the sizes alone.
#include "fill.h"
#include "gemm-blocks.h"
#include "gemm-vectors.h"
#include "lines.h"
#include "narrow.h"

namespace kd::KD_TARGET {
namespace {

using namespace gemm;

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

/** Steps of k from which it pays to compute a result apart and then copy it to its place. */
constexpr Size kLongSteps = 32;

/** Whether the result alone gives too few tasks. */
template <class T> bool isLong(Size m, Size n, Size k) {
  return k >= kLongSteps && parts(m, 4 * kRows<T>) * parts(n, kColumns<T>) < 8;
}

/** The blocks of k apart, and then their sum, in order. */
template <class T> void inSums(T* out, View<T> a, View<T> b, Size m, Size n, Size k, bool share) {
  const bool isTurned = isBetterTurned(a, b, m, n);
  const View<T> left = isTurned ? View<T>{b.data, b.column, b.row} : a;
  const View<T> right = isTurned ? View<T>{a.data, a.column, a.row} : b;
  const Size depth = depthOf<T>(m, n, k);
  const Size blocks = parts(k, depth);
  T* sums = static_cast<T*>(scratch(2, sizeof(T) * static_cast<std::size_t>(blocks * m * n)));
  const bool sharesBlocks = share && blocks > 1;
  each(blocks, sharesBlocks, [&](Size block) {
    const Size p = block * depth;
    const View<T> from{left.at(0, p), left.row, left.column};
    const View<T> by{right.at(p, 0), right.row, right.column};
    inBlocks<T>(sums + block * m * n, from, by, nullptr, isTurned ? n : m, isTurned ? m : n, min(depth, k - p), share && !sharesBlocks);
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

#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)

/** Whether a [m, n] result is summed as lines. */
constexpr bool isFlat(Size m, Size n, Size k) { return m <= kLineWidth && n <= kLineWidth && m * n > 1 && k >= kFewestRows; }

/** The product of a transposed [k, m] and a [k, n] of few columns: blocks of k as lines, and then their sum, in order. */
void multiplyFlat(float* out, const View<float>& a, const View<float>& b, Size m, Size n, Size k) {
  const Size depth = depthOf<float>(m, n, k);
  const Size step = round(depth, kLineUnit);
  float* const turned = static_cast<float*>(scratch(0, sizeof(float) * static_cast<std::size_t>((m + n) * step)));
  for (Size p = 0; p < k; p += depth) {
    const Size rows = min(depth, k - p);
    const auto linesOf = [=](const float* from, Size fromStep, Size width, float* lines) {
      if (width == 1 && fromStep == 1) return from;
      lines::fromRows(lines, step, from, fromStep, rows, width);
      return static_cast<const float*>(lines);
    };
    const float* const left = linesOf(a.at(0, p), a.column, m, turned);
    const float* const right = linesOf(b.at(p, 0), b.row, n, turned + m * step);
    float block[kLineWidth * kLineWidth];
    lines::sums(p == 0 ? out : block, left, step, right, step, m, n, rows);
    for (Size i = 0; p > 0 && i < m * n; i++) out[i] += block[i];
  }
}

#endif

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
    if (isFlat(m, n, k) && (a.row == 1 || m == 1) && (b.column == 1 || n == 1)) {
      multiplyFlat(out, a, b, m, n, k);
      return false;
    }
  }
#endif
  const Size depth = depthOf<T>(m, n, k);
  const double nanoseconds = 0.02 * sizeof(T) / 4 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  if (!kFewVariants<T> && isNarrow<T>(m, n, k) && !worthSharing(nanoseconds)) {
    multiplyNarrow(out, a.data, a.row, a.column, b.data, b.row, b.column, static_cast<const T*>(gemm.bias), m, n, k);
    return true;
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
  if (m == 1 && (b.column == 1 || n == 1) && n >= lanes) {
    // As long as 256 columns allow, since each task reads its part of one row after another; an even number, for two threads.
    const Size stripe = worthSharing(nanoseconds * 4) ? round(parts(n, 2 * parts(n, 512)), lanes) : n;
    parallel(parts(n, stripe), [&](Size task) { combineRows(out, a, b, k, depth, task * stripe, min((task + 1) * stripe, n)); });
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
    const Size stripe = min(256, round(parts(n, 16), 4));
    if (!worthSharing(nanoseconds * 4)) columnsOf(0, n);
    else parallel(parts(n, stripe), [&](Size task) { columnsOf(task * stripe, min((task + 1) * stripe, n)); });
    return false;
  }
  const bool share = worthSharing(isLong<T>(m, n, k) ? nanoseconds / static_cast<double>(n) * static_cast<double>(round(n, lanes)) : nanoseconds);
  const bool isSummed = isLong<T>(m, n, k) && (isBetterTurned(a, b, m, n) || (share && k > depth));
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
}

}  // namespace kd::KD_TARGET
