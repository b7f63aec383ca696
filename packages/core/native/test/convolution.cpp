// Checks convolutions and their gradients of many geometries against plain loops in double, on one thread and on three.
#include <cmath>
#include <cstdio>
#include <vector>

#include "../src/isa/fill.h"
#include "../src/threads.h"

namespace {

using namespace kd;

unsigned state = 1;

Size next(Size below) {
  state = state * 1664525 + 1013904223;
  return static_cast<Size>(state >> 8) % below;
}

constexpr Size kGuard = 32;

/** Elements between guards that nothing may write to. */
template <class T> struct Block {
  std::vector<T> memory;
  explicit Block(Size count) : memory(static_cast<std::size_t>(count + 2 * kGuard)) {
    for (T& x : memory) x = static_cast<T>(next(2001) - 1000) / static_cast<T>(1000);
    for (Size i = 0; i < kGuard; i++) memory[static_cast<std::size_t>(i)] = memory[memory.size() - 1 - static_cast<std::size_t>(i)] = T(77);
  }
  T* data() { return memory.data() + kGuard; }
  Size count() const { return static_cast<Size>(memory.size()) - 2 * kGuard; }
  bool isGuarded() const {
    for (Size i = 0; i < kGuard; i++) {
      if (memory[static_cast<std::size_t>(i)] != T(77) || memory[memory.size() - 1 - static_cast<std::size_t>(i)] != T(77)) return false;
    }
    return true;
  }
};

/** Calls visit(image, weight, result) for the elements of each product of the sums that define results. */
template <class Visit> void eachProduct(const Convolution& c, Visit&& visit) {
  for (Size n = 0; n < c.batch * c.groups; n++) {
    for (Size o = 0; o < c.outChannels; o++) {
      for (Size i = 0; i < c.inChannels; i++) {
        for (Size t = 0; t < c.taps(); t++) {
          for (Size at = 0; at < c.outPlane(); at++) {
            const Size y = c.y.position(at / c.x.count, t / c.x.kernel);
            const Size x = c.x.position(at % c.x.count, t % c.x.kernel);
            if (y < 0 || y >= c.y.length || x < 0 || x >= c.x.length) continue;
            visit((n * c.inChannels + i) * c.plane() + y * c.x.length + x,
                  ((n % c.groups * c.outChannels + o) * c.inChannels + i) * c.taps() + t, (n * c.outChannels + o) * c.outPlane() + at);
          }
        }
      }
    }
  }
}

template <class T> bool agrees(const char* kind, const Convolution& c, Block<T>& got, const std::vector<double>& wanted, const std::vector<double>& terms) {
  const double epsilon = sizeof(T) == 4 ? 6e-8 : 1.2e-16;
  bool passed = got.isGuarded();
  Size at = 0;
  for (; passed && at < got.count(); at++) {
    const std::size_t i = static_cast<std::size_t>(at);
    passed = std::fabs(static_cast<double>(got.data()[at]) - wanted[i]) <= 64 * epsilon * (terms[i] + std::fabs(wanted[i]));
  }
  if (!passed) {
    std::printf("%s, %zu bytes: %td images of %td x %td to %td x %td, %td x %td to %td channels, kernel %td x %td: differs at %td or outside\n", kind,
                sizeof(T), c.batch, c.y.length, c.x.length, c.y.count, c.x.count, c.groups, c.inChannels, c.outChannels, c.y.kernel,
                c.x.kernel, at - 1);
  }
  return passed;
}

template <class T> bool check(const Kernels& kernels, Convolution c) {
  const int dtype = static_cast<int>(dtypeOf<T>);
  Block<T> image(c.batch * c.groups * c.inChannels * c.plane());
  Block<T> out(c.batch * c.groups * c.outChannels * c.outPlane());
  Block<T> weight(c.groups * c.outChannels * c.inChannels * c.taps());
  Block<T> bias(c.groups * c.outChannels);
  const auto zeros = [](Block<T>& block) { return std::vector<double>(static_cast<std::size_t>(block.count())); };
  auto y = zeros(out), yTerms = y, x = zeros(image), xTerms = x, w = zeros(weight), wTerms = w, b = zeros(bias), bTerms = b;
  for (Size i = 0; i < out.count(); i++) {
    const Size channel = i / c.outPlane() % bias.count();
    y[static_cast<std::size_t>(i)] = static_cast<double>(bias.data()[channel]);
    b[static_cast<std::size_t>(channel)] += static_cast<double>(out.data()[i]);
    bTerms[static_cast<std::size_t>(channel)] += std::fabs(static_cast<double>(out.data()[i]));
  }
  const auto add = [](std::vector<double>& sum, std::vector<double>& terms, Size at, T left, T right) {
    const double term = static_cast<double>(left) * static_cast<double>(right);
    sum[static_cast<std::size_t>(at)] += term;
    terms[static_cast<std::size_t>(at)] += std::fabs(term);
  };
  eachProduct(c, [&](Size i, Size k, Size o) {
    add(y, yTerms, o, image.data()[i], weight.data()[k]);
    add(x, xTerms, i, out.data()[o], weight.data()[k]);
    add(w, wTerms, k, out.data()[o], image.data()[i]);
  });
  const auto with = [&](Block<T>& images, Block<T>& weights, Block<T>* biases, Block<T>& results) {
    Convolution call = c;
    call.image = images.data();
    call.weight = weights.data();
    call.bias = biases == nullptr ? nullptr : biases->data();
    call.out = results.data();
    return call;
  };
  Block<T> y2(out.count()), x2(image.count()), w2(weight.count()), b2(bias.count());
  bool passed = true;
  if (kernels.convolve[dtype](with(image, weight, &bias, y2))) passed &= agrees("forward", c, y2, y, yTerms);
  if (kernels.convolveBackwardInput[dtype](with(x2, weight, nullptr, out))) passed &= agrees("by the image", c, x2, x, xTerms);
  if (kernels.convolveBackwardWeight[dtype](with(image, w2, &b2, out))) {
    passed &= agrees("by the weight", c, w2, w, wTerms) & agrees("by the bias", c, b2, b, bTerms);
  }
  return passed;
}

Axis anyAxis(Size most) {
  Axis axis{1, 1 + next(5), 1 + next(3) * next(2), next(4), 1 + next(3) * next(2), 1 + next(most)};
  axis.length = axis.span() - axis.padding + next(7) - 3;
  if (axis.length < 1) axis.length = 1;
  return axis;
}

template <class T> bool checkAll(const Kernels& kernels, int rounds) {
  bool passed = true;
  for (int round = 0; round < rounds; round++) {
    const Size channels = round % 3 == 0 ? 70 : 12;
    const Size most = round % 3 == 1 ? 40 : 10;
    const Convolution c{1 + next(3), 1 + next(3) * next(2), 1 + next(channels), 1 + next(channels), anyAxis(most), anyAxis(most),
                        nullptr, nullptr, nullptr, nullptr};
    passed &= check<T>(kernels, c);
  }
  return passed;
}

}  // namespace

int main() {
  static Kernels kernels;
  KD_TARGET::fillConvolution(kernels);
  KD_TARGET::fillConvolutionWeight(kernels);
  bool passed = true;
  for (int threads : {1, 3}) {
    setThreadCount(threads);
    passed &= checkAll<float>(kernels, 150) & checkAll<double>(kernels, 50);
  }
  std::puts(passed ? "convolutions agree" : "convolutions differ");
  return passed ? 0 : 1;
}
