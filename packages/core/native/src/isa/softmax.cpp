#include "fill.h"
#include "fold.h"
#include "functions.h"
#include "panels.h"

namespace kd::KD_TARGET {
namespace {

/** Elements whose exponentials are in the first-level cache at a time. */
constexpr Size kChunk = 256;

/** e^(x − shift) of up to kChunk elements, and zeros up to the end of the last vector. */
template <class T> KD_INLINE void shiftedExp(Size count, const T* x, T shift, T* out) {
  if constexpr (std::is_same_v<T, float>) {
    // Whole vectors, so that a short row takes as long as one of its multiples.
    constexpr Size lanes = kLanes<T>;
    const Size last = (count - 1) / lanes * lanes;
    for (Size i = 0; i < last; i += lanes) store(out + i, load(x + i) - broadcast(shift));
    store(out + last, loadPart(x + last, count - last) - broadcast(shift));
    for (Size start = 0; start < count; start += lanes) {
      KD_INDEPENDENT
      for (Size i = 0; i < lanes; i++) out[start + i] = exp(out[start + i]);
    }
    store(out + last, loadPart(out + last, count - last));
  } else {
    for (Size i = 0; i < count; i++) out[i] = exp(x[i] - shift);
  }
}

/** Σ of what `shiftedExp` gave. Its zeros make up whole vectors, which take no longer than some elements. */
template <class T> KD_INLINE double sumOfExp(Size count, const T* exps) {
  constexpr Size lanes = std::is_same_v<T, float> ? kLanes<T> : 1;
  const Size filled = count < kLanes<double> ? count : (count + lanes - 1) / lanes * lanes;
  return fold<Reduce::sum, T, double>(exps, filled);
}

/** out ← f(x) for each vector of x; f(0) is computed and dropped beyond the end. */
template <class T, class F> KD_INLINE void forEachVector(Size count, const T* x, T* out, F f) {
  constexpr Size lanes = kLanes<T>;
  Size i = 0;
  for (; i + lanes <= count; i += lanes) store(out + i, f(load(x + i)));
  if (i < count) storePart(out + i, f(loadPart(x + i, count - i)), count - i);
}

template <class T> KD_INLINE Vector<T> larger(Vector<T> a, Vector<T> b) { return combined<Reduce::max>(a, b); }

/** The largest of a row. Its last elements are read as a whole vector, together with some from before. */
template <class T> KD_INLINE T maximumOf(const T* x, Size length) {
  constexpr Size lanes = kLanes<T>;
  if (length < lanes) return fold<Reduce::max, T, T>(x, length);
  Vector<T> total = load(x);
  for (Size i = lanes; i + lanes <= length; i += lanes) total = larger<T>(total, load(x + i));
  return combinedLanes<T>(larger<T>(total, load(x + length - lanes)), larger<T>);
}

template <class T> void softmaxRows(Size rows, Size length, const void* input, void* output) {
  alignas(64) T buffer[kChunk];
  const T* x = static_cast<const T*>(input);
  T* y = static_cast<T*>(output);
  for (Size r = 0; r < rows; r++, x += length, y += length) {
    const T maximum = maximumOf(x, length);
    double total = 0;
    for (Size start = 0; start < length; start += kChunk) {
      const Size count = min(length - start, kChunk);
      shiftedExp(count, x + start, maximum, buffer);
      total += sumOfExp(count, buffer);
      if (length > kChunk) std::memcpy(y + start, buffer, sizeof(T) * count);
    }
    const T sum = static_cast<T>(total);
    forEachVector(length, length > kChunk ? y : buffer, y, [sum](Vector<T> v) KD_ALWAYS_INLINE { return v / broadcast(sum); });
  }
}

/** Rows in bundles, so that their logarithms are taken together. */
template <class T> void logSoftmaxRows(Size rows, Size length, const void* input, void* output) {
  constexpr Size bundle = 16;
  alignas(64) T buffer[kChunk];
  T maximum[bundle] = {};
  T sums[bundle] = {};
  for (Size first = 0; first < rows; first += bundle) {
    const Size count = min(rows - first, bundle);
    const T* x = static_cast<const T*>(input) + first * length;
    T* y = static_cast<T*>(output) + first * length;
    for (Size r = 0; r < count; r++) {
      const T* row = x + r * length;
      maximum[r] = maximumOf(row, length);
      double total = 0;
      for (Size start = 0; start < length; start += kChunk) {
        const Size some = min(length - start, kChunk);
        shiftedExp(some, row + start, maximum[r], buffer);
        total += sumOfExp(some, buffer);
      }
      sums[r] = static_cast<T>(total);
    }
    const Size logarithms = std::is_same_v<T, float> ? bundle : count;
    KD_INDEPENDENT
    for (Size r = 0; r < logarithms; r++) sums[r] = log(sums[r]);
    for (Size r = 0; r < count; r++) {
      forEachVector(length, x + r * length, y + r * length, [shift = maximum[r], log = sums[r]](Vector<T> v) KD_ALWAYS_INLINE {
        return (v - broadcast(shift)) - broadcast(log);
      });
    }
  }
}

template <class T, bool logarithm>
void softmaxBackwardRows(Size rows, Size length, const void* grad, const void* output, void* out) {
  alignas(64) T buffer[kChunk];
  const T* g = static_cast<const T*>(grad);
  const T* y = static_cast<const T*>(output);
  T* dx = static_cast<T*>(out);
  for (Size r = 0; r < rows; r++, g += length, y += length, dx += length) {
    if constexpr (logarithm) {
      const T sum = static_cast<T>(fold<Reduce::sum, T, double>(g, length));
      for (Size start = 0; start < length; start += kChunk) {
        const Size count = min(length - start, kChunk);
        shiftedExp(count, y + start, T(0), buffer);
        KD_INDEPENDENT
        for (Size i = 0; i < count; i++) dx[start + i] = g[start + i] - buffer[i] * sum;
      }
    } else {
      const T sum = static_cast<T>(foldOver<Reduce::sum, double>(length, [g, y]<class V>(Size i) KD_ALWAYS_INLINE {
        return valueAt<V>(g + i) * valueAt<V>(y + i);
      }));
      KD_INDEPENDENT
      for (Size i = 0; i < length; i++) dx[i] = (g[i] - sum) * y[i];
    }
  }
}

template <class T> void crossEntropyBackward(Size classes, Size target, const void* logs, const void* grad, void* out) {
  alignas(64) T buffer[kChunk];
  const T* l = static_cast<const T*>(logs);
  const T g = *static_cast<const T*>(grad);
  T* dx = static_cast<T*>(out);
  for (Size start = 0; start < classes; start += kChunk) {
    const Size count = min(classes - start, kChunk);
    shiftedExp(count, l + start, T(0), buffer);
    forEachVector(count, buffer, dx + start, [g](Vector<T> v) KD_ALWAYS_INLINE { return v * broadcast(g); });
  }
  dx[target] = expm1(l[target]) * g;
}

}  // namespace

void fillSoftmax(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) {
    kernels.softmax[d][0] = softmaxRows<T>;
    kernels.softmax[d][1] = logSoftmaxRows<T>;
    kernels.softmaxBackward[d][0] = softmaxBackwardRows<T, false>;
    kernels.softmaxBackward[d][1] = softmaxBackwardRows<T, true>;
    kernels.crossEntropyBackward[d] = crossEntropyBackward<T>;
  });
}

}  // namespace kd::KD_TARGET
