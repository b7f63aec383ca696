// Elementary functions. Those of float are branch-free, so that the compiler turns loops over them into vector code; polynomials
// are minimax (Remez exchange), and errors stay below 2 ulp where nothing else is said. Those of double are the C library's.
#pragma once

#include <cmath>
#include <cstdint>

#include "target.h"

namespace kd::KD_TARGET {

/** a · b + c, rounded once where the target can. */
KD_INLINE float fused(float a, float b, float c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fmaf(a, b, c);
#else
  KD_CONTRACT
  return a * b + c;
#endif
}

KD_INLINE double fused(double a, double b, double c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fma(a, b, c);
#else
  KD_CONTRACT
  return a * b + c;
#endif
}

template <class T> KD_INLINE T horner(T, T c0) { return c0; }
/** c₀ + x(c₁ + x(c₂ + …)). */
template <class T, class... Rest> KD_INLINE T horner(T x, T c0, T c1, Rest... rest) {
  return fused(x, horner(x, c1, T(rest)...), c0);
}

KD_INLINE float magnitude(float x) { return __builtin_fabsf(x); }
KD_INLINE double magnitude(double x) { return __builtin_fabs(x); }
KD_INLINE std::int32_t bits(float x) { return __builtin_bit_cast(std::int32_t, x); }
KD_INLINE float fromBits(std::int32_t x) { return __builtin_bit_cast(float, x); }
KD_INLINE float withSignOf(float magnitude, float sign) {
  return fromBits(bits(magnitude) | (bits(sign) & INT32_MIN));
}

/** x · 2ⁿ for |n| ≤ 252, in two steps so that results may be subnormal. */
KD_INLINE float scaled(float x, std::int32_t n) {
  const std::int32_t half = n >> 1;
  return x * fromBits((half + 127) << 23) * fromBits((n - half + 127) << 23);
}

/** x = n ln 2 + r with |r| ≤ ½ ln 2; eʳ = 1 + r + tail. */
struct ReducedExp {
  std::int32_t n;
  float r;
  float tail;
};

KD_INLINE ReducedExp reducedExp(float x) {
  constexpr float round = 12582912.0f;  // 1.5 · 2²³: adding it leaves the nearest integer in the low bits
  const float shifted = fused(x, 1.44269504f, round);
  const float whole = shifted - round;
  const float high = fused(whole, -0.693359375f, x);
  const float low = whole * 2.12194440e-4f;
  const float r = high + low;
  const float p = horner(r, 0.5f, 0.16666666f, 0.041666295f, 0.008333498f, 0.0013944758f, 0.00019790244f);
  return {bits(shifted) - bits(round), r, fused(r * r, p, (high - r) + low)};
}

KD_INLINE float clampedForExp(float x) {
  const float above = x < -104.0f ? -104.0f : x;
  return above > 89.0f ? 89.0f : above;
}

KD_INLINE float exp(float x) {
  const auto [n, r, tail] = reducedExp(clampedForExp(x));
  const float sum = 1.0f + r;
  return scaled(sum + (((1.0f - sum) + r) + tail), n);
}

KD_INLINE float expm1(float x) {
  const float above = x < -25.0f ? -25.0f : x;
  const auto [n, r, tail] = reducedExp(above > 89.0f ? 89.0f : above);
  const float result = scaled((r + tail) + (1.0f - scaled(1.0f, -n)), n);
  return x == 0.0f ? x : result;
}

/** ln x for x > 0 as e ln 2 + f − ½f² + f³ Q(f), with 1 + f the mantissa in [√½, √2). `low` is added at the end. */
KD_INLINE float positiveLog(float x, float low) {
  constexpr std::int32_t rootHalf = 0x3f3504f3;
  const bool subnormal = x < 1.17549435e-38f;
  const std::int32_t offset = bits(subnormal ? x * 8388608.0f : x) - rootHalf;
  const float e = static_cast<float>((offset >> 23) - (subnormal ? 23 : 0));
  const float f = fromBits((offset & 0x7fffff) + rootHalf) - 1.0f;
  const float square = f * f;
  const float q = horner(f, 0.33333313f, -0.2500001f, 0.20002119f, -0.16667996f, 0.14219552f, -0.124055885f,
                         0.11888162f, -0.11675652f, 0.06746642f);
  float tail = f * square * q;
  tail = fused(e, -2.12194440e-4f, tail);
  tail = fused(-0.5f, square, tail);
  return fused(e, 0.693359375f, f + (tail + low));
}

KD_INLINE float log(float x) {
  const float result = positiveLog(x, 0.0f);
  const float finite = x == INFINITY ? x : result;
  return x > 0.0f ? finite : (x == 0.0f ? -INFINITY : NAN);
}

/** ln u + (x − (u − 1))/u with u = 1 + x rounded: the second term is what the rounding lost. */
KD_INLINE float log1p(float x) {
  const float u = 1.0f + x;
  const float lost = x > 1.0f ? 1.0f - (u - x) : x - (u - 1.0f);
  const float result = positiveLog(u, lost / u);
  const float finite = x == INFINITY || x == 0.0f ? x : result;
  return u > 0.0f ? finite : (u == 0.0f ? -INFINITY : NAN);
}

/** 1/(1 + e⁻ˣ), rounded at each step: PyTorch's float32 sigmoid, to 2.5 ulp. */
KD_INLINE float sigmoid(float x) { return 1.0f / (1.0f + exp(-x)); }

/** x + x³ T(x²) near 0, else 1 − 2/(e^2|x| + 1). */
KD_INLINE float tanh(float x) {
  const float size = magnitude(x);
  const float square = size * size;
  const float t = horner(square, -0.3333333f, 0.13333206f, -0.053946763f, 0.021700703f, -0.008177399f, 0.0021429618f);
  const float near = fused(size * square, t, size);
  const float far = 1.0f - 2.0f / (exp(2.0f * size) + 1.0f);
  return withSignOf(size < 0.625f ? near : far, x);
}

/** x + x E(x²) for |x| < 1, else 1 − e^−G(|x|); from 4 on the float is 1. */
KD_INLINE float erf(float x) {
  const float size = magnitude(x);
  const float square = size * size;
  const float e = horner(square, 0.12837917f, -0.37612626f, 0.112835884f, -0.026853917f, 0.0051885005f,
                         -0.0008011561f, 7.858032e-05f);
  const float near = fused(size, e, size);
  const float inside = size > 4.0f ? 4.0f : size;
  const float g = horner(inside, -0.00018846845f, 1.1295803f, 0.6332164f, 0.1084221f, -0.025210341f, 0.0042052856f,
                         -0.00044147277f, 2.1697624e-05f);
  const float far = 1.0f - exp(-g);
  return withSignOf(size < 1.0f ? near : far, x);
}

/** Beyond it the reduction below loses bits, and callers take the C library's function. */
constexpr float kTrigonometricLimit = 1e6f;

/** sin(x + quarter · π/2) for |x| ≤ kTrigonometricLimit, computed in double. */
KD_INLINE float sine(float x, std::int64_t quarter) {
  constexpr double round = 6755399441055744.0;  // 1.5 · 2⁵²
  const double wide = x;
  const double shifted = wide * 0.6366197723675814 + round;
  const double n = shifted - round;
  // π/2 in two parts, the first short enough for n times it to be exact.
  double r = fused(n, -1.5707963267341256, wide);
  r = fused(n, -6.0771005065061922e-11, r);
  const double square = r * r;
  const double s = fused(r * square, horner(square, -0.16666666640588204, 0.008333329280524732, -0.00019839304415545037,
                                            2.7180464719152947e-06), r);
  const double c = fused(square * square, horner(square, 0.04166666661910658, -0.001388888346724126,
                                                 2.4799451547042044e-05, -2.720504608650685e-07),
                         1.0 - 0.5 * square);
  const std::int64_t quadrant = __builtin_bit_cast(std::int64_t, shifted) + quarter;
  const double value = (quadrant & 1) != 0 ? c : s;
  const std::int64_t sign = (quadrant & 2) << 62;
  return static_cast<float>(__builtin_bit_cast(double, __builtin_bit_cast(std::int64_t, value) ^ sign));
}

KD_INLINE float sin(float x) { return x == 0.0f ? x : sine(x, 0); }
KD_INLINE float cos(float x) { return sine(x, 1); }

/** xʸ for positive finite x and finite y: 2^(y log₂ x), computed in double. */
KD_INLINE float positivePow(float base, float exponent) {
  constexpr std::uint64_t rootHalf = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t bias = std::uint64_t{1024} << 52;
  const std::uint64_t offset = __builtin_bit_cast(std::uint64_t, static_cast<double>(base)) - rootHalf + bias;
  // The exponent, put into the low bits of 2⁵², becomes a double without a conversion from 64-bit integers.
  const double e = __builtin_bit_cast(double, 0x4330000000000000 + (offset >> 52)) - (4503599627370496.0 + 1024.0);
  const double m = __builtin_bit_cast(double, (offset & 0x000fffffffffffff) + rootHalf);
  const double t = (m - 1.0) / (m + 1.0);
  const double square = t * t;
  const double series = horner(square, 1.0, 0.3333333333813703, 0.19999997720544632, 0.14286065100284057,
                               0.11087618929116168, 0.09799392467101466);
  double power = static_cast<double>(exponent) * fused(t * series, 2.8853900817779268, e);
  power = power < -200.0 ? -200.0 : (power > 200.0 ? 200.0 : power);
  const double shifted = power + 6755399441055744.0;
  const double r = power - (shifted - 6755399441055744.0);
  const double fraction = horner(r, 0.9999999999610726, 0.6931471807311526, 0.2402265120415842, 0.055504103472761517,
                                 0.009618026441990215, 0.0013333925482161815, 0.0001546955317681731,
                                 1.5201718456638126e-05);
  const std::uint64_t n = __builtin_bit_cast(std::uint64_t, shifted) << 52;
  return static_cast<float>(__builtin_bit_cast(double, __builtin_bit_cast(std::uint64_t, fraction) + n));
}

KD_INLINE double exp(double x) { return std::exp(x); }
KD_INLINE double expm1(double x) { return std::expm1(x); }
KD_INLINE double log(double x) { return std::log(x); }
KD_INLINE double log1p(double x) { return std::log1p(x); }
KD_INLINE double sin(double x) { return std::sin(x); }
KD_INLINE double cos(double x) { return std::cos(x); }
KD_INLINE double tanh(double x) { return std::tanh(x); }
KD_INLINE double erf(double x) { return std::erf(x); }
KD_INLINE double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

}  // namespace kd::KD_TARGET
