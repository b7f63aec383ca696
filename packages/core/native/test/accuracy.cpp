// Largest error, in units of the last place, of every float function over all floats (or every n-th: first argument).
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "../src/isa/fill.h"
#include "../src/isa/functions.h"

namespace {

using kd::Unary;

constexpr int kBlock = 4096;

double ulpOf(double exact) {
  const float x = std::fabs(static_cast<float>(exact));
  if (!(x < INFINITY)) return std::ldexp(1.0, 104);
  return static_cast<double>(std::nextafterf(x, INFINITY)) - x;
}

double errorOf(float got, double exact) {
  const float rounded = static_cast<float>(exact);
  if (std::isnan(exact)) return std::isnan(got) ? 0 : INFINITY;
  if (got == rounded) return std::signbit(got) == std::signbit(rounded) ? 0.5 : 1e9;
  if (std::isinf(got) || std::isinf(rounded)) return INFINITY;
  return std::fabs(got - exact) / ulpOf(exact);
}

struct Case {
  const char* name;
  Unary op;
  double (*exact)(double);
  double limit;
};

const Case cases[] = {
    {"exp", Unary::exp, std::exp, 2}, {"expm1", Unary::expm1, std::expm1, 2}, {"log", Unary::log, std::log, 2},
    {"log1p", Unary::log1p, std::log1p, 2}, {"sqrt", Unary::sqrt, std::sqrt, 0.5},
    {"rsqrt", Unary::rsqrt, [](double x) { return 1 / std::sqrt(x); }, 2},
    {"reciprocal", Unary::reciprocal, [](double x) { return 1 / x; }, 0.5}, {"sin", Unary::sin, std::sin, 2},
    {"cos", Unary::cos, std::cos, 2}, {"tanh", Unary::tanh, std::tanh, 2},
    {"sigmoid", Unary::sigmoid, [](double x) { return std::isinf(float(std::exp(-x))) ? 0 : 1 / (1 + std::exp(-x)); }, 2.5},
    {"erf", Unary::erf, std::erf, 2}, {"floor", Unary::floor, std::floor, 0.5}, {"ceil", Unary::ceil, std::ceil, 0.5},
    {"round", Unary::round, std::nearbyint, 0.5}, {"trunc", Unary::trunc, std::trunc, 0.5}, {"exp2", Unary::exp2, std::exp2, 1},
    {"log2", Unary::log2, std::log2, 1}, {"log10", Unary::log10, std::log10, 1}, {"tan", Unary::tan, std::tan, 1},
    {"asin", Unary::asin, std::asin, 1}, {"acos", Unary::acos, std::acos, 1}, {"atan", Unary::atan, std::atan, 1},
    {"sinh", Unary::sinh, std::sinh, 1}, {"cosh", Unary::cosh, std::cosh, 1}, {"asinh", Unary::asinh, std::asinh, 1},
    {"acosh", Unary::acosh, std::acosh, 1}, {"atanh", Unary::atanh, std::atanh, 1},
    {"erfinv", Unary::erfinv, [](double x) { return kd::KD_TARGET::erfinv(x); }, 1},
};

double worstOf(const kd::Kernels& kernels, long step, kd::Binary code, double (*exact)(double, double)) {
  double worst = 0;
  const float bases[] = {0.5f, 0.999999f, 1.000001f, 1.5f, 2, 3, 10, 1e-3f, 1e3f, 1e-30f, 1e30f, 1e-40f, -2, -0.5f, 0, -0.0f, INFINITY, -INFINITY, NAN, 1, -1};
  const int op = static_cast<int>(code);
  const int f32 = static_cast<int>(kd::DType::float32);
  std::vector<float> x(kBlock), y(kBlock);
  for (float base : bases) {
    for (long first = 0; first < (1L << 32); first += step * kBlock * 16) {
      for (int i = 0; i < kBlock; i++) {
        const auto word = static_cast<unsigned>(first + i * step * 16);
        std::memcpy(&x[i], &word, 4);
      }
      kernels.binary[op][f32][1](kBlock, y.data(), &base, x.data(), nullptr, nullptr);
      for (int i = 0; i < kBlock; i++) worst = std::fmax(worst, errorOf(y[i], exact(base, x[i])));
      kernels.binary[op][f32][2](kBlock, y.data(), x.data(), &base, nullptr, nullptr);
      for (int i = 0; i < kBlock; i++) {
        const double error = errorOf(y[i], exact(x[i], base));
        if (error > 2 && worst <= 2) std::printf("  of %a and %a: %a\n", x[i], base, y[i]);
        worst = std::fmax(worst, error);
      }
    }
  }
  return worst;
}

struct Pair {
  const char* name;
  kd::Binary op;
  double (*exact)(double, double);
  double limit;
};

double remainderOf(double a, double b) {
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

const Pair pairs[] = {
    {"pow", kd::Binary::pow, std::pow, 2},
    {"atan2", kd::Binary::atan2, std::atan2, 1},
    {"fmod", kd::Binary::fmod, std::fmod, 0.5},
    {"remainder", kd::Binary::remainder, remainderOf, 0.5},
};

}  // namespace

int main(int argc, char** argv) {
  static kd::Kernels kernels;
  kd::KD_TARGET::fillPointwise(kernels);
  const long step = argc > 1 ? std::atol(argv[1]) : 1;
  const double parameters[2] = {0, 0};
  bool passed = true;
  std::vector<float> x(kBlock), y(kBlock);
  for (const Case& test : cases) {
    double worst = 0;
    float where = 0, got = 0;
    for (long first = 0; first < (1L << 32); first += step * kBlock) {
      for (int i = 0; i < kBlock; i++) {
        const auto word = static_cast<unsigned>(first + i * step);
        std::memcpy(&x[i], &word, 4);
      }
      kernels.unary[static_cast<int>(test.op)][static_cast<int>(kd::DType::float32)](kBlock, y.data(), x.data(), nullptr, nullptr, parameters);
      for (int i = 0; i < kBlock; i++) {
        const double error = errorOf(y[i], test.exact(x[i]));
        if (error > worst) worst = error, where = x[i], got = y[i];
      }
    }
    std::printf("%-12s %.3f ulp at %a (%g) got %a\n", test.name, worst, where, where, got);
    passed &= worst <= test.limit;
  }
  for (const Pair& test : pairs) {
    const double worst = worstOf(kernels, step, test.op, test.exact);
    std::printf("%-12s %.3f ulp\n", test.name, worst);
    passed &= worst <= test.limit;
  }
  return passed ? 0 : 1;
}
