#include "fill.h"
#include "fold.h"

namespace kd::KD_TARGET {
namespace {

/** Moments are summed in double; x − mean first, then its square, so that a large mean costs the variance nothing. */
template <class T> void layerNormRows(const LayerNorm& c, Size first, Size last) {
  const T* weight = static_cast<const T*>(c.weight);
  const T* bias = static_cast<const T*>(c.bias);
  const Size length = c.length;
  for (Size r = first; r < last; r++) {
    const T* x = static_cast<const T*>(c.x) + r * length;
    T* y = static_cast<T*>(c.out) + r * length;
    const double n = static_cast<double>(length);
    const double center = fold<Reduce::sum, T, double>(x, length) / n;
    const double squares = foldOver<Reduce::sum, double>(length, [x, center]<class V>(Size i) KD_ALWAYS_INLINE {
      const V deviation = valueAt<V>(x + i) - splat<V>(center);
      return deviation * deviation;
    });
    const T mean = static_cast<T>(center);
    const T rstd = static_cast<T>(1.0 / __builtin_sqrt(squares / n + c.eps));
    static_cast<T*>(c.mean)[r] = mean;
    static_cast<T*>(c.rstd)[r] = rstd;
    if (weight == nullptr) {
      KD_INDEPENDENT
      for (Size i = 0; i < length; i++) y[i] = (x[i] - mean) * rstd;
    } else if (bias == nullptr) {
      KD_INDEPENDENT
      for (Size i = 0; i < length; i++) y[i] = (x[i] - mean) * rstd * weight[i];
    } else {
      KD_INDEPENDENT
      for (Size i = 0; i < length; i++) y[i] = (x[i] - mean) * rstd * weight[i] + bias[i];
    }
  }
}

/** With h = g·weight: ∂L/∂x = rstd · (h − Σh/n − x̂ · Σ h·x̂/n). */
template <class T> void layerNormBackward(const LayerNorm& c, Size first, Size last, double* sums) {
  const T* weight = static_cast<const T*>(c.weight);
  const Size length = c.length;
  for (Size r = first; r < last; r++) {
    const T* x = static_cast<const T*>(c.x) + r * length;
    const T* g = static_cast<const T*>(c.grad) + r * length;
    T* dx = static_cast<T*>(c.out) + r * length;
    const T mean = static_cast<const T*>(c.mean)[r];
    const T rstd = static_cast<const T*>(c.rstd)[r];
    const auto h = [g, weight]<class V>(Size i) KD_ALWAYS_INLINE {
      return weight == nullptr ? valueAt<V>(g + i) : valueAt<V>(g + i) * valueAt<V>(weight + i);
    };
    const double n = static_cast<double>(length);
    const double center = mean;
    const double scale = rstd;
    const double shift = foldOver<Reduce::sum, double>(length, h) / n;
    const double along = foldOver<Reduce::sum, double>(length, [&]<class V>(Size i) KD_ALWAYS_INLINE {
      return h.template operator()<V>(i) * (valueAt<V>(x + i) - splat<V>(center));
    });
    const double slope = along * scale * scale / n;
    KD_INDEPENDENT
    for (Size i = 0; i < length; i++) {
      const double scaled = weight == nullptr ? double{g[i]} : double{g[i]} * double{weight[i]};
      dx[i] = static_cast<T>(scale * ((scaled - shift) - (double{x[i]} - center) * slope));
    }
    if (sums == nullptr) continue;
    KD_INDEPENDENT
    for (Size i = 0; i < length; i++) {
      sums[i] += static_cast<double>(g[i] * ((x[i] - mean) * rstd));
      sums[length + i] += static_cast<double>(g[i]);
    }
  }
}

}  // namespace

void fillLayerNorm(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) {
    kernels.layerNorm[d] = layerNormRows<T>;
    kernels.layerNormBackward[d] = layerNormBackward<T>;
  });
}

}  // namespace kd::KD_TARGET
