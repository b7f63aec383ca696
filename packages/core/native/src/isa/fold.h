// Totals of rows: sums, products and extrema, the first two in double for floats.
#pragma once

#include <type_traits>
#include <utility>

#include "vector.h"

namespace kd::KD_TARGET {

/** Combines scalars or vectors alike. Once a maximum is NaN it stays so. */
template <Reduce op, class V> KD_INLINE V combined(V total, V x) {
  if constexpr (op == Reduce::sum) return total + x;
  else if constexpr (op == Reduce::prod) return total * x;
  else if constexpr (op == Reduce::max) return (x > total) | (x != x) ? x : total;
  else return (x < total) | (x != x) ? x : total;
}

template <Reduce op, class T> constexpr T identity() {
  if constexpr (op == Reduce::sum) return T(0);
  else if constexpr (op == Reduce::prod) return T(1);
  else if constexpr (std::is_floating_point_v<T>) return op == Reduce::max ? -__builtin_inf() : __builtin_inf();
  else if constexpr (std::is_same_v<T, std::uint8_t>) return op == Reduce::max ? 0 : 255;
  else return op == Reduce::max ? INT32_MIN : INT32_MAX;
}

/** What totals are accumulated in: double for floats, so that the length of a sum costs no accuracy. */
template <Reduce op, class T> struct TotalOf {
  using Type = T;
};
template <> struct TotalOf<Reduce::sum, float> { using Type = double; };
template <> struct TotalOf<Reduce::prod, float> { using Type = double; };
template <> struct TotalOf<Reduce::sum, std::uint8_t> { using Type = std::int32_t; };
template <> struct TotalOf<Reduce::prod, std::uint8_t> { using Type = std::int32_t; };

/** One element as V, or as many as it has lanes where V is a vector, converted. */
template <class V, class T> KD_INLINE V valueAt(const T* p) {
  if constexpr (std::is_arithmetic_v<V>) {
    return static_cast<V>(*p);
  } else if constexpr (std::is_same_v<V, Vector<T>>) {
    return load(p);
  } else {
    constexpr std::size_t lanes = sizeof(V) / sizeof(std::declval<V>()[0]);
    typedef T Narrow __attribute__((vector_size(sizeof(T) * lanes), aligned(alignof(T)), may_alias));
    return __builtin_convertvector(*reinterpret_cast<const Narrow*>(p), V);
  }
}

#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
/** In one instruction, where the compiler's own conversion takes half a vector at a time. */
template <> inline Vector<double> valueAt<Vector<double>, float>(const float* p) { return _mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(p)); }
#endif

/** A number in every lane, where V is a vector. */
template <class V, class T> KD_INLINE V splat(T x) {
  if constexpr (std::is_arithmetic_v<V>) return x;
  else return broadcast(x);
}

/** The total of f<Total>(i) over all i < length; f<Vector<Total>>(i) stands for those of i and the next ones. */
template <Reduce op, class Total, class F> KD_INLINE Total foldOver(Size length, F f) {
  using Wide = Vector<Total>;
  constexpr int lanes = kLanes<Total>;
  constexpr int ways = 4;
  Size i = 0;
  Total total = identity<op, Total>();
  if (length >= lanes) {
    Wide totals[ways];
    for (auto& way : totals) way = broadcast(identity<op, Total>());
    for (; i + lanes * ways <= length; i += lanes * ways) {
      for (int w = 0; w < ways; w++) totals[w] = combined<op>(totals[w], f.template operator()<Wide>(i + w * lanes));
    }
    for (; i + lanes <= length; i += lanes) totals[0] = combined<op>(totals[0], f.template operator()<Wide>(i));
    const Wide all = combined<op>(combined<op>(totals[0], totals[1]), combined<op>(totals[2], totals[3]));
    if constexpr (sizeof(Total) >= sizeof(std::int32_t)) {
      total = combinedLanes<Total>(all, [](Wide a, Wide b) KD_ALWAYS_INLINE { return combined<op>(a, b); });
    } else {
      Total values[lanes];
      store(values, all);
      for (const Total value : values) total = combined<op>(total, value);
    }
  }
  for (; i < length; i++) total = combined<op>(total, f.template operator()<Total>(i));
  return total;
}

template <Reduce op, class T, class Total> KD_INLINE Total fold(const T* x, Size length) {
  return foldOver<op, Total>(length, [x]<class V>(Size i) KD_ALWAYS_INLINE { return valueAt<V>(x + i); });
}

}  // namespace kd::KD_TARGET
