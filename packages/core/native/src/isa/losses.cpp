// Losses of pairs of elements.
#include "fill.h"
#include "fold.h"
#include "functions.h"
#include "padded.h"

namespace kd::KD_TARGET {
namespace {

/** NaN wins. */
template <class T> KD_INLINE T clampMin(T low, T x) { return x < low ? low : x; }

/** (x − y)². */
struct Mse {
  template <class T> KD_ALWAYS_INLINE static T loss(T x, T y) { return (x - y) * (x - y); }
  template <class T> KD_ALWAYS_INLINE static T gradient(T x, T y, T g) { return g * ((x - y) * T(2)); }
};

/** −(y ln x + (1 − y) ln(1 − x)), with logarithms of −100 or more, and a gradient over x(1 − x) of 10⁻¹² or more. */
struct Bce {
  template <class T> KD_ALWAYS_INLINE static T loss(T x, T y) {
    return (y - T(1)) * clampMin(T(-100), log1p(-x)) - y * clampMin(T(-100), log(x));
  }
  template <class T> KD_ALWAYS_INLINE static T gradient(T x, T y, T g) {
    return g * (x - y) / clampMin(T(1e-12), (T(1) - x) * x);
  }
};

template <class Rule, class T> double sumOf(Size n, const void* a, const void* b) {
  constexpr Size kChunk = 256;
  T losses[kChunk];
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  double total = 0;
  for (Size start = 0; start < n; start += kChunk, x += kChunk, y += kChunk) {
    const Size count = n - start < kChunk ? n - start : kChunk;
    mapPadded(count, losses, [](T a, T b) KD_ALWAYS_INLINE { return Rule::loss(a, b); }, x, y);
    total += fold<Reduce::sum, T, double>(losses, count);
  }
  return total;
}

template <class Rule, class T>
void lossGradient(Size n, const void* a, const void* b, const void* grad, double divisor, void* out) {
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  const T g = *static_cast<const T*>(grad) / static_cast<T>(divisor);
  T* dx = static_cast<T*>(out);
  mapPadded(n, dx, [g](T a, T b) KD_ALWAYS_INLINE { return Rule::gradient(a, b, g); }, x, y);
}

}  // namespace

void fillLosses(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) {
    kernels.mse[d] = {sumOf<Mse, T>, lossGradient<Mse, T>};
    kernels.bce[d] = {sumOf<Bce, T>, lossGradient<Bce, T>};
  });
}

}  // namespace kd::KD_TARGET
