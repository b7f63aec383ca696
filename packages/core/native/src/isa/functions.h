// Elementary functions. Those of float are branch-free, so that the compiler turns loops over them into vector code; polynomials
// are minimax (Remez exchange), and errors stay below 2 ulp where nothing else is said. Those of double are the C library's.
#pragma once

#include <cmath>
#include <cstdint>

#include "target.h"

namespace kd::KD_TARGET {

/** a · b + c, rounded once where the target can; of doubles, not by relaxed instructions. */
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

/** A logarithm of x: `result` where x is positive and finite. */
KD_INLINE float logarithm(float x, float result) {
  const float finite = x == INFINITY ? x : result;
  return x > 0.0f ? finite : (x == 0.0f ? -INFINITY : NAN);
}

KD_INLINE float log(float x) { return logarithm(x, positiveLog(x, 0.0f)); }

/** ln u + (x − (u − 1))/u with u = 1 + x rounded: the second term is what the rounding lost. */
KD_INLINE float log1p(float x) {
  const float u = 1.0f + x;
  const float lost = x > 1.0f ? 1.0f - (u - x) : x - (u - 1.0f);
  const float result = positiveLog(u, lost / u);
  const float finite = x == INFINITY || x == 0.0f ? x : result;
  return u > 0.0f ? finite : (u == 0.0f ? -INFINITY : NAN);
}

/** eˣ · 2^raised = scale + scale · part, where scale is a power of 2 and part is eʳ − 1 with r as above. */
struct SplitExp {
  float scale;
  float part;
};

/** To 1 ulp, for x with a normal scale: −87.6 < x + raised · ln 2 < 88.3. */
template <int raised = 0> KD_INLINE SplitExp splitExp(float x) {
  constexpr float round = 12582912.0f;
  const float shifted = fused(x, 1.44269504f, round);
  const float whole = shifted - round;
  const float r = fused(whole, 2.12194440e-4f, fused(whole, -0.693359375f, x));
  const float p = horner(r, 0.49999994f, 0.16666518f, 0.04166841f, 0.008368939f, 0.0013814138f);
  return {fromBits((bits(shifted) << 23) + ((127 + raised) << 23)), fused(r * r, p, r)};
}

/** e^−|x|. */
KD_INLINE float decay(float x) {
  const float power = -magnitude(x);
  const auto [scale, part] = splitExp<24>(power < -104.0f ? -104.0f : power);
  return fused(scale, part, scale) * 0x1p-24f;
}
KD_INLINE double decay(double x) { return std::exp(-magnitude(x)); }

/**
 * 1/(1 + e) with e = e^−|x|, rounded at each step as in PyTorch; for x < 0 e/(1 + e) as e − e²/(1 + e), whose errors but that of e
 * are small where e is.
 */
template <class T> KD_INLINE T sigmoid(T x) {
  const T e = decay(x);
  const T above = T(1) / (T(1) + e);
  return x < T(0) ? fused(-e, e * above, e) : above;
}

/** x + x³ T(x²) near 0, else 1 − 2/(e^2|x| + 1), which is 1 long before 2|x| = 87. */
KD_INLINE float tanh(float x) {
  const float size = magnitude(x);
  const float square = size * size;
  const float t = horner(square, -0.3333333f, 0.13333206f, -0.053946763f, 0.021700703f, -0.008177399f, 0.0021429618f);
  const float near = fused(size * square, t, size);
  const auto [scale, part] = splitExp(size > 43.5f ? 87.0f : 2.0f * size);
  const float far = 1.0f - 2.0f / (fused(scale, part, scale) + 1.0f);
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

/** sin r and cos r in double, with x = quadrant · π/2 + r and |r| ≤ π/4. */
struct ReducedSine {
  std::int64_t quadrant;
  double sine;
  double cosine;
};

KD_INLINE ReducedSine reducedSine(float x) {
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
  return {__builtin_bit_cast(std::int64_t, shifted), s, c};
}

/** sin(x + quarter · π/2) for |x| ≤ kTrigonometricLimit, computed in double. */
KD_INLINE float sine(float x, std::int64_t quarter) {
  const auto [whole, s, c] = reducedSine(x);
  const std::int64_t quadrant = whole + quarter;
  const double value = (quadrant & 1) != 0 ? c : s;
  const std::int64_t sign = (quadrant & 2) << 62;
  return static_cast<float>(__builtin_bit_cast(double, __builtin_bit_cast(std::int64_t, value) ^ sign));
}

KD_INLINE float sin(float x) { return x == 0.0f ? x : sine(x, 0); }
KD_INLINE float cos(float x) { return sine(x, 1); }

/** For |x| ≤ kTrigonometricLimit. */
KD_INLINE float tan(float x) {
  const auto [quadrant, s, c] = reducedSine(x);
  const bool turned = (quadrant & 1) != 0;
  const float result = static_cast<float>((turned ? -c : s) / (turned ? s : c));
  return x == 0.0f ? x : result;
}

// What follows computes floats in double, where nothing overflows and cancellation leaves enough digits.

constexpr double kLog2E = 1.4426950408889634;
constexpr double kLn2 = 0.6931471805599453;
constexpr double kHalfPi = 1.5707963267948966;

/** log₂ x for positive, finite and normal x, to 10⁻¹¹: e + 2/ln 2 · artanh t with t = (m − 1)/(m + 1) and m in [√½, √2). */
KD_INLINE double wideLog2(double x) {
  constexpr std::uint64_t rootHalf = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t bias = std::uint64_t{1024} << 52;
  const std::uint64_t offset = __builtin_bit_cast(std::uint64_t, x) - rootHalf + bias;
  // The exponent, put into the low bits of 2⁵², becomes a double without a conversion from 64-bit integers.
  const double e = __builtin_bit_cast(double, 0x4330000000000000 + (offset >> 52)) - (4503599627370496.0 + 1024.0);
  const double m = __builtin_bit_cast(double, (offset & 0x000fffffffffffff) + rootHalf);
  const double t = (m - 1.0) / (m + 1.0);
  const double square = t * t;
  const double series = horner(square, 1.0, 0.3333333333813703, 0.19999997720544632, 0.14286065100284057,
                               0.11087618929116168, 0.09799392467101466);
  return fused(t * series, 2.8853900817779268, e);
}

/** 2ˣ to 10⁻¹¹, with x brought into [−200, 200], beyond which floats are 0 and infinite. Not for NaN. */
KD_INLINE double wideExp2(double x) {
  const double power = x < -200.0 ? -200.0 : (x > 200.0 ? 200.0 : x);
  const double shifted = power + 6755399441055744.0;
  const double r = power - (shifted - 6755399441055744.0);
  const double fraction = horner(r, 0.9999999999610726, 0.6931471807311526, 0.2402265120415842, 0.055504103472761517,
                                 0.009618026441990215, 0.0013333925482161815, 0.0001546955317681731,
                                 1.5201718456638126e-05);
  const std::uint64_t n = __builtin_bit_cast(std::uint64_t, shifted) << 52;
  return __builtin_bit_cast(double, __builtin_bit_cast(std::uint64_t, fraction) + n);
}

/** xʸ for positive finite x and finite y: 2^(y log₂ x). */
KD_INLINE float positivePow(float base, float exponent) {
  return static_cast<float>(wideExp2(static_cast<double>(exponent) * wideLog2(base)));
}

KD_INLINE float exp2(float x) {
  const float result = static_cast<float>(wideExp2(x));
  return x == x ? result : x;
}

KD_INLINE float log2(float x) { return logarithm(x, static_cast<float>(wideLog2(x))); }
KD_INLINE float log10(float x) { return logarithm(x, static_cast<float>(wideLog2(x) * 0.30102999566398120)); }

/** ½(eˣ − e⁻ˣ), and x + x³/6 near 0. */
KD_INLINE float sinh(float x) {
  const double wide = x;
  const double e = wideExp2(wide * kLog2E);
  const double near = fused(wide * wide * wide, 0.16666666666666666, wide);
  const float result = static_cast<float>(magnitude(x) < 5e-3f ? near : 0.5 * (e - 1.0 / e));
  return x == x ? result : x;
}

KD_INLINE float cosh(float x) {
  const double e = wideExp2(static_cast<double>(x) * kLog2E);
  const float result = static_cast<float>(0.5 * (e + 1.0 / e));
  return x == x ? result : x;
}

/** ln(|x| + √(x² + 1)) with the sign of x, and x itself near 0. */
KD_INLINE float asinh(float x) {
  const float size = magnitude(x);
  const double wide = size;
  const float far = static_cast<float>(kLn2 * wideLog2(wide + __builtin_sqrt(fused(wide, wide, 1.0))));
  return size < INFINITY ? withSignOf(size < 1e-4f ? size : far, x) : x;
}

/** ln(x + √(x² − 1)). */
KD_INLINE float acosh(float x) {
  const double wide = x;
  const float result = static_cast<float>(kLn2 * wideLog2(wide + __builtin_sqrt(wide * wide - 1.0)));
  return x >= 1.0f ? (x < INFINITY ? result : x) : NAN;
}

/** ½ ln((1 + |x|)/(1 − |x|)) with the sign of x, and x itself near 0. */
KD_INLINE float atanh(float x) {
  const float size = magnitude(x);
  const double wide = size;
  const float far = static_cast<float>(0.5 * kLn2 * wideLog2((1.0 + wide) / (1.0 - wide)));
  const float inside = size < 1e-4f ? size : far;
  return withSignOf(size < 1.0f ? inside : (size == 1.0f ? INFINITY : NAN), x);
}

KD_INLINE bool isNegative(double x) { return __builtin_bit_cast(std::int64_t, x) < 0; }

/** The angle of the point (x, y) from the positive x-axis: atan t = t P(t²) for the smaller side over the larger, reflected. */
KD_INLINE double angle(double y, double x) {
  const double a = magnitude(y);
  const double b = magnitude(x);
  const double ratio = a > b ? b / a : a / b;
  const double t = a == b ? (a == 0.0 ? 0.0 : 1.0) : ratio;
  const double small = t * horner(t * t, 0.9999999976304552, -0.33333283638865185, 0.19998265965552153,
                                  -0.14261932321596926, 0.1094202661318766, -0.08377303687793113,
                                  0.05755190161677774, -0.030804398241773792, 0.01072683768251148,
                                  -0.0017539064560817622);
  const double acute = a > b ? kHalfPi - small : small;
  return __builtin_copysign(isNegative(x) ? 2.0 * kHalfPi - acute : acute, y);
}

KD_INLINE double cosineOf(double sine) { return __builtin_sqrt((1.0 - sine) * (1.0 + sine)); }
KD_INLINE float asin(float x) { return static_cast<float>(angle(x, cosineOf(x))); }
KD_INLINE float acos(float x) { return static_cast<float>(angle(cosineOf(x), x)); }
KD_INLINE float atan(float x) { return static_cast<float>(angle(x, 1.0)); }
KD_INLINE float atan2(float y, float x) { return static_cast<float>(angle(y, x)); }

/** x P(w) with w = −ln(1 − x²), and x Q(√w) from w = 5 on. */
KD_INLINE float erfinv(float x) {
  const double wide = x;
  const double w = -kLn2 * wideLog2((1.0 - wide) * (1.0 + wide));
  const double near = horner(w - 2.5, 1.5014093592824913, 0.2466402861534553, -0.0041773867810862755,
                             -0.0012527418784500648, 0.00021834443942877024, -4.963347853241366e-06,
                             -3.4627047590806247e-06, 4.6617066367630877e-07, 2.3232644329937107e-08,
                             -8.791056455709625e-09);
  const double far = horner(__builtin_sqrt(w) - 3.0, 2.8329768027112974, 1.0016749468776636, 0.009445192322885378,
                            -0.007636955343766738, 0.0056878087789545015, -0.0035989877642194305,
                            0.0014828541301659679, -5.376330828227471e-05, -0.0003077473796095986,
                            0.0001136399075530928);
  const float inside = static_cast<float>(wide * (w < 5.0 ? near : far));
  const float size = magnitude(x);
  return size < 1.0f ? inside : (size == 1.0f ? withSignOf(INFINITY, x) : NAN);
}

/** Whether `shortFmod` computes the rest of a over b: both are finite, b is not 0, and the quotient has at most 27 bits. */
KD_INLINE bool hasShortQuotient(float a, float b) {
  const double most = 134217728.0 * static_cast<double>(magnitude(b));
  return (static_cast<double>(magnitude(a)) < most) & (magnitude(b) < INFINITY);
}

/** What is left of a after as many b as fit, exactly. */
KD_INLINE double shortFmod(float a, float b) {
  const double x = a;
  const double y = b;
  return __builtin_copysign(fused(-__builtin_trunc(x / y), y, x), x);
}

/** What is left of a over b with the sign of b, from the rest with the sign of a. */
KD_INLINE double floorRemainder(double rest, double b) { return rest != 0.0 && (rest < 0.0) != (b < 0.0) ? rest + b : rest; }

/** ⌊a / b⌋ of the exact quotient, from the rest with the sign of a. */
KD_INLINE double floorQuotient(double a, double b, double rest) {
  const double below = rest != 0.0 && (rest < 0.0) != (b < 0.0) ? 1.0 : 0.0;
  const double quotient = __builtin_rint((a - rest) / b - below);
  const double signedQuotient = quotient == 0.0 ? __builtin_copysign(0.0, a / b) : quotient;
  return b == 0.0 ? a / b : signedQuotient;
}

/** By a rational approximation and two steps of Newton's method, as in PyTorch. */
static inline double erfinv(double y) {
  const double size = magnitude(y);
  if (y == 0.0 || !(size < 1.0)) return y == 0.0 ? y : (size == 1.0 ? y * INFINITY : NAN);
  const double square = y * y;
  const double z = std::sqrt(-std::log((1.0 - size) / 2.0));
  const double near = y * horner(square, 0.886226899, -1.645349621, 0.914624893, -0.140543331) /
                      horner(square, 1.0, -2.118377725, 1.442710462, -0.329097515, 0.012229801);
  const double far = horner(z, -1.970840454, -1.624906493, 3.429567803, 1.641345311) / horner(z, 1.0, 3.5438892, 1.6370678);
  double x = size <= 0.7 ? near : __builtin_copysign(far, y);
  for (int step = 0; step < 2; step++) x -= (std::erf(x) - y) / (1.1283791670955126 * std::exp(-x * x));
  return x;
}

KD_INLINE double exp(double x) { return std::exp(x); }
KD_INLINE double expm1(double x) { return std::expm1(x); }
KD_INLINE double log(double x) { return std::log(x); }
KD_INLINE double log1p(double x) { return std::log1p(x); }
KD_INLINE double sin(double x) { return std::sin(x); }
KD_INLINE double cos(double x) { return std::cos(x); }
KD_INLINE double tan(double x) { return std::tan(x); }
KD_INLINE double asin(double x) { return std::asin(x); }
KD_INLINE double acos(double x) { return std::acos(x); }
KD_INLINE double atan(double x) { return std::atan(x); }
KD_INLINE double atan2(double y, double x) { return std::atan2(y, x); }
KD_INLINE double sinh(double x) { return std::sinh(x); }
KD_INLINE double cosh(double x) { return std::cosh(x); }
KD_INLINE double asinh(double x) { return std::asinh(x); }
/** Not all C libraries say of x < 1 that it has none. */
KD_INLINE double acosh(double x) { return x >= 1.0 ? std::acosh(x) : NAN; }
KD_INLINE double atanh(double x) { return std::atanh(x); }
KD_INLINE double exp2(double x) {
#if defined(__wasm__)
  // Zig's exp2 has a table of 4 kB, beside that for powers. Hidden, or the compiler takes a power of 2 for exp2.
  double two = 2.0;
  asm("" : "+r"(two));
  return std::pow(two, x);
#else
  return std::exp2(x);
#endif
}
KD_INLINE double log2(double x) { return std::log2(x); }
KD_INLINE double log10(double x) { return std::log10(x); }
KD_INLINE double tanh(double x) { return std::tanh(x); }
KD_INLINE double erf(double x) { return std::erf(x); }

}  // namespace kd::KD_TARGET
