// The element-wise functions, as the reference engine defines them.
#pragma once

#include "kernel.cuh"

namespace kd {

__device__ __forceinline__ float expOf(float x) { return expf(x); }
__device__ __forceinline__ double expOf(double x) { return exp(x); }
__device__ __forceinline__ float expm1Of(float x) { return expm1f(x); }
__device__ __forceinline__ double expm1Of(double x) { return expm1(x); }
__device__ __forceinline__ float logOf(float x) { return logf(x); }
__device__ __forceinline__ double logOf(double x) { return log(x); }
__device__ __forceinline__ float log1pOf(float x) { return log1pf(x); }
__device__ __forceinline__ double log1pOf(double x) { return log1p(x); }
__device__ __forceinline__ float sqrtOf(float x) { return sqrtf(x); }
__device__ __forceinline__ double sqrtOf(double x) { return sqrt(x); }
__device__ __forceinline__ float sinOf(float x) { return sinf(x); }
__device__ __forceinline__ double sinOf(double x) { return sin(x); }
__device__ __forceinline__ float cosOf(float x) { return cosf(x); }
__device__ __forceinline__ double cosOf(double x) { return cos(x); }
__device__ __forceinline__ float tanhOf(float x) { return tanhf(x); }
__device__ __forceinline__ double tanhOf(double x) { return tanh(x); }
__device__ __forceinline__ float erfOf(float x) { return erff(x); }
__device__ __forceinline__ double erfOf(double x) { return erf(x); }
__device__ __forceinline__ float floorOf(float x) { return floorf(x); }
__device__ __forceinline__ double floorOf(double x) { return floor(x); }
__device__ __forceinline__ float ceilOf(float x) { return ceilf(x); }
__device__ __forceinline__ double ceilOf(double x) { return ceil(x); }
__device__ __forceinline__ float roundOf(float x) { return rintf(x); }
__device__ __forceinline__ double roundOf(double x) { return rint(x); }
__device__ __forceinline__ float truncOf(float x) { return truncf(x); }
__device__ __forceinline__ double truncOf(double x) { return trunc(x); }
__device__ __forceinline__ float exp2Of(float x) { return exp2f(x); }
__device__ __forceinline__ double exp2Of(double x) { return exp2(x); }
__device__ __forceinline__ float log2Of(float x) { return log2f(x); }
__device__ __forceinline__ double log2Of(double x) { return log2(x); }
__device__ __forceinline__ float log10Of(float x) { return log10f(x); }
__device__ __forceinline__ double log10Of(double x) { return log10(x); }
__device__ __forceinline__ float tanOf(float x) { return tanf(x); }
__device__ __forceinline__ double tanOf(double x) { return tan(x); }
__device__ __forceinline__ float asinOf(float x) { return asinf(x); }
__device__ __forceinline__ double asinOf(double x) { return asin(x); }
__device__ __forceinline__ float acosOf(float x) { return acosf(x); }
__device__ __forceinline__ double acosOf(double x) { return acos(x); }
__device__ __forceinline__ float atanOf(float x) { return atanf(x); }
__device__ __forceinline__ double atanOf(double x) { return atan(x); }
__device__ __forceinline__ float sinhOf(float x) { return sinhf(x); }
__device__ __forceinline__ double sinhOf(double x) { return sinh(x); }
__device__ __forceinline__ float coshOf(float x) { return coshf(x); }
__device__ __forceinline__ double coshOf(double x) { return cosh(x); }
__device__ __forceinline__ float asinhOf(float x) { return asinhf(x); }
__device__ __forceinline__ double asinhOf(double x) { return asinh(x); }
__device__ __forceinline__ float acoshOf(float x) { return acoshf(x); }
__device__ __forceinline__ double acoshOf(double x) { return acosh(x); }
__device__ __forceinline__ float atanhOf(float x) { return atanhf(x); }
__device__ __forceinline__ double atanhOf(double x) { return atanh(x); }
__device__ __forceinline__ float erfinvOf(float x) { return erfinvf(x); }
__device__ __forceinline__ double erfinvOf(double x) { return erfinv(x); }
__device__ __forceinline__ float atan2Of(float a, float b) { return atan2f(a, b); }
__device__ __forceinline__ double atan2Of(double a, double b) { return atan2(a, b); }
__device__ __forceinline__ float fmodOf(float a, float b) { return fmodf(a, b); }
__device__ __forceinline__ double fmodOf(double a, double b) { return fmod(a, b); }
__device__ __forceinline__ float withSignOf(float x, float sign) { return copysignf(x, sign); }
__device__ __forceinline__ double withSignOf(double x, double sign) { return copysign(x, sign); }
__device__ __forceinline__ float powOf(float a, float b) { return powf(a, b); }
__device__ __forceinline__ double powOf(double a, double b) { return pow(a, b); }
__device__ __forceinline__ float absOf(float x) { return fabsf(x); }
__device__ __forceinline__ double absOf(double x) { return fabs(x); }

/** 1/(1 + e) with e = e^−|x|; for x < 0 e/(1 + e) as e − e²/(1 + e), whose errors but that of e are small where e is. */
template <class T> __device__ __forceinline__ T sigmoidOf(T x) {
  const T e = expOf(-absOf(x));
  const T above = T(1) / (T(1) + e);
  return x < 0 ? e - e * (e * above) : above;
}

/** op(x) for a float type; logicalNot gives 0 or 1. */
template <class T> __device__ __forceinline__ T unary(Unary op, T x, T p, T q) {
  const T one = 1;
  switch (op) {
    case Unary::neg: return -x;
    case Unary::abs: return absOf(x);
    case Unary::sign: return x > 0 ? one : (x < 0 ? -one : T(0));
    case Unary::exp: return expOf(x);
    case Unary::expm1: return expm1Of(x);
    case Unary::log: return logOf(x);
    case Unary::log1p: return log1pOf(x);
    case Unary::sqrt: return sqrtOf(x);
    case Unary::rsqrt: return one / sqrtOf(x);
    case Unary::square: return x * x;
    case Unary::reciprocal: return one / x;
    case Unary::sin: return sinOf(x);
    case Unary::cos: return cosOf(x);
    case Unary::tanh: return tanhOf(x);
    case Unary::sigmoid: return sigmoidOf(x);
    case Unary::erf: return erfOf(x);
    case Unary::relu: return x > 0 || isNan(x) ? x : T(0);
    case Unary::leakyRelu: return x > 0 ? x : x * p;
    case Unary::elu: return x > 0 ? x : p * expm1Of(x);
    case Unary::softplus: return x * p > q ? x : log1pOf(expOf(x * p)) / p;
    case Unary::floor: return floorOf(x);
    case Unary::ceil: return ceilOf(x);
    case Unary::round: return roundOf(x);
    case Unary::trunc: return truncOf(x);
    case Unary::exp2: return exp2Of(x);
    case Unary::log2: return log2Of(x);
    case Unary::log10: return log10Of(x);
    case Unary::tan: return tanOf(x);
    case Unary::asin: return asinOf(x);
    case Unary::acos: return acosOf(x);
    case Unary::atan: return atanOf(x);
    case Unary::sinh: return sinhOf(x);
    case Unary::cosh: return coshOf(x);
    case Unary::asinh: return asinhOf(x);
    case Unary::acosh: return acoshOf(x);
    case Unary::atanh: return atanhOf(x);
    case Unary::erfinv: return erfinvOf(x);
    case Unary::logicalNot:
    default: return x == 0 ? one : T(0);
  }
}

/** ∂L/∂x of an activation from g = ∂L/∂y and `saved`: y for tanh, sigmoid and relu, else x. */
template <class T> __device__ __forceinline__ T activationBackward(Activation op, T g, T saved, T p, T q) {
  const T one = 1;
  switch (op) {
    case Activation::tanh: return g * (one - saved * saved);
    case Activation::sigmoid: return g * (one - saved) * saved;
    case Activation::relu: return saved <= 0 ? T(0) : g;
    case Activation::leakyRelu: return saved > 0 ? g : g * p;
    case Activation::elu: return saved > 0 ? g : g * (expOf(saved) * p);
    case Activation::softplus:
    default: return saved * p > q ? g : g * sigmoidOf(saved * p);
  }
}

template <class T> __device__ __forceinline__ T maxOf(T a, T b) { return isNan(a) || a > b ? a : b; }
template <class T> __device__ __forceinline__ T minOf(T a, T b) { return isNan(a) || a < b ? a : b; }

template <class T> __device__ __forceinline__ bool differInSign(T a, T b) { return (a < 0) != (b < 0); }

/** What is left of a after a whole number of b, with the sign of b. */
template <class T> __device__ __forceinline__ T floorRemainderOf(T a, T b) {
  const T rest = fmodOf(a, b);
  return rest != 0 && differInSign(rest, b) ? rest + b : rest;
}

/** ⌊a / b⌋ of the exact quotient. */
template <class T> __device__ __forceinline__ T floorQuotientOf(T a, T b) {
  if (b == 0) return a / b;
  const T rest = fmodOf(a, b);
  const T quotient = roundOf((a - rest) / b - static_cast<T>(rest != 0 && differInSign(rest, b)));
  return quotient == 0 ? withSignOf(quotient, a / b) : quotient;
}

template <class T> __device__ __forceinline__ T sumOf(T a, T b) { return a + b; }
template <class T> __device__ __forceinline__ T differenceOf(T a, T b) { return a - b; }
template <class T> __device__ __forceinline__ T productOf(T a, T b) { return a * b; }
template <class T> __device__ __forceinline__ T quotientOf(T a, T b) { return a / b; }

// Integers wrap around.
__device__ __forceinline__ std::uint32_t bitsOf(std::int32_t x) { return static_cast<std::uint32_t>(x); }
__device__ __forceinline__ std::int32_t sumOf(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(bitsOf(a) + bitsOf(b));
}
__device__ __forceinline__ std::int32_t differenceOf(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(bitsOf(a) - bitsOf(b));
}
__device__ __forceinline__ std::int32_t productOf(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(bitsOf(a) * bitsOf(b));
}
/** Cut off; by zero 0. */
__device__ __forceinline__ std::int32_t quotientOf(std::int32_t a, std::int32_t b) {
  return b == 0 ? 0 : (b == -1 ? static_cast<std::int32_t>(0u - bitsOf(a)) : a / b);
}
/** By 0, and of −2³¹ by −1, 0. */
__device__ __forceinline__ std::int32_t fmodOf(std::int32_t a, std::int32_t b) { return b == 0 || b == -1 ? 0 : a % b; }
__device__ __forceinline__ std::int32_t floorRemainderOf(std::int32_t a, std::int32_t b) {
  const std::int32_t rest = fmodOf(a, b);
  return rest != 0 && differInSign(rest, b) ? rest + b : rest;
}
__device__ __forceinline__ std::int32_t floorQuotientOf(std::int32_t a, std::int32_t b) {
  const std::int32_t rest = fmodOf(a, b);
  return quotientOf(a, b) - static_cast<std::int32_t>(rest != 0 && differInSign(rest, b));
}
__device__ __forceinline__ std::int32_t atan2Of(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(atan2(static_cast<double>(a), static_cast<double>(b)));
}
/** Powers wrap; negative ones are cut off. */
__device__ __forceinline__ std::int32_t powOf(std::int32_t a, std::int32_t b) {
  if (b < 0) return a == 1 ? 1 : (a == -1 ? 1 - 2 * (b & 1) : 0);
  std::uint32_t result = 1;
  std::uint32_t power = bitsOf(a);
  for (std::uint32_t e = b > 0 ? bitsOf(b) : 0; e != 0; e >>= 1, power *= power) {
    if (e & 1) result *= power;
  }
  return static_cast<std::int32_t>(result);
}

/** op(a, b); comparisons and logic give 0 or 1. NaN wins in maximum and minimum. */
template <class T> __device__ __forceinline__ T binary(Binary op, T a, T b) {
  switch (op) {
    case Binary::add: return sumOf(a, b);
    case Binary::sub: return differenceOf(a, b);
    case Binary::mul: return productOf(a, b);
    case Binary::div: return quotientOf(a, b);
    case Binary::pow: return powOf(a, b);
    case Binary::maximum: return maxOf(a, b);
    case Binary::minimum: return minOf(a, b);
    case Binary::atan2: return atan2Of(a, b);
    case Binary::fmod: return fmodOf(a, b);
    case Binary::remainder: return floorRemainderOf(a, b);
    case Binary::floorDivide: return floorQuotientOf(a, b);
    case Binary::eq: return a == b;
    case Binary::ne: return a != b;
    case Binary::lt: return a < b;
    case Binary::le: return a <= b;
    case Binary::gt: return a > b;
    case Binary::ge: return a >= b;
    case Binary::logicalAnd: return a != 0 && b != 0;
    case Binary::logicalOr: return a != 0 || b != 0;
    case Binary::logicalXor:
    default: return (a != 0) != (b != 0);
  }
}

}  // namespace kd
