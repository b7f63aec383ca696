#include "fill.h"
#include "fold.h"

namespace kd::KD_TARGET {
namespace {

/** Numbers that are summed side by side, whatever the instruction set, so that all round alike. */
constexpr int kSums = 16;

/** The sum of `kSums` numbers by halves. */
KD_INLINE double sumOfHalves(double (&sums)[kSums]) {
  for (int width = kSums / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) sums[i] += sums[i + width];
  }
  return sums[0];
}

/** Brings memory near that is read soon: planes of a channel lie too far from each other for processors to see what comes next. */
template <class T> KD_INLINE void bringNear(const T* from, Size count) {
  for (Size i = 0; i < count; i += 64 / static_cast<Size>(sizeof(T))) __builtin_prefetch(from + i, 0, 2);
}

/**
 * Two sums over the elements of a channel: of what f(sample, position) gives. `f` takes numbers and vectors of doubles; near(sample) brings
 * a sample near.
 */
template <class F, class Near> KD_INLINE void channelSums(Size samples, Size length, F f, Near near, double& first, double& second) {
  using Wide = Vector<double>;
  constexpr int lanes = kLanes<double>;
  constexpr int ways = kSums / lanes;
  Wide a[ways] = {};
  Wide b[ways] = {};
  double restA = 0;
  double restB = 0;
  for (Size n = 0; n < samples; n++) {
    if (n + 1 < samples) near(n + 1);
    Size i = 0;
    for (; i + kSums <= length; i += kSums) {
      for (int w = 0; w < ways; w++) f.template operator()<Wide>(n, i + w * lanes, a[w], b[w]);
    }
    for (; i < length; i++) f.template operator()<double>(n, i, restA, restB);
  }
  double sums[2][kSums];
  for (int w = 0; w < ways; w++) {
    store(sums[0] + w * lanes, a[w]);
    store(sums[1] + w * lanes, b[w]);
  }
  first = sumOfHalves(sums[0]) + restA;
  second = sumOfHalves(sums[1]) + restB;
}

constexpr Size kColumns = 32;

/** The same for channels that lie side by side: `count` of them, each sample a row of `channels`. */
template <class F> KD_INLINE void columnSums(Size samples, Size count, F f, double* first, double* second) {
  for (Size i = 0; i < count; i++) first[i] = second[i] = 0;
  for (Size n = 0; n < samples; n++) {
    KD_INDEPENDENT
    for (Size i = 0; i < count; i++) f(n, i, first[i], second[i]);
  }
}

/** What the sums of deviations and of their squares from a value say of a channel. */
template <class T> KD_INLINE void finish(const BatchNorm& c, Size channel, double from, double sum, double squares) {
  const double n = static_cast<double>(c.samples * c.length);
  const double mean = from + sum / n;
  const double total = squares - sum * sum / n;
  const double variance = total > 0 || total != total ? total / n : 0;
  static_cast<T*>(c.mean)[channel] = static_cast<T>(mean);
  static_cast<T*>(c.variance)[channel] = static_cast<T>(variance);
  if (c.runningMean == nullptr) return;
  T& runningMean = static_cast<T*>(c.runningMean)[channel];
  runningMean = static_cast<T>((1 - c.momentum) * double{runningMean} + c.momentum * mean);
  if (c.runningVar == nullptr) return;
  T& runningVar = static_cast<T*>(c.runningVar)[channel];
  runningVar = static_cast<T>((1 - c.momentum) * double{runningVar} + c.momentum * (variance * n / (n - 1)));
}

template <class T> KD_INLINE T scaleOf(const BatchNorm& c, Size channel) {
  const double rstd = 1.0 / __builtin_sqrt(double{static_cast<const T*>(c.variance)[channel]} + c.eps);
  return static_cast<T>(c.weight == nullptr ? rstd : rstd * double{static_cast<const T*>(c.weight)[channel]});
}

template <class T> KD_INLINE T shiftOf(const BatchNorm& c, Size channel) {
  return c.bias == nullptr ? T(0) : static_cast<const T*>(c.bias)[channel];
}

/**
 * A value near the mean, from which deviations are summed: the first one. Its distance to the mean costs the variance no more digits than
 * there are elements, as it is a deviation itself.
 */
template <class T> KD_INLINE double originOf(T first) {
  const double origin = first;
  return origin - origin == 0 ? origin : 0;
}

template <class T> void normalizePlanes(const BatchNorm& c, Size channel) {
  const T* x = static_cast<const T*>(c.x) + channel * c.length;
  T* y = static_cast<T*>(c.out) + channel * c.length;
  const Size step = c.channels * c.length;
  const double origin = c.samples > 0 ? originOf(x[0]) : 0;
  double sum;
  double squares;
  channelSums(c.samples, c.length, [=]<class V>(Size n, Size i, V& a, V& b) KD_ALWAYS_INLINE {
    const V deviation = valueAt<V>(x + n * step + i) - splat<V>(origin);
    a += deviation;
    b += deviation * deviation;
  }, [=, length = c.length](Size n) KD_ALWAYS_INLINE { bringNear(x + n * step, length); }, sum, squares);
  finish<T>(c, channel, origin, sum, squares);
  const T mean = static_cast<const T*>(c.mean)[channel];
  const T scale = scaleOf<T>(c, channel);
  const T shift = shiftOf<T>(c, channel);
  for (Size n = 0; n < c.samples; n++, x += step, y += step) {
    KD_INDEPENDENT
    for (Size i = 0; i < c.length; i++) y[i] = (x[i] - mean) * scale + shift;
  }
}

template <class T> void normalizeColumns(const BatchNorm& c, Size first, Size count) {
  const T* x = static_cast<const T*>(c.x) + first;
  T* y = static_cast<T*>(c.out) + first;
  double origin[kColumns];
  double sum[kColumns];
  double squares[kColumns];
  for (Size i = 0; i < count; i++) origin[i] = c.samples > 0 ? originOf(x[i]) : 0;
  columnSums(c.samples, count, [&](Size n, Size i, double& a, double& b) KD_ALWAYS_INLINE {
    const double deviation = double{x[n * c.channels + i]} - origin[i];
    a += deviation;
    b += deviation * deviation;
  }, sum, squares);
  T mean[kColumns];
  T scale[kColumns];
  T shift[kColumns];
  for (Size i = 0; i < count; i++) {
    finish<T>(c, first + i, origin[i], sum[i], squares[i]);
    mean[i] = static_cast<const T*>(c.mean)[first + i];
    scale[i] = scaleOf<T>(c, first + i);
    shift[i] = shiftOf<T>(c, first + i);
  }
  for (Size n = 0; n < c.samples; n++, x += c.channels, y += c.channels) {
    KD_INDEPENDENT
    for (Size i = 0; i < count; i++) y[i] = (x[i] - mean[i]) * scale[i] + shift[i];
  }
}

/** ∂L/∂x = scale · (g − mean g − (x − mean) · slope), with slope = Σ g (x − mean) / (n (var + eps)). */
template <class T> struct Gradient {
  T mean;
  T scale;
  T center;
  T slope;
};

template <class T> KD_INLINE Gradient<T> gradientOf(const BatchNorm& c, Size channel, double sum, double product) {
  const double n = static_cast<double>(c.samples * c.length);
  const double variance = double{static_cast<const T*>(c.variance)[channel]} + c.eps;
  if (c.weightGrad != nullptr) static_cast<T*>(c.weightGrad)[channel] = static_cast<T>(product / __builtin_sqrt(variance));
  if (c.biasGrad != nullptr) static_cast<T*>(c.biasGrad)[channel] = static_cast<T>(sum);
  return {static_cast<const T*>(c.mean)[channel], scaleOf<T>(c, channel), static_cast<T>(sum / n), static_cast<T>(product / (n * variance))};
}

template <class T> void planesBackward(const BatchNorm& c, Size channel) {
  const T* x = static_cast<const T*>(c.x) + channel * c.length;
  const T* g = static_cast<const T*>(c.grad) + channel * c.length;
  T* dx = static_cast<T*>(c.out) + channel * c.length;
  const Size step = c.channels * c.length;
  const double center = static_cast<const T*>(c.mean)[channel];
  double sum;
  double product;
  channelSums(c.samples, c.length, [=]<class V>(Size n, Size i, V& a, V& b) KD_ALWAYS_INLINE {
    const V grad = valueAt<V>(g + n * step + i);
    a += grad;
    b += grad * (valueAt<V>(x + n * step + i) - splat<V>(center));
  }, [=, length = c.length](Size n) KD_ALWAYS_INLINE {
    bringNear(g + n * step, length);
    bringNear(x + n * step, length);
  }, sum, product);
  const auto [mean, scale, shift, slope] = gradientOf<T>(c, channel, sum, product);
  for (Size n = 0; n < c.samples; n++, x += step, g += step, dx += step) {
    KD_INDEPENDENT
    for (Size i = 0; i < c.length; i++) dx[i] = scale * ((g[i] - shift) - (x[i] - mean) * slope);
  }
}

template <class T> void columnsBackward(const BatchNorm& c, Size first, Size count) {
  const T* x = static_cast<const T*>(c.x) + first;
  const T* g = static_cast<const T*>(c.grad) + first;
  T* dx = static_cast<T*>(c.out) + first;
  const T* means = static_cast<const T*>(c.mean) + first;
  double sum[kColumns];
  double product[kColumns];
  columnSums(c.samples, count, [&](Size n, Size i, double& a, double& b) KD_ALWAYS_INLINE {
    const double grad = g[n * c.channels + i];
    a += grad;
    b += grad * (double{x[n * c.channels + i]} - double{means[i]});
  }, sum, product);
  T mean[kColumns];
  T scale[kColumns];
  T shift[kColumns];
  T slope[kColumns];
  for (Size i = 0; i < count; i++) {
    const Gradient<T> gradient = gradientOf<T>(c, first + i, sum[i], product[i]);
    mean[i] = gradient.mean;
    scale[i] = gradient.scale;
    shift[i] = gradient.center;
    slope[i] = gradient.slope;
  }
  for (Size n = 0; n < c.samples; n++, x += c.channels, g += c.channels, dx += c.channels) {
    KD_INDEPENDENT
    for (Size i = 0; i < count; i++) dx[i] = scale[i] * ((g[i] - shift[i]) - (x[i] - mean[i]) * slope[i]);
  }
}

template <class T, void (*planes)(const BatchNorm&, Size), void (*columns)(const BatchNorm&, Size, Size)>
void overChannels(const BatchNorm& c, Size first, Size last) {
  if (c.length > 1) {
    for (; first < last; first++) planes(c, first);
  } else {
    for (; first < last; first += kColumns) columns(c, first, last - first < kColumns ? last - first : kColumns);
  }
}

}  // namespace

void fillBatchNorm(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) {
    kernels.batchNorm[d] = overChannels<T, normalizePlanes<T>, normalizeColumns<T>>;
    kernels.batchNormBackward[d] = overChannels<T, planesBackward<T>, columnsBackward<T>>;
  });
}

}  // namespace kd::KD_TARGET
