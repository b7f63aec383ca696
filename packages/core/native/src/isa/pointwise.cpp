#include <type_traits>

#include "fill.h"
#include "functions.h"
#include "padded.h"

namespace kd::KD_TARGET {
namespace {

template <class T> constexpr bool isFloating = std::is_floating_point_v<T>;

template <class T> KD_INLINE bool isNaN(T x) { return x != x; }

/** Integers wrap around as in two's complement. */
template <class T> KD_INLINE T wrapped(std::uint32_t x) { return static_cast<T>(x); }

template <class T> KD_INLINE T squareRoot(T x) {
  if constexpr (std::is_same_v<T, float>) return __builtin_sqrtf(x);
  else return __builtin_sqrt(x);
}

template <Unary op, class T> constexpr bool hasUnary() {
  switch (op) {
    case Unary::neg: case Unary::abs: case Unary::sign: case Unary::square: case Unary::relu:
    case Unary::floor: case Unary::ceil: case Unary::round: case Unary::trunc: case Unary::logicalNot: return true;
    default: return isFloating<T>;
  }
}

template <Unary op, class T> KD_INLINE auto unary(T x, T p, T q) {
  if constexpr (op == Unary::logicalNot) {
    return static_cast<std::uint8_t>(x == T(0));
  } else if constexpr (op == Unary::relu) {
    return x <= T(0) ? T(0) : x;
  } else if constexpr (op == Unary::sign) {
    return static_cast<T>((x > T(0)) - (x < T(0)));
  } else if constexpr (!isFloating<T>) {
    const auto wide = static_cast<std::uint32_t>(x);
    if constexpr (op == Unary::neg) return wrapped<T>(0u - wide);
    else if constexpr (op == Unary::abs) return x < T(0) ? wrapped<T>(0u - wide) : x;
    else if constexpr (op == Unary::square) return wrapped<T>(wide * wide);
    else return x;
  } else if constexpr (op == Unary::neg) {
    return -x;
  } else if constexpr (op == Unary::abs) {
    return magnitude(x);
  } else if constexpr (op == Unary::exp) {
    return exp(x);
  } else if constexpr (op == Unary::expm1) {
    return expm1(x);
  } else if constexpr (op == Unary::log) {
    return log(x);
  } else if constexpr (op == Unary::log1p) {
    return log1p(x);
  } else if constexpr (op == Unary::sqrt) {
    return squareRoot(x);
  } else if constexpr (op == Unary::rsqrt) {
    return T(1) / squareRoot(x);
  } else if constexpr (op == Unary::square) {
    return x * x;
  } else if constexpr (op == Unary::reciprocal) {
    return T(1) / x;
  } else if constexpr (op == Unary::sin) {
    return sin(x);
  } else if constexpr (op == Unary::cos) {
    return cos(x);
  } else if constexpr (op == Unary::tanh) {
    return tanh(x);
  } else if constexpr (op == Unary::sigmoid) {
    return sigmoid(x);
  } else if constexpr (op == Unary::erf) {
    return erf(x);
  } else if constexpr (op == Unary::exp2) {
    return exp2(x);
  } else if constexpr (op == Unary::log2) {
    return log2(x);
  } else if constexpr (op == Unary::log10) {
    return log10(x);
  } else if constexpr (op == Unary::tan) {
    return tan(x);
  } else if constexpr (op == Unary::asin) {
    return asin(x);
  } else if constexpr (op == Unary::acos) {
    return acos(x);
  } else if constexpr (op == Unary::atan) {
    return atan(x);
  } else if constexpr (op == Unary::sinh) {
    return sinh(x);
  } else if constexpr (op == Unary::cosh) {
    return cosh(x);
  } else if constexpr (op == Unary::asinh) {
    return asinh(x);
  } else if constexpr (op == Unary::acosh) {
    return acosh(x);
  } else if constexpr (op == Unary::atanh) {
    return atanh(x);
  } else if constexpr (op == Unary::erfinv) {
    return erfinv(x);
  } else if constexpr (op == Unary::leakyRelu) {
    return x > T(0) ? x : x * p;
  } else if constexpr (op == Unary::elu) {
    return x > T(0) ? x : p * expm1(x);
  } else if constexpr (op == Unary::softplus) {
    const T z = x * p;
    return z > q ? x : log1p(exp(z)) / p;
  } else if constexpr (op == Unary::floor) {
    return static_cast<T>(std::is_same_v<T, float> ? __builtin_floorf(x) : __builtin_floor(x));
  } else if constexpr (op == Unary::ceil) {
    return static_cast<T>(std::is_same_v<T, float> ? __builtin_ceilf(x) : __builtin_ceil(x));
  } else if constexpr (op == Unary::trunc) {
    return static_cast<T>(std::is_same_v<T, float> ? __builtin_truncf(x) : __builtin_trunc(x));
  } else {
    static_assert(op == Unary::round, "unary: an op without a line of arithmetic");
    return static_cast<T>(std::is_same_v<T, float> ? __builtin_rintf(x) : __builtin_rint(x));
  }
}

/** Functions of many instructions. */
constexpr bool isLong(Unary op) {
  return op == Unary::exp || op == Unary::expm1 || op == Unary::log || op == Unary::log1p || op == Unary::tanh || op == Unary::sigmoid;
}

/** Functions that training rarely takes. */
constexpr bool isRare(Unary op) { return op >= Unary::exp2 && op <= Unary::erfinv; }

template <Unary op, class T>
void unaryLoop(Size n, void* out, const void* a, const void*, const void*, const double* parameters) {
  using R = decltype(unary<op>(T(), T(), T()));
  const T* x = static_cast<const T*>(a);
  R* y = static_cast<R*>(out);
  const T p = static_cast<T>(parameters[0]);
  const T q = static_cast<T>(parameters[1]);
  if constexpr (kIsDownloaded && isRare(op)) {
    KD_SINGLY
    for (Size i = 0; i < n; i++) y[i] = unary<op>(x[i], p, q);
    return;
  }
  if constexpr (isLong(op) && std::is_same_v<T, float>) {
    mapPadded(n, y, [=](T element) KD_ALWAYS_INLINE { return unary<op>(element, p, q); }, x);
    return;
  }
  KD_INDEPENDENT
  for (Size i = 0; i < n; i++) y[i] = unary<op>(x[i], p, q);
}

/** sin, cos and tan of floats, with the C library's for what lies beyond the range of the vector code. */
template <Unary op> void trigonometricLoop(Size n, void* out, const void* a, const void*, const void*, const double*) {
  constexpr Size kChunk = 256;
  const float* x = static_cast<const float*>(a);
  float* y = static_cast<float*>(out);
  float result[kChunk];
  for (Size start = 0; start < n; start += kChunk, x += kChunk, y += kChunk) {
    const Size count = n - start < kChunk ? n - start : kChunk;
    int beyond = 0;
    for (Size i = 0; i < count; i++) beyond |= !(magnitude(x[i]) <= kTrigonometricLimit);
    KD_INDEPENDENT
    for (Size i = 0; i < count; i++) result[i] = unary<op>(x[i], 0.0f, 0.0f);
    if (beyond) {
      for (Size i = 0; i < count; i++) {
        if (magnitude(x[i]) <= kTrigonometricLimit) continue;
        result[i] = static_cast<float>(unary<op>(static_cast<double>(x[i]), 0.0, 0.0));
      }
    }
    std::memcpy(y, result, sizeof(float) * count);
  }
}

template <Unary op, class T> constexpr Loop unaryEntry() {
  if constexpr (!hasUnary<op, T>()) return nullptr;
  else if constexpr (std::is_same_v<T, float> && (op == Unary::sin || op == Unary::cos || op == Unary::tan)) return trigonometricLoop<op>;
  else return unaryLoop<op, T>;
}

template <Binary op, class T> constexpr bool hasBinary() { return isFloating<T> || (op != Binary::div && op != Binary::atan2); }

/** Powers wrap; negative ones are cut off. */
template <class T> KD_INLINE T integerPower(T base, T exponent) {
  if constexpr (std::is_signed_v<T>) {
    if (exponent < 0) return base == 1 ? 1 : (base == -1 ? 1 - 2 * (exponent & 1) : 0);
  }
  std::uint32_t result = 1;
  std::uint32_t b = static_cast<std::uint32_t>(base);
  if (exponent > T(0)) {
    for (std::uint32_t e = static_cast<std::uint32_t>(exponent); e > 0; e >>= 1, b *= b) {
      if (e & 1) result *= b;
    }
  }
  return wrapped<T>(result);
}

/** Integer division, which never traps: by 0 everything is 0, and −2³¹ over −1 wraps. */
template <Binary op, class T> KD_INLINE T integerDivision(T a, T b) {
  if (b == T(0)) return 0;
  if constexpr (std::is_signed_v<T>) {
    if (b == T(-1)) return op == Binary::floorDivide ? wrapped<T>(0u - static_cast<std::uint32_t>(a)) : 0;
  }
  const T rest = a % b;
  const bool below = rest != T(0) && (rest < T(0)) != (b < T(0));
  if constexpr (op == Binary::floorDivide) return a / b - below;
  else return op == Binary::remainder && below ? rest + b : rest;
}

/** fmod, remainder or floorDivide from the rest with the sign of a. */
template <Binary op> KD_INLINE double division(double a, double b, double rest) {
  if constexpr (op == Binary::fmod) return rest;
  else if constexpr (op == Binary::remainder) return floorRemainder(rest, b);
  else return floorQuotient(a, b, rest);
}

template <Binary op> constexpr bool isDivision = op == Binary::fmod || op == Binary::remainder || op == Binary::floorDivide;

/** The larger (smaller) of two numbers: NaN where either is, and +0 above −0. */
template <bool larger> KD_INLINE float extremum(float a, float b) {
  const std::int32_t zero = larger ? bits(a) & bits(b) : bits(a) | bits(b);
  const float differing = (larger ? a > b : a < b) || isNaN(a) ? a : b;
  return a == b ? fromBits(zero) : differing;
}
template <bool larger> KD_INLINE double extremum(double a, double b) {
  const auto x = __builtin_bit_cast(std::int64_t, a);
  const auto y = __builtin_bit_cast(std::int64_t, b);
  const double differing = (larger ? a > b : a < b) || isNaN(a) ? a : b;
  return a == b ? __builtin_bit_cast(double, larger ? x & y : x | y) : differing;
}
template <bool larger, class T> KD_INLINE T extremum(T a, T b) { return (larger ? a > b : a < b) ? a : b; }

template <Binary op, class T> KD_INLINE auto binary(T a, T b) {
  constexpr bool wraps = !isFloating<T>;
  if constexpr (op == Binary::add) {
    if constexpr (wraps) return wrapped<T>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
    else return a + b;
  } else if constexpr (op == Binary::sub) {
    if constexpr (wraps) return wrapped<T>(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b));
    else return a - b;
  } else if constexpr (op == Binary::mul) {
    if constexpr (wraps) return wrapped<T>(static_cast<std::uint32_t>(a) * static_cast<std::uint32_t>(b));
    else return a * b;
  } else if constexpr (op == Binary::div) {
    return a / b;
  } else if constexpr (op == Binary::pow) {
    if constexpr (wraps) return integerPower(a, b);
    else return std::pow(a, b);
  } else if constexpr (op == Binary::maximum) {
    return extremum<true>(a, b);
  } else if constexpr (op == Binary::minimum) {
    return extremum<false>(a, b);
  } else if constexpr (op == Binary::atan2) {
    return atan2(a, b);
  } else if constexpr (isDivision<op>) {
    if constexpr (wraps) return integerDivision<op>(a, b);
    else return static_cast<T>(division<op>(a, b, std::fmod(a, b)));
  } else {
    bool result;
    if constexpr (op == Binary::eq) result = a == b;
    else if constexpr (op == Binary::ne) result = a != b;
    else if constexpr (op == Binary::lt) result = a < b;
    else if constexpr (op == Binary::le) result = a <= b;
    else if constexpr (op == Binary::gt) result = a > b;
    else if constexpr (op == Binary::ge) result = a >= b;
    else if constexpr (op == Binary::logicalAnd) result = (a != T(0)) & (b != T(0));
    else if constexpr (op == Binary::logicalOr) result = (a != T(0)) | (b != T(0));
    else if constexpr (op == Binary::logicalXor) result = (a != T(0)) != (b != T(0));
    else static_assert(op == Binary::logicalXor, "binary: an op without a line of arithmetic");
    return static_cast<std::uint8_t>(result);
  }
}

/** Operations that training rarely takes, or that have no vectors. */
constexpr bool isRare(Binary op) {
  switch (op) {
    case Binary::pow: case Binary::atan2: case Binary::fmod: case Binary::remainder: case Binary::floorDivide: return true;
    default: return false;
  }
}

template <Binary op, class T, bool scalarA, bool scalarB>
void binaryLoop(Size n, void* out, const void* a, const void* b, const void*, const double*) {
  using R = decltype(binary<op>(T(), T()));
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  R* z = static_cast<R*>(out);
  const T x0 = *x;
  const T y0 = *y;
  if constexpr (kIsDownloaded && isRare(op)) {
    KD_SINGLY
    for (Size i = 0; i < n; i++) z[i] = binary<op>(scalarA ? x0 : x[i], scalarB ? y0 : y[i]);
    return;
  }
  KD_INDEPENDENT
  for (Size i = 0; i < n; i++) z[i] = binary<op>(scalarA ? x0 : x[i], scalarB ? y0 : y[i]);
}

/** Whether the vector code of an op on floats holds. */
template <Binary op> KD_INLINE bool isOrdinary(float a, float b) {
  if constexpr (op == Binary::pow) return (a > 0.0f) & (a < INFINITY) & (magnitude(b) < INFINITY);
  else return hasShortQuotient(a, b);
}

template <Binary op> KD_INLINE float ordinary(float a, float b) {
  if constexpr (op == Binary::pow) return positivePow(a, b);
  else return static_cast<float>(division<op>(a, b, shortFmod(a, b)));
}

constexpr Size kGuarded = 256;

/** Powers and divisions with a rest of some floats: vector code for ordinary operands, the C library for the rest. */
template <Binary op> __attribute__((noinline)) void guardedChunk(Size count, float* z, const float* x, const float* y) {
  float result[kGuarded];
  int special = 0;
  for (Size i = 0; i < count; i++) special |= !isOrdinary<op>(x[i], y[i]);
  KD_INDEPENDENT
  for (Size i = 0; i < count; i++) result[i] = ordinary<op>(x[i], y[i]);
  if (special) {
    for (Size i = 0; i < count; i++) {
      if (isOrdinary<op>(x[i], y[i])) continue;
      result[i] = static_cast<float>(binary<op>(static_cast<double>(x[i]), static_cast<double>(y[i])));
    }
  }
  std::memcpy(z, result, sizeof(float) * count);
}

/** A scalar is as many equal elements. */
template <Binary op, bool scalarA, bool scalarB>
void guardedLoop(Size n, void* out, const void* a, const void* b, const void*, const double*) {
  const float* x = static_cast<const float*>(a);
  const float* y = static_cast<const float*>(b);
  float* z = static_cast<float*>(out);
  float equal[kGuarded];
  if constexpr (scalarA || scalarB) {
    const float scalar = scalarA ? *x : *y;
    for (Size i = 0; i < n && i < kGuarded; i++) equal[i] = scalar;
  }
  for (Size start = 0; start < n; start += kGuarded) {
    const Size count = n - start < kGuarded ? n - start : kGuarded;
    guardedChunk<op>(count, z + start, scalarA ? equal : x + start, scalarB ? equal : y + start);
  }
}

/** Powers of floats: products for small whole exponents. */
template <bool scalarA, bool scalarB>
void powLoop(Size n, void* out, const void* a, const void* b, const void* c, const double* parameters) {
  const float* x = static_cast<const float*>(a);
  float* z = static_cast<float*>(out);
  if constexpr (scalarB) {
    const float exponent = *static_cast<const float*>(b);
    if (exponent == 2.0f) {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) z[i] = x[i] * x[i];
      return;
    }
    if (exponent == -1.0f) {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) z[i] = 1.0f / x[i];
      return;
    }
  }
  guardedLoop<Binary::pow, scalarA, scalarB>(n, out, a, b, c, parameters);
}

template <Binary op, class T, bool scalarA, bool scalarB> constexpr Loop binaryEntry() {
  if constexpr (!hasBinary<op, T>()) return nullptr;
  else if constexpr (op == Binary::pow && std::is_same_v<T, float>) return powLoop<scalarA, scalarB>;
  else if constexpr (isDivision<op> && std::is_same_v<T, float>) return guardedLoop<op, scalarA, scalarB>;
  else return binaryLoop<op, T, scalarA, scalarB>;
}

template <class T, bool scalarA, bool scalarB>
void whereLoop(Size n, void* out, const void* condition, const void* a, const void* b, const double*) {
  const auto* c = static_cast<const std::uint8_t*>(condition);
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  T* z = static_cast<T*>(out);
  const T x0 = *x;
  const T y0 = *y;
  KD_INDEPENDENT
  for (Size i = 0; i < n; i++) {
    const T chosen = scalarA ? x0 : x[i];
    const T other = scalarB ? y0 : y[i];
    z[i] = c[i] != 0 ? chosen : other;
  }
}

/** ECMAScript's ToInt32: truncated, modulo 2³²; 0 for what is not finite. */
KD_INLINE std::uint32_t truncated(double x) {
  if (__builtin_fabs(x) < 2147483648.0) return static_cast<std::uint32_t>(static_cast<std::int32_t>(x));
  if (!(__builtin_fabs(x) < INFINITY)) return 0;
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(std::fmod(std::trunc(x), 4294967296.0)));
}

template <class From, class To> void convertLoop(Size n, void* out, const void* a, const void*, const void*, const double*) {
  const From* x = static_cast<const From*>(a);
  To* y = static_cast<To*>(out);
  KD_INDEPENDENT
  for (Size i = 0; i < n; i++) {
    if constexpr (isFloating<From> && !isFloating<To>) y[i] = static_cast<To>(truncated(x[i]));
    else y[i] = static_cast<To>(x[i]);
  }
}

template <class From> void truthLoop(Size n, void* out, const void* a, const void*, const void*, const double*) {
  const From* x = static_cast<const From*>(a);
  auto* y = static_cast<std::uint8_t*>(out);
  KD_INDEPENDENT
  for (Size i = 0; i < n; i++) y[i] = static_cast<std::uint8_t>(x[i] != From(0));
}

template <class T> void fillLoop(Size n, void* out, const void* a, const void*, const void*, const double*) {
  T* y = static_cast<T*>(out);
  const T x = *static_cast<const T*>(a);
  KD_INDEPENDENT
  for (Size i = 0; i < n; i++) y[i] = x;
}

template <Unary op> void fillUnary(Kernels& kernels) {
  forTypes<std::uint8_t, std::int32_t, float, double>([&]<class T>(int d) {
    kernels.unary[static_cast<int>(op)][d] = unaryEntry<op, T>();
  });
}

template <Binary op> void fillBinary(Kernels& kernels) {
  forTypes<std::uint8_t, std::int32_t, float, double>([&]<class T>(int d) {
    Loop* loops = kernels.binary[static_cast<int>(op)][d];
    loops[0] = binaryEntry<op, T, false, false>();
    loops[1] = binaryEntry<op, T, true, false>();
    loops[2] = binaryEntry<op, T, false, true>();
  });
}

}  // namespace

void fillPointwise(Kernels& kernels) {
  // Operation by operation: what is alike lies side by side, so that WebAssembly's modules zip well.
#define KD_FILL(op) fillUnary<Unary::op>(kernels);
  KD_UNARY_OPS(KD_FILL)
#undef KD_FILL
#define KD_FILL(op) fillBinary<Binary::op>(kernels);
  KD_BINARY_OPS(KD_FILL)
#undef KD_FILL
  forTypes<std::uint8_t, std::int32_t, float, double>([&]<class T>(int d) {
    kernels.fill[d] = fillLoop<T>;
    kernels.where[d][0] = whereLoop<T, false, false>;
    kernels.where[d][1] = whereLoop<T, true, false>;
    kernels.where[d][2] = whereLoop<T, false, true>;
    kernels.where[d][3] = whereLoop<T, true, true>;
    kernels.convert[d][static_cast<int>(DType::boolean)] = truthLoop<T>;
    kernels.convert[d][static_cast<int>(DType::uint8)] = convertLoop<T, std::uint8_t>;
    kernels.convert[d][static_cast<int>(DType::int32)] = convertLoop<T, std::int32_t>;
    kernels.convert[d][static_cast<int>(DType::float32)] = convertLoop<T, float>;
    kernels.convert[d][static_cast<int>(DType::float64)] = convertLoop<T, double>;
  });
}

}  // namespace kd::KD_TARGET
