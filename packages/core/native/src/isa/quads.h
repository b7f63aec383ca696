// Wide vectors as quads, the four float32 of 128 bits: within these elements change places in one step, and quads lie in memory where
// they are read or written, so that a matrix is transposed with half of the steps that whole vectors take.
#pragma once

#include <utility>

#include "vector.h"

namespace kd::KD_TARGET {

#if (KD_VECTOR_BYTES == 64 && defined(__AVX512F__)) || (KD_VECTOR_BYTES == 32 && defined(__AVX2__))
#define KD_HAS_QUADS 1
#else
#define KD_HAS_QUADS 0
#endif

/** Whether vectors hold several quads. */
template <class T> constexpr bool kHasQuads = KD_HAS_QUADS && std::is_same_v<T, float>;

/** Elements of a quad. */
constexpr Size kQuad = 4;

/** Where lane l of blocks of `unit` lanes from a and b in turn comes from: b lies behind a. Quad by quad, or, by whole quads, from the vectors. */
template <int unit, bool high> constexpr int interleavedLane(int l) {
  constexpr int lanes = kLanes<float>;
  constexpr int span = unit < kQuad ? kQuad : lanes;
  const int inSpan = l % span;
  const int from = l - inSpan + (high ? span / 2 : 0) + inSpan / (2 * unit) * unit + inSpan % unit;
  return inSpan / unit % 2 == 0 ? from : lanes + from;
}

template <int unit, bool high> KD_INLINE Vector<float> interleaved(Vector<float> a, Vector<float> b) {
#if defined(__clang__)
  return [&]<int... l>(std::integer_sequence<int, l...>) {
    return __builtin_shufflevector(a, b, interleavedLane<unit, high>(l)...);
  }(std::make_integer_sequence<int, kLanes<float>>{});
#else
  typedef std::int32_t Order __attribute__((vector_size(KD_VECTOR_BYTES)));
  Order order{};
  for (int l = 0; l < kLanes<float>; l++) order[l] = interleavedLane<unit, high>(l);
  return __builtin_shuffle(a, b, order);
#endif
}

/** Transposes the four quads at each place of four vectors. */
KD_INLINE void transposeQuads(Vector<float>* v) {
  const Vector<float> a = interleaved<1, false>(v[0], v[1]);
  const Vector<float> b = interleaved<1, true>(v[0], v[1]);
  const Vector<float> c = interleaved<1, false>(v[2], v[3]);
  const Vector<float> d = interleaved<1, true>(v[2], v[3]);
  v[0] = interleaved<2, false>(a, c);
  v[1] = interleaved<2, true>(a, c);
  v[2] = interleaved<2, false>(b, d);
  v[3] = interleaved<2, true>(b, d);
}

#if KD_HAS_QUADS && KD_VECTOR_BYTES == 64

/** Quad q of a vector from at(q). */
template <class At> KD_INLINE Vector<float> loadQuads(At&& at) {
  const __m512 first = _mm512_maskz_broadcast_f32x4(0x000f, _mm_loadu_ps(at(0)));
  const __m512 half = _mm512_mask_broadcast_f32x4(first, 0x00f0, _mm_loadu_ps(at(1)));
  const __m512 most = _mm512_mask_broadcast_f32x4(half, 0x0f00, _mm_loadu_ps(at(2)));
  return _mm512_mask_broadcast_f32x4(most, 0xf000, _mm_loadu_ps(at(3)));
}

KD_INLINE void storeOctet(float* to, __m256 v, Size count) {
  if (count == 4) _mm_storeu_ps(to, _mm256_castps256_ps128(v));
  else if (count == 8) _mm256_storeu_ps(to, v);
  else _mm256_mask_storeu_ps(to, firstOf8(count), v);
}

/** Stores the first `count` elements of every two quads, at(0) and at(1), or the first alone where there is no second. */
template <class At> KD_INLINE void storeOctets(Vector<float> v, Size count, bool hasSecond, At&& at) {
  storeOctet(at(0), _mm512_maskz_extractf32x8_ps(0xff, v, 0), count);
  if (hasSecond) storeOctet(at(1), _mm512_maskz_extractf32x8_ps(0xff, v, 1), count);
}

#elif KD_HAS_QUADS

template <class At> KD_INLINE Vector<float> loadQuads(At&& at) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(at(0))), _mm_loadu_ps(at(1)), 1);
}

template <class At> KD_INLINE void storeOctets(Vector<float> v, Size count, bool, At&& at) {
  if (count == 8) store(at(0), v);
  else storePart(at(0), v, count);
}

#endif

}  // namespace kd::KD_TARGET
