// Largest errors, in units of the last place (ulp), of the functions of floats on each instruction set that this processor runs,
// against the C library's functions of doubles: accuracy [n] [function …], over every float, or every n-th.
// A line a function and instruction set: its name, the instruction set, the error, and the argument where it is.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "../src/call.h"

namespace {

using kd::Binary;
using kd::Unary;

constexpr int kBlock = 4096;
constexpr int kFloat = static_cast<int>(kd::DType::float32);
constexpr long kFloats = 1L << 32;

/** The distance of floats where `exact` lies. */
double ulpOf(double exact) {
  const auto word = __builtin_bit_cast(std::uint64_t, exact);
  const int exponent = std::clamp(static_cast<int>(word >> 52 & 0x7ff) - 1023, -126, 127);
  return __builtin_bit_cast(double, static_cast<std::uint64_t>(exponent - 23 + 1023) << 52);
}

/** In ulp; infinite where one is NaN or infinite and the other is not, or where a zero has the other sign. */
double errorOf(float got, double exact) {
  if (std::isnan(exact)) return std::isnan(got) ? 0 : INFINITY;
  const float rounded = static_cast<float>(exact);
  if (std::isinf(got) || std::isinf(rounded)) return got == rounded ? 0 : INFINITY;
  if (got == 0 && rounded == 0 && std::signbit(got) != std::signbit(rounded)) return INFINITY;
  return std::fabs(got - exact) / ulpOf(exact);
}

struct Function {
  const char* name;
  Unary op;
  double (*exact)(double);
  double limit;
  double parameters[2] = {0, 0};
};

/** By two steps of Newton's method from the float's own, which suffices wherever it is near. */
double erfinv(double y) {
  if (!(std::fabs(y) < 1) || y == 0) return std::fabs(y) == 1 ? std::copysign(INFINITY, y) : y == 0 ? y : NAN;
  // Winitzki's approximation, to 2 · 10⁻³.
  const double log = std::log1p(-y * y);
  const double half = 2 / (3.141592653589793 * 0.147) + log / 2;
  long double x = std::copysign(std::sqrt(std::sqrt(half * half - log / 0.147) - half), y);
  for (int step = 0; step < 4; step++) {
    // Of the tail near ±1, where erf has lost what tells its arguments apart.
    const long double rest = std::fabs(y) > 0.5 ? (1.0L - std::fabs(y)) - std::erfc(std::fabs(x)) : std::erf(std::fabs(x)) - std::fabs(y);
    const long double slope = 1.1283791670955125739L * std::exp(-x * x);
    x -= std::copysign(1.0L, y) * rest / slope;
  }
  return static_cast<double>(x);
}

const Function functions[] = {
    {"exp", Unary::exp, std::exp, 2},
    {"expm1", Unary::expm1, std::expm1, 2},
    {"exp2", Unary::exp2, std::exp2, 1},
    {"log", Unary::log, std::log, 2},
    {"log1p", Unary::log1p, std::log1p, 2},
    {"log2", Unary::log2, std::log2, 1},
    {"log10", Unary::log10, std::log10, 1},
    {"tanh", Unary::tanh, std::tanh, 2},
    {"sigmoid", Unary::sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, 2},
    {"softplus", Unary::softplus, [](double x) { return x > 20 ? x : std::log1p(std::exp(x)); }, 2, {1, 20}},
    {"elu", Unary::elu, [](double x) { return x > 0 ? x : std::expm1(x); }, 2, {1, 0}},
    {"erf", Unary::erf, std::erf, 2},
    {"erfinv", Unary::erfinv, erfinv, 1},
    {"sqrt", Unary::sqrt, std::sqrt, 0.5},
    {"rsqrt", Unary::rsqrt, [](double x) { return 1 / std::sqrt(x); }, 2},
    {"reciprocal", Unary::reciprocal, [](double x) { return 1 / x; }, 0.5},
    {"sin", Unary::sin, std::sin, 2},
    {"cos", Unary::cos, std::cos, 2},
    {"tan", Unary::tan, std::tan, 1},
    {"asin", Unary::asin, std::asin, 1},
    {"acos", Unary::acos, std::acos, 1},
    {"atan", Unary::atan, std::atan, 1},
    {"sinh", Unary::sinh, std::sinh, 1},
    {"cosh", Unary::cosh, std::cosh, 1},
    {"asinh", Unary::asinh, std::asinh, 1},
    {"acosh", Unary::acosh, std::acosh, 1},
    {"atanh", Unary::atanh, std::atanh, 1},
    {"floor", Unary::floor, std::floor, 0},
    {"ceil", Unary::ceil, std::ceil, 0},
    {"round", Unary::round, std::nearbyint, 0},
    {"trunc", Unary::trunc, std::trunc, 0},
};

/** Of two arguments: one of a few against every 16th of those of the others, on either side. */
struct Pair {
  const char* name;
  Binary op;
  double (*exact)(double, double);
  double limit;
};

double remainderOf(double a, double b) {
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

const Pair pairs[] = {
    {"pow", Binary::pow, std::pow, 2},
    {"atan2", Binary::atan2, std::atan2, 1},
    {"fmod", Binary::fmod, std::fmod, 0.5},
    {"remainder", Binary::remainder, remainderOf, 0.5},
};

const float bases[] = {0.5f,   0.999999f, 1.000001f, 1.5f, 2, 3,     10,       1e-3f,     1e3f, 1e-30f, 1e30f,
                       1e-40f, -2,        -0.5f,     0,    -0.0f, INFINITY, -INFINITY, NAN,  1,      -1};

struct Worst {
  double error = 0;
  float where = 0;

  void meet(double error, float where) {
    if (error > this->error) *this = {error, where};
  }

  void meet(const float* got, const double* exact, const float* x) {
    for (int i = 0; i < kBlock; i++) {
      // False where any of the three is NaN, infinite or no normal float, too.
      const double ulp = __builtin_bit_cast(double, (__builtin_bit_cast(std::uint64_t, exact[i]) & kExponent) - kUlp);
      if (got[i] != 0 && std::fabs(exact[i]) >= kLeastNormal && std::fabs(got[i] - exact[i]) <= error * ulp) continue;
      meet(errorOf(got[i], exact[i]), x[i]);
    }
  }

 private:
  static constexpr std::uint64_t kExponent = std::uint64_t{0x7ff} << 52;
  static constexpr std::uint64_t kUlp = std::uint64_t{23} << 52;
  static constexpr double kLeastNormal = 1.1754943508222875e-38;
};

std::vector<const kd::Kernels*> targets() {
  std::vector<const kd::Kernels*> found;
  for (const char* name : {"avx512", "avx2", "baseline", "neon"}) {
    if (const kd::Kernels* kernels = kd::selectKernels(name)) found.push_back(kernels);
  }
  return found;
}

/** The worst of each target, over blocks of arguments `step` apart that threads take in turn. */
template <class Look> std::vector<Worst> sweep(std::size_t count, long step, const Look& look) {
  std::vector<Worst> worst(count);
  std::mutex mutex;
  std::atomic<long> next{0};
  auto work = [&] {
    std::vector<Worst> own(count);
    std::vector<float> x(kBlock);
    for (long first; (first = next.fetch_add(step * kBlock)) < kFloats;) {
      for (int i = 0; i < kBlock; i++) x[i] = __builtin_bit_cast(float, static_cast<std::uint32_t>(first + i * step));
      look(x.data(), own);
    }
    const std::lock_guard lock(mutex);
    for (std::size_t i = 0; i < count; i++) worst[i].meet(own[i].error, own[i].where);
  };
  std::vector<std::thread> threads(std::max(1u, std::thread::hardware_concurrency()));
  for (std::thread& thread : threads) thread = std::thread(work);
  for (std::thread& thread : threads) thread.join();
  return worst;
}

bool print(const char* name, const std::vector<const kd::Kernels*>& isas, const std::vector<Worst>& worst, double limit) {
  bool holds = true;
  for (std::size_t i = 0; i < isas.size(); i++) {
    const auto [error, where] = worst[i];
    std::printf("%-10s %-8s %.3f ulp at %a (%g)\n", name, isas[i]->name, error, where, where);
    holds &= error <= limit;
  }
  std::fflush(stdout);
  return holds;
}

}  // namespace

int main(int argc, char** argv) {
  const long step = argc > 1 ? std::max(1L, std::atol(argv[1])) : 1;
  const auto wanted = [&](const char* name) {
    return argc < 3 || std::any_of(argv + 2, argv + argc, [&](const char* each) { return std::strcmp(each, name) == 0; });
  };
  const std::vector<const kd::Kernels*> isas = targets();
  bool passed = true;
  for (const Function& function : functions) {
    if (!wanted(function.name)) continue;
    const int op = static_cast<int>(function.op);
    const auto worst = sweep(isas.size(), step, [&](const float* x, std::vector<Worst>& own) {
      double exact[kBlock];
      float y[kBlock];
      for (int i = 0; i < kBlock; i++) exact[i] = function.exact(x[i]);
      for (std::size_t target = 0; target < isas.size(); target++) {
        isas[target]->unary[op][kFloat](kBlock, y, x, nullptr, nullptr, function.parameters);
        own[target].meet(y, exact, x);
      }
    });
    passed &= print(function.name, isas, worst, function.limit);
  }
  for (const Pair& pair : pairs) {
    if (!wanted(pair.name)) continue;
    const int op = static_cast<int>(pair.op);
    const auto worst = sweep(isas.size(), 16 * step, [&](const float* x, std::vector<Worst>& own) {
      double left[kBlock], right[kBlock];
      float y[kBlock];
      for (const float base : bases) {
        for (int i = 0; i < kBlock; i++) left[i] = pair.exact(base, x[i]), right[i] = pair.exact(x[i], base);
        for (std::size_t target = 0; target < isas.size(); target++) {
          const auto& loops = isas[target]->binary[op][kFloat];
          loops[1](kBlock, y, &base, x, nullptr, nullptr);
          own[target].meet(y, left, x);
          loops[2](kBlock, y, x, &base, nullptr, nullptr);
          own[target].meet(y, right, x);
        }
      }
    });
    passed &= print(pair.name, isas, worst, pair.limit);
  }
  return passed ? 0 : 1;
}
