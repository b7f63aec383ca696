// Convolutions and their gradients beside the FMA peak, measured in turns so that both see the same machine.
// Prints for each the best of its repetitions in GFLOP/s and as a share of the best peak. Arguments: threads (default 1), seconds each (default 0.5), a part of
// the names of what is to be measured (default all).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "../src/isa/fill.h"
#include "../src/isa/vector.h"
#include "../src/threads.h"

namespace {

using namespace kd;

double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/** One core's products and sums in a second: a short run, so that some of many are undisturbed. */
double peak() {
  using V = KD_TARGET::Vector<float>;
  V acc[12];
  for (int i = 0; i < 12; i++) acc[i] = KD_TARGET::broadcast<float>(static_cast<float>(i));
  V x = KD_TARGET::broadcast<float>(0.999f), y = KD_TARGET::broadcast<float>(0.001f);
  const int n = 20000;
  const double start = now();
  for (int r = 0; r < n; r++) {
#pragma GCC unroll 12
    for (int i = 0; i < 12; i++) acc[i] = KD_TARGET::multiplyAdd<float>(acc[i], x, y);
  }
  asm volatile("" : "+m"(acc));
  return 2.0 * n * 12 * KD_TARGET::kLanes<float> / (now() - start);
}

struct Shape {
  const char* name;
  Size batch, in, out, side, kernel, stride, padding;
};

std::vector<float> filled(Size n) {
  std::vector<float> v(static_cast<std::size_t>(n));
  unsigned s = 1;
  for (auto& x : v) s = s * 1664525 + 1013904223, x = static_cast<float>(s >> 8) / (1 << 24) - 0.5f;
  return v;
}

}  // namespace

int main(int argc, char** argv) {
  static Kernels kernels;
  KD_TARGET::fillConvolution(kernels);
  KD_TARGET::fillConvolutionWeight(kernels);
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 0.5;
  setThreadCount(threads);
  const Shape shapes[] = {
      {"3x3 64-64 14x14", 64, 64, 64, 14, 3, 1, 1},      {"mnist-cnn 1", 100, 1, 32, 28, 3, 1, 1},
      {"mnist-cnn 2", 100, 32, 64, 14, 3, 1, 1},         {"lenet 1", 128, 1, 6, 28, 5, 1, 2},
      {"lenet 2", 128, 6, 16, 14, 5, 1, 0},              {"resnet 1-8 28", 64, 1, 8, 28, 3, 1, 1},
      {"resnet 8-8 28", 64, 8, 8, 28, 3, 1, 1},          {"resnet 8-16 28 /2", 64, 8, 16, 28, 3, 2, 1},
      {"resnet 16-16 14", 64, 16, 16, 14, 3, 1, 1},      {"1x1 64-128 14", 64, 64, 128, 14, 1, 1, 0},
      {"3x3 128-128 28", 8, 128, 128, 28, 3, 1, 1},      {"3x3 512-512 7", 8, 512, 512, 7, 3, 1, 1},
      {"3x3 64-64 56", 4, 64, 64, 56, 3, 1, 1},          {"dcgan 64-128 /2", 64, 64, 128, 14, 4, 2, 1},
      {"dcgan 1-64 /2", 64, 1, 64, 28, 4, 2, 1},
  };
  for (const Shape& s : shapes) {
    if (argc > 3 && std::strstr(s.name, argv[3]) == nullptr) continue;
    const Size side = (s.side + 2 * s.padding - s.kernel) / s.stride + 1;
    auto image = filled(s.batch * s.in * s.side * s.side);
    auto out = filled(s.batch * s.out * side * side);
    auto weight = filled(s.in * s.out * s.kernel * s.kernel);
    auto bias = filled(s.out);
    const Axis axis{s.side, s.kernel, s.stride, s.padding, 1, side};
    Convolution c{s.batch, 1, s.in, s.out, axis, axis, image.data(), weight.data(), bias.data(), out.data()};
    const double flops = 2.0 * static_cast<double>(s.batch * s.in * s.out * side * side * s.kernel * s.kernel);
    double fastest = peak();
    std::printf("%-18s", s.name);
    const Convolve kinds[] = {kernels.convolve[3], kernels.convolveBackwardInput[3], kernels.convolveBackwardWeight[3]};
    const char* names[] = {"forward", "input", "weight"};
    double best[] = {1e9, 1e9, 1e9};
    for (int k = 0; k < 3; k++) {
      const double begin = now();
      int runs = 0;
      while (now() - begin < seconds || runs < 5) {
        fastest = std::max(fastest, peak());
        const double start = now();
        const bool done = kinds[k](c);
        best[k] = std::min(best[k], done ? now() - start : 1e9);
        runs++;
      }
    }
    for (int k = 0; k < 3; k++) {
      std::printf("  %s %7.1f GFLOP/s %5.1f %% %8.1f us", names[k], flops / best[k] / 1e9, 100 * flops / best[k] / fastest / threads, best[k] * 1e6);
    }
    std::printf("   (peak %.1f)\n", fastest / 1e9);
  }
}
