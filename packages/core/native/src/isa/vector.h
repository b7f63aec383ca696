// Vectors of the target's width, through the compilers' vector extensions; intrinsics only where those have no words.
#pragma once

#include <type_traits>
#include <utility>

#include "../types.h"
#include "target.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace kd::KD_TARGET {

template <class T> constexpr int kLanes = KD_VECTOR_BYTES / static_cast<int>(sizeof(T));

template <class T> struct VectorOf {
  typedef T Type __attribute__((vector_size(KD_VECTOR_BYTES)));
  typedef T Unaligned __attribute__((vector_size(KD_VECTOR_BYTES), aligned(alignof(T)), may_alias));
};
template <class T> using Vector = typename VectorOf<T>::Type;

template <class T> KD_INLINE Vector<T> load(const T* p) {
  return *reinterpret_cast<const typename VectorOf<T>::Unaligned*>(p);
}
template <class T> KD_INLINE void store(T* p, Vector<T> v) {
  *reinterpret_cast<typename VectorOf<T>::Unaligned*>(p) = v;
}
/** The subtraction folds away, where x + 0 would not for the sake of −0. */
template <class T> KD_INLINE Vector<T> broadcast(T x) { return x - Vector<T>{}; }

/** Whether what lies behind the elements of a vector may be read where it is not used. */
#if defined(__wasm__)
constexpr bool kReadsBehind = true;
#else
constexpr bool kReadsBehind = false;
#endif

/** The first `count` lanes from memory, the others 0; nothing beyond them is touched. */
template <class T> KD_INLINE Vector<T> loadPart(const T* p, Size count) {
#if defined(__wasm__)
  // Memory ends with a line that is no tensor's (wasm/heap.cpp), so that what lies behind the elements may be read.
  using Mask = decltype(Vector<T>{} > Vector<T>{});
  using Lane = std::remove_cvref_t<decltype(Mask{}[0])>;
  static constexpr struct Lanes {
    Lane lane[2 * kLanes<T>];
    constexpr Lanes() : lane{} {
      for (int i = 0; i < kLanes<T>; i++) lane[i] = -1;
    }
  } masks;
  const Lane* exists = masks.lane + kLanes<T> - count;
  return reinterpret_cast<Vector<T>>(reinterpret_cast<Mask>(load(p)) & load<Lane>(exists));
#else
  Vector<T> v{};
  for (Size i = 0; i < kLanes<T>; i++) {
    if (i < count) v[i] = p[i];
  }
  return v;
#endif
}
template <class T> KD_INLINE void storePart(T* p, Vector<T> v, Size count) {
#if defined(__wasm__)
  if constexpr (sizeof(T) == 4) {
    if (count & 4) return store(p, v);
    if (count & 2) {
      std::memcpy(p, &v, 2 * sizeof(T));
      v = __builtin_shufflevector(v, v, 2, 3, 2, 3);
      p += 2;
    }
    if (count & 1) *p = v[0];
    return;
  }
#endif
  for (Size i = 0; i < kLanes<T>; i++) {
    if (i < count) p[i] = v[i];
  }
}

/** The same, in a register: compilers read memory again for each use that can take it from there, and so often across two lines. */
template <class T> KD_INLINE Vector<T> inRegister(Vector<T> v) {
#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
  asm("" : "+v"(v));
#elif KD_VECTOR_BYTES <= 32 && defined(__x86_64__)
  asm("" : "+x"(v));
#endif
  return v;
}

/** Brings a line of memory near: into the second-level cache, for what is read soon but not next. The address may be any. */
KD_INLINE void fetchFar(const void* p) { __builtin_prefetch(p, 0, 2); }

/** a · b + c, rounded once where the target can. */
template <class T> KD_INLINE Vector<T> multiplyAdd(Vector<T> a, Vector<T> b, Vector<T> c) {
  KD_CONTRACT
  return a * b + c;
}

#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)

template <> inline Vector<float> multiplyAdd<float>(Vector<float> a, Vector<float> b, Vector<float> c) {
  return _mm512_fmadd_ps(a, b, c);
}
template <> inline Vector<double> multiplyAdd<double>(Vector<double> a, Vector<double> b, Vector<double> c) {
  return _mm512_fmadd_pd(a, b, c);
}
KD_INLINE __mmask16 firstOf16(Size count) { return static_cast<__mmask16>((1u << count) - 1u); }
KD_INLINE __mmask8 firstOf8(Size count) { return static_cast<__mmask8>((1u << count) - 1u); }
template <> inline Vector<float> loadPart<float>(const float* p, Size count) {
  return _mm512_maskz_loadu_ps(firstOf16(count), p);
}
template <> inline Vector<double> loadPart<double>(const double* p, Size count) {
  return _mm512_maskz_loadu_pd(firstOf8(count), p);
}
template <> inline void storePart<float>(float* p, Vector<float> v, Size count) {
  _mm512_mask_storeu_ps(p, firstOf16(count), v);
}
template <> inline void storePart<double>(double* p, Vector<double> v, Size count) {
  _mm512_mask_storeu_pd(p, firstOf8(count), v);
}

#elif KD_VECTOR_BYTES == 32 && defined(__AVX2__) && defined(__FMA__)

template <> inline Vector<float> multiplyAdd<float>(Vector<float> a, Vector<float> b, Vector<float> c) {
  return _mm256_fmadd_ps(a, b, c);
}
template <> inline Vector<double> multiplyAdd<double>(Vector<double> a, Vector<double> b, Vector<double> c) {
  return _mm256_fmadd_pd(a, b, c);
}
KD_INLINE __m256i firstOf8(Size count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
KD_INLINE __m256i firstOf4(Size count) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
}
template <> inline Vector<float> loadPart<float>(const float* p, Size count) {
  return _mm256_maskload_ps(p, firstOf8(count));
}
template <> inline Vector<double> loadPart<double>(const double* p, Size count) {
  return _mm256_maskload_pd(p, firstOf4(count));
}
/** By halves: masked stores take many cycles on some processors. */
template <> inline void storePart<float>(float* p, Vector<float> v, Size count) {
  __m128 part = _mm256_castps256_ps128(v);
  if (count & 8) return store(p, v);
  if (count & 4) {
    _mm_storeu_ps(p, part);
    part = _mm256_extractf128_ps(v, 1);
    p += 4;
  }
  if (count & 2) {
    _mm_storel_pi(reinterpret_cast<__m64*>(p), part);
    part = _mm_movehl_ps(part, part);
    p += 2;
  }
  if (count & 1) _mm_store_ss(p, part);
}
template <> inline void storePart<double>(double* p, Vector<double> v, Size count) {
  __m128d part = _mm256_castpd256_pd128(v);
  if (count & 4) return store(p, v);
  if (count & 2) {
    _mm_storeu_pd(p, part);
    part = _mm256_extractf128_pd(v, 1);
    p += 2;
  }
  if (count & 1) _mm_store_sd(p, part);
}

#elif defined(__aarch64__)

template <> inline Vector<float> multiplyAdd<float>(Vector<float> a, Vector<float> b, Vector<float> c) {
  return vfmaq_f32(c, a, b);
}
template <> inline Vector<double> multiplyAdd<double>(Vector<double> a, Vector<double> b, Vector<double> c) {
  return vfmaq_f64(c, a, b);
}

#endif

template <class T, class V> constexpr int kLanesOf = sizeof(V) / sizeof(T);

template <int d, bool high, class T, class V> KD_INLINE V exchanged(V a, V b) {
  constexpr int lanes = kLanesOf<T, V>;
#if defined(__clang__)
  return [&]<int... l>(std::integer_sequence<int, l...>) {
    return __builtin_shufflevector(a, b, (high ? ((l & d) ? lanes + l : l + d) : ((l & d) ? lanes + l - d : l))...);
  }(std::make_integer_sequence<int, lanes>{});
#else
  using Index = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  typedef Index Order __attribute__((vector_size(sizeof(V))));
  Order order{};
  for (int l = 0; l < lanes; l++) order[l] = high ? ((l & d) ? lanes + l : l + d) : ((l & d) ? lanes + l - d : l);
  return __builtin_shuffle(a, b, order);
#endif
}

/** All lanes combined, those of one half with those of the other, and so on. */
template <class T, class Combine, int width = kLanes<T> / 2> KD_INLINE T combinedLanes(Vector<T> v, Combine combine) {
  if constexpr (width == 0) return v[0];
  else return combinedLanes<T, Combine, width / 2>(combine(v, exchanged<width, true, T>(v, v)), combine);
}

template <class T> KD_INLINE T sumOf(Vector<T> v) {
  return combinedLanes<T>(v, [](Vector<T> a, Vector<T> b) KD_ALWAYS_INLINE { return a + b; });
}

/**
 * The same as loadPart and storePart for a few elements that pass from one small kernel to the next: a vector that a load needs part of is
 * waited for until it is in the cache, a shorter one of as many elements is passed on at once.
 */
template <class T> KD_INLINE Vector<T> loadShort(const T* p, Size count) { return loadPart(p, count); }
template <class T> KD_INLINE void storeShort(T* p, Vector<T> v, Size count) { storePart(p, v, count); }

#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
KD_INLINE Vector<float> widened(__m256 x) {
  return __builtin_shufflevector(x, __m256{}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
template <> inline Vector<float> loadShort<float>(const float* p, Size count) {
  switch (count) {
    case 1: return Vector<float>{*p};
    case 2: return Vector<float>{p[0], p[1]};
    case 4: return widened(__builtin_shufflevector(_mm_loadu_ps(p), __m128{}, 0, 1, 2, 3, 4, 5, 6, 7));
    case 8: return widened(_mm256_loadu_ps(p));
    default: return loadPart(p, count);
  }
}
template <> inline void storeShort<float>(float* p, Vector<float> v, Size count) {
  switch (count) {
    case 1: return _mm_store_ss(p, __builtin_shufflevector(v, v, 0, 1, 2, 3));
    case 2: return _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_castps_si128(__builtin_shufflevector(v, v, 0, 1, 2, 3)));
    case 4: return _mm_storeu_ps(p, __builtin_shufflevector(v, v, 0, 1, 2, 3));
    case 8: return _mm256_storeu_ps(p, __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7));
    default: return storePart(p, v, count);
  }
}
#endif

}  // namespace kd::KD_TARGET
