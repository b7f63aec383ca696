// CUDA's arithmetic functions that C's library has not. Rounding other than to nearest is not imitated for float operations.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

template <typename T>
inline T __ldg(const T* address) {
  return *address;
}
template <typename T>
inline T __ldcs(const T* address) {
  return *address;
}
template <typename T>
inline T __ldcg(const T* address) {
  return *address;
}
template <typename T>
inline void __stcs(T* address, std::type_identity_t<T> value) {
  *address = value;
}
template <typename T>
inline void __stcg(T* address, std::type_identity_t<T> value) {
  *address = value;
}

inline int __float_as_int(float x) { return std::bit_cast<int>(x); }
inline unsigned __float_as_uint(float x) { return std::bit_cast<unsigned>(x); }
inline float __int_as_float(int x) { return std::bit_cast<float>(x); }
inline float __uint_as_float(unsigned x) { return std::bit_cast<float>(x); }
inline long long __double_as_longlong(double x) { return std::bit_cast<long long>(x); }
inline double __longlong_as_double(long long x) { return std::bit_cast<double>(x); }
inline int __double2hiint(double x) { return int(std::bit_cast<std::uint64_t>(x) >> 32); }
inline int __double2loint(double x) { return int(std::bit_cast<std::uint64_t>(x)); }
inline double __hiloint2double(int high, int low) {
  return std::bit_cast<double>((std::uint64_t(unsigned(high)) << 32) | unsigned(low));
}

inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __fmaf_rn(float x, float y, float z) { return std::fma(x, y, z); }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __fsqrt_rn(float x) { return std::sqrt(x); }
inline float __frsqrt_rn(float x) { return float(1.0 / std::sqrt(double(x))); }
inline double __dadd_rn(double x, double y) { return x + y; }
inline double __dsub_rn(double x, double y) { return x - y; }
inline double __dmul_rn(double x, double y) { return x * y; }
inline double __ddiv_rn(double x, double y) { return x / y; }
inline double __fma_rn(double x, double y, double z) { return std::fma(x, y, z); }
inline double __drcp_rn(double x) { return 1.0 / x; }
inline double __dsqrt_rn(double x) { return std::sqrt(x); }

inline float __expf(float x) { return std::exp(x); }
inline float __exp10f(float x) { return std::pow(10.0f, x); }
inline float __logf(float x) { return std::log(x); }
inline float __log2f(float x) { return std::log2(x); }
inline float __log10f(float x) { return std::log10(x); }
inline float __sinf(float x) { return std::sin(x); }
inline float __cosf(float x) { return std::cos(x); }
inline float __tanf(float x) { return std::tan(x); }
inline float __powf(float x, float y) { return std::pow(x, y); }
inline float __fdividef(float x, float y) { return x / y; }
inline float fdividef(float x, float y) { return x / y; }
inline float __saturatef(float x) { return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f; }
inline float rsqrtf(float x) { return float(1.0 / std::sqrt(double(x))); }
inline double rsqrt(double x) { return 1.0 / std::sqrt(x); }
inline float rcbrtf(float x) { return 1.0f / std::cbrt(x); }
inline double rcbrt(double x) { return 1.0 / std::cbrt(x); }
inline float sinpif(float x) { return float(std::sin(3.14159265358979323846 * std::fmod(double(x), 2.0))); }
inline float cospif(float x) { return float(std::cos(3.14159265358979323846 * std::fmod(double(x), 2.0))); }
inline double sinpi(double x) { return std::sin(3.14159265358979323846 * std::fmod(x, 2.0)); }
inline double cospi(double x) { return std::cos(3.14159265358979323846 * std::fmod(x, 2.0)); }
/** From an approximation by logarithms (Winitzki), by Newton's method. */
inline double erfinv(double y) {
  if (!(std::abs(y) < 1)) return y == 1 || y == -1 ? y * HUGE_VAL : std::numeric_limits<double>::quiet_NaN();
  const double l = std::log1p(-y * y);
  const double m = 4.330746750799873 + l / 2;
  double x = std::copysign(std::sqrt(std::sqrt(m * m - l / 0.147) - m), y);
  for (int step = 0; step < 5 && y != 0; step++) x -= (std::erf(x) - y) / (1.1283791670955126 * std::exp(-x * x));
  return x;
}
inline float erfinvf(float y) { return float(erfinv(double(y))); }
inline double normcdf(double x) { return 0.5 * std::erfc(-x * 0.70710678118654752440); }
inline float normcdff(float x) { return float(normcdf(x)); }
inline void sincospif(float x, float* sine, float* cosine) {
  *sine = sinpif(x);
  *cosine = cospif(x);
}

inline int __popc(unsigned x) { return std::popcount(x); }
inline int __popcll(unsigned long long x) { return std::popcount(x); }
inline int __clz(int x) { return std::countl_zero(unsigned(x)); }
inline int __clzll(long long x) { return std::countl_zero(static_cast<unsigned long long>(x)); }
inline int __ffs(int x) { return x == 0 ? 0 : std::countr_zero(unsigned(x)) + 1; }
inline int __ffsll(long long x) { return x == 0 ? 0 : std::countr_zero(static_cast<unsigned long long>(x)) + 1; }
inline unsigned __brev(unsigned x) {
  unsigned reversed = 0;
  for (int bit = 0; bit < 32; bit++) reversed |= ((x >> bit) & 1u) << (31 - bit);
  return reversed;
}
inline int __mul24(int x, int y) { return int(unsigned(x << 8 >> 8) * unsigned(y << 8 >> 8)); }
inline unsigned __umulhi(unsigned x, unsigned y) { return unsigned((std::uint64_t(x) * y) >> 32); }
inline int __mulhi(int x, int y) { return int((std::int64_t(x) * y) >> 32); }
inline unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
  return static_cast<unsigned long long>((static_cast<unsigned __int128>(x) * y) >> 64);
}

namespace kd_emulator {

/** Conversion as on the device: out of range goes to the nearest value, NaN to 0 (to the lowest value for 64 bits). */
template <typename Int, typename Float>
Int saturate(Float x) {
  constexpr Int lowest = std::numeric_limits<Int>::min();
  constexpr Int highest = std::numeric_limits<Int>::max();
  if (x != x) return sizeof(Int) == 8 ? Int(1ull << 63) : Int(0);
  if (x <= Float(lowest)) return lowest;
  if (x >= Float(highest)) return highest;
  return Int(x);
}

}  // namespace kd_emulator

#define KD_CONVERSIONS(name, Int, Float)                                                             \
  inline Int name##_rn(Float x) { return kd_emulator::saturate<Int>(std::nearbyint(x)); }           \
  inline Int name##_rz(Float x) { return kd_emulator::saturate<Int>(std::trunc(x)); }               \
  inline Int name##_rd(Float x) { return kd_emulator::saturate<Int>(std::floor(x)); }               \
  inline Int name##_ru(Float x) { return kd_emulator::saturate<Int>(std::ceil(x)); }

KD_CONVERSIONS(__float2int, int, float)
KD_CONVERSIONS(__float2uint, unsigned, float)
KD_CONVERSIONS(__float2ll, long long, float)
KD_CONVERSIONS(__float2ull, unsigned long long, float)
KD_CONVERSIONS(__double2int, int, double)
KD_CONVERSIONS(__double2uint, unsigned, double)
KD_CONVERSIONS(__double2ll, long long, double)
KD_CONVERSIONS(__double2ull, unsigned long long, double)

#undef KD_CONVERSIONS

inline float __int2float_rn(int x) { return float(x); }
inline float __uint2float_rn(unsigned x) { return float(x); }
inline float __ll2float_rn(long long x) { return float(x); }
inline float __ull2float_rn(unsigned long long x) { return float(x); }
inline float __double2float_rn(double x) { return float(x); }
inline double __int2double_rn(int x) { return double(x); }
inline double __uint2double_rn(unsigned x) { return double(x); }
inline double __ll2double_rn(long long x) { return double(x); }
inline double __ull2double_rn(unsigned long long x) { return double(x); }

/** As CUDA's: of a NaN and a number, the number. */
template <typename A, typename B>
inline std::common_type_t<A, B> min(A a, B b) {
  if constexpr (std::is_floating_point_v<std::common_type_t<A, B>>) {
    return std::fmin(std::common_type_t<A, B>(a), std::common_type_t<A, B>(b));
  } else {
    return std::common_type_t<A, B>(a) < std::common_type_t<A, B>(b) ? std::common_type_t<A, B>(a)
                                                                      : std::common_type_t<A, B>(b);
  }
}
template <typename A, typename B>
inline std::common_type_t<A, B> max(A a, B b) {
  if constexpr (std::is_floating_point_v<std::common_type_t<A, B>>) {
    return std::fmax(std::common_type_t<A, B>(a), std::common_type_t<A, B>(b));
  } else {
    return std::common_type_t<A, B>(a) > std::common_type_t<A, B>(b) ? std::common_type_t<A, B>(a)
                                                                      : std::common_type_t<A, B>(b);
  }
}
