// Matrix products against the FMA peak and, where the system has it, against OpenBLAS with as many threads (libopenblas.so.0,
// Debian: libopenblas0-pthread). The two take turns in short runs, and the best of each counts: what else the machine
// does then hardly matters. (Processor time would not do: virtual machines account for it loosely.)
// Arguments: threads (default 1), seconds for each shape (default 1), dtype (float32 or float64).
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <type_traits>
#include <vector>

#include "../src/isa/fill.h"
#include "../src/isa/vector.h"
#include "../src/threads.h"

namespace {

using namespace kd;

double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

template <class F> double timeOf(Size runs, F&& f) {
  const double start = now();
  for (Size i = 0; i < runs; i++) f();
  return (now() - start) / static_cast<double>(runs);
}

template <class T> double fmaPeak() {
  constexpr int ways = 12;
  constexpr int rounds = 20000;
  using V = KD_TARGET::Vector<T>;
  V totals[ways] = {};
  const V x = KD_TARGET::broadcast<T>(T(0.999));
  const V y = KD_TARGET::broadcast<T>(T(0.001));
  const double time = timeOf(1, [&] {
    for (int r = 0; r < rounds; r++) {
#pragma GCC unroll 12
      for (int i = 0; i < ways; i++) totals[i] = KD_TARGET::multiplyAdd<T>(totals[i], x, y);
    }
    asm volatile("" : "+m"(totals));
  });
  return 2.0 * rounds * ways * KD_TARGET::kLanes<T> / time;
}

/** cblas_?gemm, all of whose enumerations are int. */
template <class T>
using CblasGemm = void (*)(int order, int transA, int transB, int m, int n, int k, T alpha, const T* a, int lda, const T* b, int ldb, T beta, T* c, int ldc);

struct Shape {
  Size m, k, n;
  bool transposeA, transposeB;
};

/** Numbers from [−½, ½), aligned to cache lines as the engine aligns its memory. */
template <class T> std::unique_ptr<T, void (*)(void*)> filled(Size n) {
  T* memory = static_cast<T*>(std::aligned_alloc(64, (static_cast<std::size_t>(n) * sizeof(T) + 63) / 64 * 64));
  unsigned state = 1;
  for (Size i = 0; i < n; i++) {
    state = state * 1664525 + 1013904223;
    memory[i] = static_cast<T>(state >> 8) / (1 << 24) - T(0.5);
  }
  return {memory, std::free};
}

template <class T> int compare(int threads, double seconds) {
  constexpr int rowMajor = 101, plain = 111, transposed = 112;
  static Kernels kernels;
  KD_TARGET::fillGemm(kernels);
  setThreadCount(threads);
  void* blas = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  CblasGemm<T> gemm = nullptr;
  if (blas == nullptr) {
    std::printf("without OpenBLAS: %s\n", dlerror());
  } else {
    gemm = reinterpret_cast<CblasGemm<T>>(dlsym(blas, std::is_same_v<T, float> ? "cblas_sgemm" : "cblas_dgemm"));
    reinterpret_cast<void (*)(int)>(dlsym(blas, "openblas_set_num_threads"))(threads);
    std::printf("%s, %d threads\n", reinterpret_cast<const char* (*)()>(dlsym(blas, "openblas_get_config"))(), threads);
  }
  std::vector<Shape> shapes;
  for (Size s : {64, 128, 256, 512, 1024, 2048}) shapes.push_back({s, s, s, false, false});
  const Size layers[][3] = {{1024, 784, 1024}, {1024, 1024, 1024}, {1024, 1024, 10}, {256, 784, 256}, {256, 256, 10}, {64, 784, 256}, {64, 1024, 1024}};
  for (const auto& [rows, inputs, outputs] : layers) {
    shapes.push_back({rows, inputs, outputs, false, true});   // x · Wᵀ
    shapes.push_back({outputs, rows, inputs, true, false});   // gᵀ · x
    shapes.push_back({rows, outputs, inputs, false, false});  // g · W
  }
  std::printf("    m     k     n     GFLOP/s of ours  OpenBLAS  ratio  %% of FMA peak\n");
  double product = 1;
  for (const auto& [m, k, n, ta, tb] : shapes) {
    const auto a = filled<T>(m * k), b = filled<T>(k * n), c = filled<T>(m * n), d = filled<T>(m * n);
    const Gemm call{c.get(), {a.get(), ta ? 1 : k, ta ? m : 1}, {b.get(), tb ? 1 : n, tb ? k : 1}, m, n, k};
    const auto ours = [&] { kernels.gemm[static_cast<int>(dtypeOf<T>)](call); };
    const auto theirs = [&] {
      gemm(rowMajor, ta ? transposed : plain, tb ? transposed : plain, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), 1,
           a.get(), static_cast<int>(ta ? m : k), b.get(), static_cast<int>(tb ? k : n), 0, d.get(), static_cast<int>(n));
    };
    const double flops = 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
    const Size runs = std::max<Size>(1, static_cast<Size>(3e7 / flops));
    double best = INFINITY, peer = INFINITY, peak = 0;
    const double end = now() + seconds;
    for (int round = 0; round < 5 || now() < end; round++) {
      ours();
      for (int i = 0; i < 5; i++) best = std::min(best, timeOf(runs, ours));
      if (gemm != nullptr) {
        theirs();
        for (int i = 0; i < 5; i++) peer = std::min(peer, timeOf(runs, theirs));
        // Its threads go on watching for work for a while, on our core.
        if (threads > 1) usleep(40000);
      }
      peak = std::max(peak, fmaPeak<T>());
    }
    double error = 0;
    for (Size i = 0; i < m * n && gemm != nullptr; i++) error = std::max<double>(error, std::fabs(c.get()[i] - d.get()[i]));
    if (error > (sizeof(T) == 4 ? 1e-3 : 1e-11)) std::printf("results differ by %g\n", error);
    const double ratio = peer / best;
    product *= ratio;
    std::printf("%5td %5td %5td %c%c  %7.1f  %7.1f  %5.2f  %5.1f %%  %9.2f us\n", m, k, n, ta ? 't' : 'n', tb ? 't' : 'n', 1e-9 * flops / best,
                1e-9 * flops / peer, ratio, 100 * flops / best / peak / threads, best * 1e6);
    std::fflush(stdout);
  }
  std::printf("geometric mean of the ratios: %.2f\n", std::pow(product, 1.0 / static_cast<double>(shapes.size())));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 1;
  return argc > 3 && std::strcmp(argv[3], "float64") == 0 ? compare<double>(threads, seconds) : compare<float>(threads, seconds);
}
