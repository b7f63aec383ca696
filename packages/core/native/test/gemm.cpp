// Checks matrix products of every dtype, layout and many sizes against plain loops in double, on one to three threads.
#include <cmath>
#include <cstdio>
#include <vector>

#include "../src/isa/fill.h"
#include "../src/threads.h"

namespace {

using namespace kd;

unsigned state = 1;

unsigned next() {
  state = state * 1664525 + 1013904223;
  return state >> 8;
}

/** Small whole numbers, so that integers are exact, with halves where the dtype has them. */
template <class T> std::vector<T> filled(Size count) {
  std::vector<T> values(static_cast<std::size_t>(count));
  for (T& x : values) {
    const int whole = static_cast<int>(next() % 19) - 9;
    x = static_cast<T>(static_cast<T>(0.5) == 0 ? whole : whole * 0.5 + 0.125 * (next() % 2));
  }
  return values;
}

/** How far from the sum of products an element may be. */
template <class T> double tolerance(Size k) {
  if (isInteger(dtypeOf<T>)) return 0;
  return (sizeof(T) == 4 ? 1.2e-7 : 2.3e-16) * 25 * static_cast<double>(k);
}

/** Zeros, at random steps: for a few rows of a, or columns of b, together. */
enum class Sparse { none, a, b };

template <class T> void clear(std::vector<T>& values, Size lines, Size steps, Size line, Size step) {
  for (Size first = 0; first < lines; first += 48) {
    for (Size p = 0; p < steps; p++) {
      if (next() % 3 == 0) continue;
      for (Size i = first; i < lines && i < first + 48; i++) values[static_cast<std::size_t>(i * line + p * step)] = T(0);
    }
  }
}

template <class T>
bool check(const Kernels& kernels, Size m, Size n, Size k, bool transposeA, bool transposeB, Size gap, Sparse sparse = Sparse::none) {
  const Size aLine = (transposeA ? m : k) + gap;
  const Size bLine = (transposeB ? k : n) + gap;
  auto a = filled<T>(aLine * (transposeA ? k : m));
  auto b = filled<T>(bLine * (transposeB ? n : k));
  if (sparse == Sparse::a) clear(a, m, k, transposeA ? 1 : aLine, transposeA ? aLine : 1);
  if (sparse == Sparse::b) clear(b, n, k, transposeB ? bLine : 1, transposeB ? 1 : bLine);
  constexpr Size guard = 32;
  constexpr T untouched = T(77);
  std::vector<T> out(static_cast<std::size_t>(m * n + 2 * guard), untouched);
  Gemm gemm{out.data() + guard, {a.data(), transposeA ? 1 : aLine, transposeA ? aLine : 1},
                  {b.data(), transposeB ? 1 : bLine, transposeB ? bLine : 1}, m, n, k};
  kernels.gemm[static_cast<int>(dtypeOf<T>)](gemm);
  for (Size i = 0; i < guard; i++) {
    if (out[static_cast<std::size_t>(i)] != untouched || out[out.size() - 1 - static_cast<std::size_t>(i)] != untouched) {
      std::printf("%td x %td x %td: wrote beyond the result\n", m, k, n);
      return false;
    }
  }
  for (Size i = 0; i < m; i++) {
    for (Size j = 0; j < n; j++) {
      double total = 0;
      for (Size p = 0; p < k; p++) {
        const Size left = i * gemm.a.rowStep + p * gemm.a.columnStep;
        const Size right = p * gemm.b.rowStep + j * gemm.b.columnStep;
        total += static_cast<double>(a[static_cast<std::size_t>(left)]) * static_cast<double>(b[static_cast<std::size_t>(right)]);
      }
      const double got = static_cast<double>(out[static_cast<std::size_t>(guard + i * n + j)]);
      const double wanted = sizeof(T) == 1 ? std::fmod(total, 256) : total;
      if (std::fabs(got - wanted) <= tolerance<T>(k)) continue;
      std::printf("%td x %td x %td, %s%s, %zu bytes, element [%td, %td]: expected %.17g, got %.17g\n", m, k, n, transposeA ? "t" : "n",
                  transposeB ? "t" : "n", sizeof(T), i, j, wanted, got);
      return false;
    }
  }
  return true;
}

template <class T> bool checkAll(const Kernels& kernels, int rounds) {
  bool passed = true;
  const Size sizes[] = {1, 2, 3, 5, 8, 12, 16, 17, 31, 33, 64, 100, 130};
  for (int layout = 0; layout < 4; layout++) {
    const bool ta = (layout & 1) != 0;
    const bool tb = (layout & 2) != 0;
    for (int round = 0; round < rounds; round++) {
      const Size m = sizes[next() % 13];
      const Size n = sizes[next() % 13];
      const Size k = sizes[next() % 13];
      passed &= check<T>(kernels, m, n, k, ta, tb, next() % 3);
    }
    passed &= check<T>(kernels, 250, 300, 70, ta, tb, 0);
    passed &= check<T>(kernels, 20, 300, 1100, ta, tb, 1);
    passed &= check<T>(kernels, 700, 10, 200, ta, tb, 0);
    for (Size n : {7, 12, 24, 48}) passed &= check<T>(kernels, 48, n, 2100, ta, tb, 1);
    for (Size few = 1; few <= 9; few++) {
      passed &= check<T>(kernels, few, 6, 1103, ta, tb, 1);
      passed &= check<T>(kernels, 1103, 6, few, ta, tb, 0);
    }
  }
  return passed;
}

}  // namespace

int main() {
  static Kernels kernels;
  KD_TARGET::fillGemm(kernels);
  bool passed = true;
  for (int threads : {1, 2, 3}) {
    setThreadCount(threads);
    const int rounds = threads == 1 ? 100 : 10;  // small products are never shared
    passed &= checkAll<float>(kernels, rounds) & checkAll<double>(kernels, rounds);
    passed &= checkAll<std::int32_t>(kernels, rounds) & checkAll<std::uint8_t>(kernels, rounds);
    for (int layout = 0; layout < 4; layout++) {
      const bool ta = (layout & 1) != 0;
      const bool tb = (layout & 2) != 0;
      passed &= check<float>(kernels, 200, 520, 800, ta, tb, 0);  // exceeds a second-level cache; several tasks have the same rows
      passed &= check<float>(kernels, 150, 1024, 10, ta, tb, 0);  // runs along rows
      for (Sparse sparse : {Sparse::a, Sparse::b}) passed &= check<float>(kernels, 101, 333, 607, ta, tb, 1, sparse);
    }
  }
  std::puts(passed ? "products agree" : "products differ");
  return passed ? 0 : 1;
}
