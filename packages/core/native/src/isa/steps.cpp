// Steps of optimizers, in pieces that stay in the first-level cache from one loop to the next. Each number is rounded where the
// same arithmetic on whole tensors would round it.
#include <type_traits>

#include "fill.h"
#include "functions.h"

namespace kd::KD_TARGET {
namespace {

constexpr Size kPiece = 256;

template <class T> KD_INLINE T squareRoot(T x) {
  if constexpr (std::is_same_v<T, float>) return __builtin_sqrtf(x);
  else return __builtin_sqrt(x);
}

/**
 * 0 for less than the least normal number. The mean of a gradient that has become 0 would end as such a number and stay one for good,
 * which processors are slow with, and which moves no parameter.
 */
template <class T> KD_INLINE T withoutSubnormal(T x) {
  constexpr T least = std::is_same_v<T, float> ? T(1.17549435e-38) : T(2.2250738585072014e-308);
  return magnitude(x) < least ? T(0) : x;
}

/**
 * x / c to the last bit, for x the square root of a float, from 1/c rounded, without a division: the error of the product is exact in
 * a fused operation, and corrects it (Markstein, 1990). Infinity stays as it is.
 */
KD_INLINE float quotientOf(float x, float c, float reciprocal) {
  const float near = x * reciprocal;
  const float corrected = fused(fused(-near, c, x), reciprocal, near);
  return x < INFINITY ? corrected : near;
}
KD_INLINE double quotientOf(double x, double c, double) { return x / c; }

/** Whether quotientOf holds: c is such that nothing comes near the ends of the range, and not the float before a power of two. */
KD_INLINE bool hasQuotients([[maybe_unused]] float c) {
#if defined(__FMA__) || defined(__aarch64__)
  return c >= 1e-6f && c <= 1.0f && (bits(c) & 0x7fffff) != 0x7fffff;
#else
  return false;
#endif
}
KD_INLINE bool hasQuotients(double) { return false; }

/** The elements of a parameter that are at hand. */
template <class T> struct Piece {
  Size count;
  T* param;
  /** The direction to descend: the gradient, reversed where the aim is up, and λ · param. */
  const T* g;
  T* kept[3];
};

/** Calls move(piece) for one after another of [first, last). */
template <class T, class Attributes, class Move>
KD_INLINE void inPieces(const Attributes& rule, const StepTensor& tensor, Size first, Size last, Move move) {
  T direction[kPiece];
  const T decay = static_cast<T>(rule.weightDecay);
  for (Size start = first; start < last; start += kPiece) {
    Piece<T> piece{last - start < kPiece ? last - start : kPiece, static_cast<T*>(tensor.param) + start,
                   static_cast<const T*>(tensor.grad) + start, {}};
    for (int i = 0; i < 3; i++) {
      if (tensor.kept[i] != nullptr) piece.kept[i] = static_cast<T*>(tensor.kept[i]) + start;
    }
    const T* g = piece.g;
    const T sign = rule.maximize ? T(-1) : T(1);
    if (rule.weightDecay != 0) {
      KD_INDEPENDENT
      for (Size i = 0; i < piece.count; i++) direction[i] = piece.param[i] * decay + sign * g[i];
      piece.g = direction;
    } else if (rule.maximize) {
      KD_INDEPENDENT
      for (Size i = 0; i < piece.count; i++) direction[i] = -g[i];
      piece.g = direction;
    }
    move(piece);
  }
}

template <class T>
void sgdStep(const SgdStepAttributes& rule, const void* scalars, const StepTensor& tensor, Size first, Size last) {
  const T momentum = static_cast<T>(rule.momentum);
  const T share = static_cast<T>(1 - rule.dampening);
  const T lr = *static_cast<const T*>(scalars);
  inPieces<T>(rule, tensor, first, last, [&](const Piece<T>& piece) {
    const auto [n, param, g, kept] = piece;
    T* v = kept[0];
    if (v != nullptr) {
      if (rule.isFirst) {
        std::memcpy(v, g, sizeof(T) * n);
      } else {
        KD_INDEPENDENT
        for (Size i = 0; i < n; i++) v[i] = v[i] * momentum + g[i] * share;
      }
    }
    if (v != nullptr && rule.nesterov) {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) param[i] -= (g[i] + v[i] * momentum) * lr;
    } else {
      const T* along = v != nullptr ? v : g;
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) param[i] -= along[i] * lr;
    }
  });
}

template <class T>
void adamStep(const AdamStepAttributes& rule, const void* scalars, const StepTensor& tensor, Size first, Size last) {
  const T beta1 = static_cast<T>(rule.beta1);
  const T beta2 = static_cast<T>(rule.beta2);
  const T share1 = static_cast<T>(1 - rule.beta1);
  const T share2 = static_cast<T>(1 - rule.beta2);
  const T eps = static_cast<T>(rule.eps);
  const T* numbers = static_cast<const T*>(scalars);
  const T size = numbers[0];
  const T correction = numbers[1];
  const T decay = numbers[2];
  const T reciprocal = T(1) / correction;
  const bool divides = !hasQuotients(correction);
  inPieces<T>(rule, tensor, first, last, [&](const Piece<T>& piece) {
    // Not by a structured binding, which lambdas of Clang before 16 cannot capture.
    const Size n = piece.count;
    T* const param = piece.param;
    const T* const g = piece.g;
    T* m = piece.kept[0];
    T* v = piece.kept[1];
    T* largest = piece.kept[2];
    const auto descend = [&](auto quotient) KD_ALWAYS_INLINE {
      if (largest == nullptr) {
        KD_INDEPENDENT
        for (Size i = 0; i < n; i++) {
          m[i] = withoutSubnormal(m[i] * beta1 + g[i] * share1);
          v[i] = v[i] * beta2 + g[i] * share2 * g[i];
          param[i] = param[i] * decay - m[i] * size / (quotient(squareRoot(v[i])) + eps);
        }
      } else {
        KD_INDEPENDENT
        for (Size i = 0; i < n; i++) {
          m[i] = withoutSubnormal(m[i] * beta1 + g[i] * share1);
          v[i] = v[i] * beta2 + g[i] * share2 * g[i];
          largest[i] = v[i] <= largest[i] ? largest[i] : v[i];
          param[i] = param[i] * decay - m[i] * size / (quotient(squareRoot(largest[i])) + eps);
        }
      }
    };
    if (divides) descend([=](T x) KD_ALWAYS_INLINE { return x / correction; });
    else descend([=](T x) KD_ALWAYS_INLINE { return quotientOf(x, correction, reciprocal); });
  });
}

template <class T>
void rmspropStep(const RmspropStepAttributes& rule, const void* scalars, const StepTensor& tensor, Size first, Size last) {
  const T alpha = static_cast<T>(rule.alpha);
  const T share = static_cast<T>(1 - rule.alpha);
  const T eps = static_cast<T>(rule.eps);
  const T momentum = static_cast<T>(rule.momentum);
  const T lr = *static_cast<const T*>(scalars);
  inPieces<T>(rule, tensor, first, last, [&](const Piece<T>& piece) {
    const auto [n, param, g, kept] = piece;
    T* s = kept[0];
    T* velocity = kept[1];
    T* mean = kept[2];
    T spread[kPiece];
    KD_INDEPENDENT
    for (Size i = 0; i < n; i++) {
      s[i] = s[i] * alpha + g[i] * share * g[i];
      spread[i] = s[i];
    }
    if (mean != nullptr) {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) {
        mean[i] = mean[i] * alpha + g[i] * share;
        spread[i] = s[i] - mean[i] * mean[i];
      }
    }
    if (velocity == nullptr) {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) param[i] -= g[i] * lr / (squareRoot(spread[i]) + eps);
    } else {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) {
        velocity[i] = velocity[i] * momentum + g[i] / (squareRoot(spread[i]) + eps);
        param[i] -= velocity[i] * lr;
      }
    }
  });
}

template <class T>
void adagradStep(const AdagradStepAttributes& rule, const void* scalars, const StepTensor& tensor, Size first, Size last) {
  const T eps = static_cast<T>(rule.eps);
  const T rate = *static_cast<const T*>(scalars);
  inPieces<T>(rule, tensor, first, last, [&](const Piece<T>& piece) {
    const auto [n, param, g, kept] = piece;
    T* s = kept[0];
    KD_INDEPENDENT
    for (Size i = 0; i < n; i++) {
      s[i] += g[i] * g[i];
      param[i] -= g[i] * rate / (squareRoot(s[i]) + eps);
    }
  });
}

template <class T> void fillDType(Kernels& kernels, DType dtype) {
  const int d = static_cast<int>(dtype);
  kernels.sgdStep[d] = sgdStep<T>;
  kernels.adamStep[d] = adamStep<T>;
  kernels.rmspropStep[d] = rmspropStep<T>;
  kernels.adagradStep[d] = adagradStep<T>;
}

}  // namespace

void fillSteps(Kernels& kernels) {
  fillDType<float>(kernels, DType::float32);
  fillDType<double>(kernels, DType::float64);
}

}  // namespace kd::KD_TARGET
