#include "fill.h"
#include "fold.h"

namespace kd::KD_TARGET {
namespace {

/** Rows whose statistics are computed side by side: one alone would wait for a root and two quotients. */
constexpr Size kBundle = kIsDownloaded ? 1 : 8;

/** Rows of the next bundle. */
constexpr Size bundleOf(Size rows) { return kBundle == 1 || rows < kBundle ? 1 : kBundle; }

/** Moments are summed in double; x − mean first, then its square, so that a large mean costs the variance nothing. */
template <class T> void layerNormRows(const LayerNorm& c, Size begin, Size end) {
  const T* weight = static_cast<const T*>(c.weight);
  const T* bias = static_cast<const T*>(c.bias);
  const Size length = c.length;
  const double n = static_cast<double>(length);
  double center[kBundle] = {};
  double scale[kBundle] = {};
  for (Size first = begin, count; first < end; first += count) {
    count = bundleOf(end - first);
    const T* rows = static_cast<const T*>(c.x) + first * length;
    for (Size r = 0; r < count; r++) center[r] = fold<Reduce::sum, T, double>(rows + r * length, length);
    KD_INDEPENDENT
    for (Size r = 0; r < kBundle; r++) center[r] /= n;
    for (Size r = 0; r < count; r++) {
      scale[r] = foldOver<Reduce::sum, double>(length, [x = rows + r * length, mean = center[r]]<class V>(Size i) KD_ALWAYS_INLINE {
        const V deviation = valueAt<V>(x + i) - splat<V>(mean);
        return deviation * deviation;
      });
    }
    KD_INDEPENDENT
    for (Size r = 0; r < kBundle; r++) scale[r] = 1.0 / __builtin_sqrt(scale[r] / n + c.eps);
    for (Size r = 0; r < count; r++) {
      const T* x = rows + r * length;
      T* y = static_cast<T*>(c.out) + (first + r) * length;
      const T mean = static_cast<T>(center[r]);
      const T rstd = static_cast<T>(scale[r]);
      static_cast<T*>(c.mean)[first + r] = mean;
      static_cast<T*>(c.rstd)[first + r] = rstd;
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
}

/** Calls f<Vector<double>>(i) for the elements from i on, and f<double>(i) for the last ones. */
template <class F> KD_INLINE void forElements(Size length, F f) {
  Size i = 0;
  for (; !kIsDownloaded && i + kLanes<double> <= length; i += kLanes<double>) f.template operator()<Vector<double>>(i);
  KD_INDEPENDENT
  for (; i < length; i++) f.template operator()<double>(i);
}

/** With h = g·weight: ∂L/∂x = rstd · (h − Σh/n − x̂ · Σ h·x̂/n). */
template <class T> void layerNormBackward(const LayerNorm& c, Size begin, Size end, double* sums) {
  const T* weight = static_cast<const T*>(c.weight);
  const Size length = c.length;
  const double n = static_cast<double>(length);
  double center[kBundle] = {};
  double scale[kBundle] = {};
  double shift[kBundle] = {};
  double slope[kBundle] = {};
  for (Size first = begin, count; first < end; first += count) {
    count = bundleOf(end - first);
    const T* xs = static_cast<const T*>(c.x) + first * length;
    const T* gs = static_cast<const T*>(c.grad) + first * length;
    for (Size r = 0; r < count; r++) {
      const T* x = xs + r * length;
      const T* g = gs + r * length;
      center[r] = static_cast<const T*>(c.mean)[first + r];
      scale[r] = static_cast<const T*>(c.rstd)[first + r];
      const auto h = [g, weight]<class V>(Size i) KD_ALWAYS_INLINE {
        return weight == nullptr ? valueAt<V>(g + i) : valueAt<V>(g + i) * valueAt<V>(weight + i);
      };
      shift[r] = foldOver<Reduce::sum, double>(length, h);
      slope[r] = foldOver<Reduce::sum, double>(length, [&]<class V>(Size i) KD_ALWAYS_INLINE {
        return h.template operator()<V>(i) * (valueAt<V>(x + i) - splat<V>(center[r]));
      });
    }
    KD_INDEPENDENT
    for (Size r = 0; r < kBundle; r++) {
      shift[r] /= n;
      slope[r] = slope[r] * scale[r] * scale[r] / n;
    }
    for (Size r = 0; r < count; r++) {
      const T* x = xs + r * length;
      const T* g = gs + r * length;
      T* dx = static_cast<T*>(c.out) + (first + r) * length;
      KD_INDEPENDENT
      for (Size i = 0; i < length; i++) {
        const double scaled = weight == nullptr ? double{g[i]} : double{g[i]} * double{weight[i]};
        dx[i] = static_cast<T>(scale[r] * ((scaled - shift[r]) - (double{x[i]} - center[r]) * slope[r]));
      }
    }
    if (sums == nullptr) continue;
    forElements(length, [&]<class V>(Size i) KD_ALWAYS_INLINE {
      V ofWeight = valueAt<V>(sums + i);
      V ofBias = valueAt<V>(sums + length + i);
      for (Size r = 0; r < count; r++) {
        const V g = valueAt<V>(gs + r * length + i);
        ofWeight += g * ((valueAt<V>(xs + r * length + i) - splat<V>(center[r])) * splat<V>(scale[r]));
        ofBias += g;
      }
      std::memcpy(sums + i, &ofWeight, sizeof(V));
      std::memcpy(sums + length + i, &ofBias, sizeof(V));
    });
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
