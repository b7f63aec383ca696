// Machine limits and kernel speed, in one process: FMA peak, memory bandwidth, products and pointwise functions.
// Prints one line a measurement: name, best and median of the repetitions. Argument: threads (default 1).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "../src/isa/fill.h"
#include "../src/isa/vector.h"
#include "../src/threads.h"

namespace {

using namespace kd;
/** Wall time: virtual machines account for processor time too loosely for runs this short. */
double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

struct Timing {
  double best;
  double median;
};

/** Repeats until a third of a second has passed, at least five times. */
template <class F> Timing timeOf(F&& f) {
  f();
  std::vector<double> times;
  Size inner = 1;
  for (;;) {
    const double start = now();
    for (Size i = 0; i < inner; i++) f();
    const double t = (now() - start);
    if (t > 1e-3) break;
    inner *= 2;
  }
  const double begin = now();
  while (times.size() < 5 || now() - begin < 0.33) {
    const double start = now();
    for (Size i = 0; i < inner; i++) f();
    times.push_back((now() - start) / inner);
  }
  std::sort(times.begin(), times.end());
  return {times.front(), times[times.size() / 2]};
}

template <class T> double fmaPeak() {
  using V = KD_TARGET::Vector<T>;
  V acc[12];
  for (int i = 0; i < 12; i++) acc[i] = KD_TARGET::broadcast<T>(T(i));
  V x = KD_TARGET::broadcast<T>(T(0.999)), y = KD_TARGET::broadcast<T>(T(0.001));
  const int n = 100000;
  const Timing t = timeOf([&] {
    for (int r = 0; r < n; r++) {
#pragma GCC unroll 12
      for (int i = 0; i < 12; i++) acc[i] = KD_TARGET::multiplyAdd<T>(acc[i], x, y);
    }
    asm volatile("" : "+m"(acc));
  });
  return 2.0 * n * 12 * KD_TARGET::kLanes<T> / t.best;
}

std::vector<float> filled(Size n) {
  std::vector<float> v(n);
  unsigned s = 1;
  for (auto& x : v) s = s * 1664525 + 1013904223, x = static_cast<float>(s >> 8) / (1 << 24) - 0.5f;
  return v;
}

}  // namespace

int main(int argc, char** argv) {
  static Kernels kernels;
  KD_TARGET::fillPointwise(kernels);
  KD_TARGET::fillReductions(kernels);
  KD_TARGET::fillGemm(kernels);
  setThreadCount(argc > 1 ? std::atoi(argv[1]) : 1);
  const double peak = fmaPeak<float>();
  std::printf("fma peak float32   %7.1f GFLOP/s\n", peak / 1e9);
  std::printf("fma peak float64   %7.1f GFLOP/s\n", fmaPeak<double>() / 1e9);
  {
    const Size n = 64 << 20;
    auto a = filled(n / 4), b = filled(n / 4);
    const Timing t = timeOf([&] { std::memcpy(a.data(), b.data(), n); });
    std::printf("copy 64 MiB        %7.1f GB/s (read + write)\n", 2.0 * n / t.best / 1e9);
    const Timing r = timeOf([&] { float y; kernels.reduce[0][3].rows(1, n / 4, a.data(), &y); });
    std::printf("sum 64 MiB         %7.1f GB/s\n", 1.0 * n / r.best / 1e9);
  }
  struct Shape { Size m, n, k; bool ta, tb; };
  std::vector<Shape> shapes;
  for (Size s : {16, 32, 64, 96, 128, 256, 512, 1024, 2048}) shapes.push_back({s, s, s, false, false});
  for (const Shape& s : {Shape{256, 256, 784, false, true}, {256, 10, 256, false, true}, {784, 256, 256, true, false}, {256, 784, 256, true, false}, {256, 256, 10, false, false},
                         {1024, 1024, 784, false, true}, {1024, 1024, 1024, false, true}, {1024, 1024, 1024, true, false}, {1024, 1024, 1024, false, false}, {1, 200, 784, false, true}, {1, 784, 200, false, false}, {200, 784, 1, false, false},
                         {4, 10, 10, false, true}, {4, 2, 2, false, true}, {759, 4, 8, false, true}, {8, 4, 759, true, false}, {64, 256, 784, false, true}, {784, 256, 64, true, false}})
    shapes.push_back(s);
  for (const auto& [m, n, k, ta, tb] : shapes) {
    auto a = filled(m * k), b = filled(k * n), c = filled(m * n);
    const Gemm gemm{c.data(), {a.data(), ta ? 1 : k, ta ? m : 1}, {b.data(), tb ? 1 : n, tb ? k : 1}, m, n, k};
    const Timing t = timeOf([&] { kernels.gemm[3](gemm); });
    std::printf("%5td x %5td x %5td %c%c %7.1f GFLOP/s best %7.1f median  %5.1f %% of one core's peak  %10.2f us\n", m, n, k, ta ? 't' : 'n', tb ? 't' : 'n',
                2e-9 * m * n * k / t.best, 2e-9 * m * n * k / t.median, 100 * 2.0 * m * n * k / t.best / peak, t.best * 1e6);
  }
  const char* names[] = {
#define KD_NAME(x) #x,
      KD_UNARY_OPS(KD_NAME)};
  const Size n = 8192;
  auto x = filled(n), y = filled(n);
  for (auto& v : x) v = v * 4 + 2.5f;
  const double parameters[2] = {1, 20};
  for (int op = 0; op < kUnaryCount; op++) {
    const Timing t = timeOf([&] { kernels.unary[op][3](n, y.data(), x.data(), nullptr, nullptr, parameters); });
    std::printf("%-12s %6.3f ns an element\n", names[op], t.best * 1e9 / n);
  }
  const char* binary[] = {KD_BINARY_OPS(KD_NAME)};
  auto z = filled(n);
  for (int op = 0; op < kBinaryCount; op++) {
    const Timing t = timeOf([&] { kernels.binary[op][3][0](n, y.data(), x.data(), z.data(), nullptr, parameters); });
    std::printf("%-12s %6.3f ns an element\n", binary[op], t.best * 1e9 / n);
  }
  std::vector<unsigned char> mask(n);
  for (Size i = 0; i < n; i++) mask[i] = i % 3 == 0;
  const Timing w = timeOf([&] { kernels.where[3][0](n, y.data(), mask.data(), x.data(), z.data(), nullptr); });
  std::printf("%-12s %6.3f ns an element\n", "where", w.best * 1e9 / n);
  const Timing rows = timeOf([&] { kernels.reduce[0][3].rows(32, 256, x.data(), y.data()); });
  std::printf("%-12s %6.3f ns an element\n", "sum rows", rows.best * 1e9 / n);
  const Timing columns = timeOf([&] { kernels.reduce[0][3].columns(32, 256, 0, 256, x.data(), y.data()); });
  std::printf("%-12s %6.3f ns an element\n", "sum columns", columns.best * 1e9 / n);
  const Timing narrow = timeOf([&] { kernels.reduce[0][3].columns(819, 10, 0, 10, x.data(), y.data()); });
  std::printf("%-12s %6.3f ns an element\n", "sum columns of 10", narrow.best * 1e9 / n);
  const Timing most = timeOf([&] { kernels.reduce[2][3].rows(32, 256, x.data(), y.data()); });
  std::printf("%-12s %6.3f ns an element\n", "max rows", most.best * 1e9 / n);
}
