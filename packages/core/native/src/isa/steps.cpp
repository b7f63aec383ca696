// Optimizer steps, in chunks that stay in the first-level cache from one loop to the next. Each number is rounded where the
// same arithmetic on whole tensors would round it.
#include <type_traits>

#include "fill.h"
#include "functions.h"

namespace kd::KD_TARGET {
namespace {

constexpr Size kChunk = 256;

template <class T> KD_INLINE T squareRoot(T x) {
  if constexpr (std::is_same_v<T, float>) return __builtin_sqrtf(x);
  else return __builtin_sqrt(x);
}

/**
 * 0 for less than the smallest normal number. The mean of a gradient that has become 0 would end as such a number and stay one for good,
 * which processors are slow with, and which moves no parameter.
 */
template <class T> KD_INLINE T flushSubnormal(T x) {
  constexpr T min = std::is_same_v<T, float> ? T(1.17549435e-38) : T(2.2250738585072014e-308);
  return magnitude(x) < min ? T(0) : x;
}

/**
 * x / c to the last bit, for x the square root of a float, from 1/c rounded, without a division: the error of the product is exact in
 * a fused operation, and corrects it (Markstein, 1990). Infinity stays as it is.
 */
KD_INLINE float divide(float x, float c, float reciprocal) {
  const float near = x * reciprocal;
  const float corrected = fused(fused(-near, c, x), reciprocal, near);
  return x < INFINITY ? corrected : near;
}
KD_INLINE double divide(double x, double c, double) { return x / c; }

/**
 * Whether divide() is exact: c is such that nothing comes near the ends of the range, and not the float before a power of two. WebAssembly's
 * relaxed instructions would be, too, but its vectors are so short that divisions take no longer.
 */
KD_INLINE bool dividesByReciprocal([[maybe_unused]] float c) {
#if defined(__FMA__) || defined(__aarch64__)
  return c >= 1e-6f && c <= 1.0f && (bits(c) & 0x7fffff) != 0x7fffff;
#else
  return false;
#endif
}
KD_INLINE bool dividesByReciprocal(double) { return false; }

/** The elements of a parameter that are at hand. */
template <class T> struct Chunk {
  Size count;
  T* param;
  T* state[3];
};

/**
 * Elements of an effective gradient: negated where the objective is maximized, plus λ · param. They lie in memory, or are part of a row of
 * a product of a column and a row, as a matrix product rounds it: added to a zero.
 */
template <class T> struct Stored {
  const T* g;
  KD_ALWAYS_INLINE T operator()(Size i) const { return g[i]; }
};
template <class T> struct RowOfProduct {
  T factor;
  const T* row;
  KD_ALWAYS_INLINE T operator()(Size i) const { return factor * row[i] + T(0); }
};

template <class T> KD_INLINE Chunk<T> chunkOf(const StepTensor& tensor, Size start, Size count) {
  Chunk<T> chunk{count, static_cast<T*>(tensor.param) + start, {}};
  for (int i = 0; i < 3; i++) {
    if (tensor.state[i] != nullptr) chunk.state[i] = static_cast<T*>(tensor.state[i]) + start;
  }
  return chunk;
}

/** Elements of a gradient that is a product. */
template <class T> KD_INLINE void multiply(const StepTensor& tensor, Size start, Size count, T* out) {
  const T* const b = static_cast<const T*>(tensor.b);
  Size row = start / tensor.columns;
  Size column = start % tensor.columns;
  for (Size done = 0; done < count; row++, column = 0) {
    const Size rest = tensor.columns - column;
    const Size n = count - done < rest ? count - done : rest;
    const RowOfProduct<T> g{static_cast<const T*>(tensor.a)[row], b + column};
    KD_INDEPENDENT
    for (Size i = 0; i < n; i++) out[done + i] = g(i);
    done += n;
  }
}

/** Calls update(chunk, gradient) for the chunks of [first, last). */
template <class T, class Attributes, class Update>
KD_INLINE void forEachChunk(const Attributes& rule, const StepTensor& tensor, Size first, Size last, Update update) {
  T effective[kChunk];
  const T decay = static_cast<T>(rule.weightDecay);
  for (Size start = first; start < last; start += kChunk) {
    const Chunk<T> chunk = chunkOf<T>(tensor, start, last - start < kChunk ? last - start : kChunk);
    const T* g = static_cast<const T*>(tensor.grad) + start;
    if (tensor.a != nullptr) {
      multiply(tensor, start, chunk.count, effective);
      g = effective;
    }
    const T sign = rule.maximize ? T(-1) : T(1);
    if (rule.weightDecay != 0) {
      KD_INDEPENDENT
      for (Size i = 0; i < chunk.count; i++) effective[i] = chunk.param[i] * decay + sign * g[i];
      g = effective;
    } else if (rule.maximize) {
      KD_INDEPENDENT
      for (Size i = 0; i < chunk.count; i++) effective[i] = -g[i];
      g = effective;
    }
    update(chunk, Stored<T>{g});
  }
}

/** The same where the gradient is a product of long rows: its elements are computed where the update wants them. */
template <class T, class Update>
__attribute__((noinline)) void forEachRow(const StepTensor& tensor, Size first, Size last, Update update) {
  for (Size start = first; start < last;) {
    const Size column = start % tensor.columns;
    const Size rest = tensor.columns - column;
    const Size count = last - start < rest ? last - start : rest;
    const T factor = static_cast<const T*>(tensor.a)[start / tensor.columns];
    update(chunkOf<T>(tensor, start, count), RowOfProduct<T>{factor, static_cast<const T*>(tensor.b) + column});
    start += count;
  }
}

/** Calls update(chunk, gradient) for what is best at hand of [first, last). */
template <class T, class Attributes, class Update>
KD_INLINE void forEachPart(const Attributes& rule, const StepTensor& tensor, Size first, Size last, Update update) {
  const bool isRow = !kIsDownloaded && tensor.a != nullptr && tensor.columns >= kChunk && rule.weightDecay == 0 && !rule.maximize;
  if (isRow) forEachRow<T>(tensor, first, last, update);
  else forEachChunk<T>(rule, tensor, first, last, update);
}

template <class T>
void sgdStep(const SgdStepAttributes& rule, const void* scalars, const StepTensor& tensor, Size first, Size last) {
  const T lr = *static_cast<const T*>(scalars);
  if (tensor.state[0] == nullptr) {
    return forEachPart<T>(rule, tensor, first, last, [=](const Chunk<T>& chunk, auto g) KD_ALWAYS_INLINE {
      KD_INDEPENDENT
      for (Size i = 0; i < chunk.count; i++) chunk.param[i] -= g(i) * lr;
    });
  }
  const T momentum = static_cast<T>(rule.momentum);
  const T share = static_cast<T>(1 - rule.dampening);
  forEachChunk<T>(rule, tensor, first, last, [&](const Chunk<T>& chunk, Stored<T> gradient) {
    const auto [n, param, state] = chunk;
    const T* g = gradient.g;
    T* v = state[0];
    if (rule.isFirst) {
      std::memcpy(v, g, sizeof(T) * n);
    } else {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) v[i] = v[i] * momentum + g[i] * share;
    }
    if (rule.nesterov) {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) param[i] -= (g[i] + v[i] * momentum) * lr;
    } else {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) param[i] -= v[i] * lr;
    }
  });
}

template <class T>
void adamStep(const AdamStepAttributes& rule, const void* scalars, const StepTensor& tensor, Size first, Size last) {
  const T beta1 = static_cast<T>(rule.beta1);
  const T beta2 = static_cast<T>(rule.beta2);
  const T oneMinusBeta1 = static_cast<T>(1 - rule.beta1);
  const T oneMinusBeta2 = static_cast<T>(1 - rule.beta2);
  const T eps = static_cast<T>(rule.eps);
  const T* numbers = static_cast<const T*>(scalars);
  const T stepSize = numbers[0];
  const T correction = numbers[1];
  const T decay = numbers[2];
  const T reciprocal = T(1) / correction;
  const bool divides = !dividesByReciprocal(correction);
  forEachPart<T>(rule, tensor, first, last, [=](const Chunk<T>& chunk, auto g) KD_ALWAYS_INLINE {
    // Not by a structured binding, which lambdas of Clang before 16 cannot capture.
    const Size n = chunk.count;
    T* const param = chunk.param;
    T* m = chunk.state[0];
    T* v = chunk.state[1];
    T* maxV = chunk.state[2];
    const auto update = [&](auto quotient) KD_ALWAYS_INLINE {
      if (maxV == nullptr) {
        KD_INDEPENDENT
        for (Size i = 0; i < n; i++) {
          m[i] = flushSubnormal(m[i] * beta1 + g(i) * oneMinusBeta1);
          v[i] = v[i] * beta2 + g(i) * oneMinusBeta2 * g(i);
          param[i] = param[i] * decay - m[i] * stepSize / (quotient(squareRoot(v[i])) + eps);
        }
      } else {
        KD_INDEPENDENT
        for (Size i = 0; i < n; i++) {
          m[i] = flushSubnormal(m[i] * beta1 + g(i) * oneMinusBeta1);
          v[i] = v[i] * beta2 + g(i) * oneMinusBeta2 * g(i);
          maxV[i] = v[i] <= maxV[i] ? maxV[i] : v[i];
          param[i] = param[i] * decay - m[i] * stepSize / (quotient(squareRoot(maxV[i])) + eps);
        }
      }
    };
    if (divides) update([=](T x) KD_ALWAYS_INLINE { return x / correction; });
    else update([=](T x) KD_ALWAYS_INLINE { return divide(x, correction, reciprocal); });
  });
}

template <class T>
void rmspropStep(const RmspropStepAttributes& rule, const void* scalars, const StepTensor& tensor, Size first, Size last) {
  const T alpha = static_cast<T>(rule.alpha);
  const T share = static_cast<T>(1 - rule.alpha);
  const T eps = static_cast<T>(rule.eps);
  const T momentum = static_cast<T>(rule.momentum);
  const T lr = *static_cast<const T*>(scalars);
  forEachChunk<T>(rule, tensor, first, last, [&](const Chunk<T>& chunk, Stored<T> gradient) {
    const auto [n, param, state] = chunk;
    const T* g = gradient.g;
    T* s = state[0];
    T* velocity = state[1];
    T* mean = state[2];
    T variance[kChunk];
    KD_INDEPENDENT
    for (Size i = 0; i < n; i++) {
      s[i] = s[i] * alpha + g[i] * share * g[i];
      variance[i] = s[i];
    }
    if (mean != nullptr) {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) {
        mean[i] = mean[i] * alpha + g[i] * share;
        variance[i] = s[i] - mean[i] * mean[i];
      }
    }
    if (velocity == nullptr) {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) param[i] -= g[i] * lr / (squareRoot(variance[i]) + eps);
    } else {
      KD_INDEPENDENT
      for (Size i = 0; i < n; i++) {
        velocity[i] = velocity[i] * momentum + g[i] / (squareRoot(variance[i]) + eps);
        param[i] -= velocity[i] * lr;
      }
    }
  });
}

template <class T>
void adagradStep(const AdagradStepAttributes& rule, const void* scalars, const StepTensor& tensor, Size first, Size last) {
  const T eps = static_cast<T>(rule.eps);
  const T lr = *static_cast<const T*>(scalars);
  forEachChunk<T>(rule, tensor, first, last, [&](const Chunk<T>& chunk, Stored<T> gradient) {
    const auto [n, param, state] = chunk;
    const T* g = gradient.g;
    T* s = state[0];
    KD_INDEPENDENT
    for (Size i = 0; i < n; i++) {
      s[i] += g[i] * g[i];
      param[i] -= g[i] * lr / (squareRoot(s[i]) + eps);
    }
  });
}

}  // namespace

void fillSteps(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) {
    kernels.sgdStep[d] = sgdStep<T>;
    kernels.adamStep[d] = adamStep<T>;
    kernels.rmspropStep[d] = rmspropStep<T>;
    kernels.adagradStep[d] = adagradStep<T>;
  });
}

}  // namespace kd::KD_TARGET
