// Normalization of channels over samples and positions, and its gradients: sums of each channel over splits of its elements, what follows
// from them for the channel, and then every element. Sums are in float64, in an order that hangs on the sizes and the splits alone.
#include "functions.cuh"
#include "places.cuh"

namespace kd {
namespace {

constexpr int kThreads = 256;
/** Channels of a block where they lie element by element, and threads for each. */
constexpr int kColumns = 32;
constexpr int kRowLanes = kThreads / kColumns;

/** A value near the mean, from which deviations are summed: the first one. */
template <class T> __device__ __forceinline__ double originOf(const BatchNorm& p, Size channel) {
  const double origin = static_cast<double>(static_cast<const T*>(p.x)[channel * p.length]);
  return origin - origin == 0 ? origin : 0;
}

/** What two sums say of a channel: of deviations from its origin and of their squares. */
template <class T> struct Statistics {
  const BatchNorm& p;
  Size channel;
  double origin;

  __device__ __forceinline__ Statistics(const BatchNorm& p, Size channel) : p(p), channel(channel), origin(originOf<T>(p, channel)) {}

  __device__ __forceinline__ void add(Size at, double& a, double& b) const {
    const double deviation = static_cast<double>(static_cast<const T*>(p.x)[at]) - origin;
    a += deviation;
    b += deviation * deviation;
  }

  __device__ __forceinline__ void finish(double sum, double squares) const {
    const double n = static_cast<double>(p.samples * p.length);
    const double mean = origin + sum / n;
    const double total = squares - sum * sum / n;
    const double variance = total > 0 || total != total ? total / n : 0;
    static_cast<T*>(p.mean)[channel] = static_cast<T>(mean);
    static_cast<T*>(p.variance)[channel] = static_cast<T>(variance);
    if (p.runningMean != nullptr) move(p.runningMean, mean);
    if (p.runningVar != nullptr) move(p.runningVar, variance * n / (n - 1));
  }

  __device__ __forceinline__ void move(void* running, double towards) const {
    T& value = static_cast<T*>(running)[channel];
    value = static_cast<T>((1 - p.momentum) * static_cast<double>(value) + p.momentum * towards);
  }
};

/** The same for gradients: Σ g and Σ g (x − mean). */
template <class T> struct Gradients {
  const BatchNorm& p;
  Size channel;
  double mean;

  __device__ __forceinline__ Gradients(const BatchNorm& p, Size channel)
      : p(p), channel(channel), mean(static_cast<double>(static_cast<const T*>(p.mean)[channel])) {}

  __device__ __forceinline__ void add(Size at, double& a, double& b) const {
    const double grad = static_cast<double>(static_cast<const T*>(p.grad)[at]);
    a += grad;
    b += grad * (static_cast<double>(static_cast<const T*>(p.x)[at]) - mean);
  }

  __device__ __forceinline__ void finish(double sum, double product) const {
    const double n = static_cast<double>(p.samples * p.length);
    const double variance = static_cast<double>(static_cast<const T*>(p.variance)[channel]) + p.eps;
    if (p.weightGrad != nullptr) static_cast<T*>(p.weightGrad)[channel] = static_cast<T>(product / sqrt(variance));
    if (p.biasGrad != nullptr) static_cast<T*>(p.biasGrad)[channel] = static_cast<T>(sum);
    p.sums[channel] = sum / n;
    p.sums[p.channels + channel] = product / (n * variance);
  }
};

/** Keeps the sums of a split, or concludes where it is the only one. */
template <class Rule> __device__ __forceinline__ void keep(const BatchNorm& p, const Rule& rule, Size split, double a, double b) {
  if (p.splits == 1) return rule.finish(a, b);
  p.partial[2 * split * p.channels + rule.channel] = a;
  p.partial[(2 * split + 1) * p.channels + rule.channel] = b;
}

/** Sums over the threads that are a multiple of `least` apart, in those below it. */
template <int least> __device__ __forceinline__ void sumOfThreads(double (&shared)[2][kThreads], double a, double b) {
  shared[0][threadIdx.x] = a;
  shared[1][threadIdx.x] = b;
  for (int offset = kThreads / 2; offset >= least; offset /= 2) {
    __syncthreads();
    if (threadIdx.x < offset) {
      shared[0][threadIdx.x] += shared[0][threadIdx.x + offset];
      shared[1][threadIdx.x] += shared[1][threadIdx.x + offset];
    }
  }
}

/** A split of a channel's elements for each block. */
template <class Rule> __device__ __forceinline__ void planeSums(const BatchNorm& p) {
  __shared__ double shared[2][kThreads];
  const Rule rule(p, blockIdx.x);
  const Size split = blockIdx.y;
  const Size count = p.samples * p.length;
  const Size part = (count + p.splits - 1) / p.splits;
  const Size end = part * (split + 1) < count ? part * (split + 1) : count;
  double a = 0;
  double b = 0;
#pragma unroll 1
  for (Size i = part * split + threadIdx.x; i < end; i += kThreads) {
    const Quotient sample(i, p.length);
    rule.add((sample.value * p.channels + rule.channel) * p.length + sample.rest, a, b);
  }
  sumOfThreads<1>(shared, a, b);
  if (threadIdx.x == 0) keep(p, rule, split, shared[0][0], shared[1][0]);
}

/** A split of the samples for each block, whose channels lie side by side. */
template <class Rule> __device__ __forceinline__ void columnSums(const BatchNorm& p) {
  __shared__ double shared[2][kThreads];
  const int x = threadIdx.x & (kColumns - 1);
  const int y = threadIdx.x / kColumns;
  const Size channel = static_cast<Size>(blockIdx.x) * kColumns + x;
  const Rule rule(p, channel < p.channels ? channel : 0);
  const Size split = blockIdx.y;
  const Size part = (p.samples + p.splits - 1) / p.splits;
  const Size end = part * (split + 1) < p.samples ? part * (split + 1) : p.samples;
  double a = 0;
  double b = 0;
  if (channel < p.channels) {
#pragma unroll 1
    for (Size n = part * split + y; n < end; n += kRowLanes) rule.add(n * p.channels + channel, a, b);
  }
  sumOfThreads<kColumns>(shared, a, b);
  if (y == 0 && channel < p.channels) keep(p, rule, split, shared[0][x], shared[1][x]);
}

/** The sums of the splits of a channel, for each thread. */
template <class Rule> __device__ __forceinline__ void conclude(const BatchNorm& p) {
  const Size channel = static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x;
  if (channel >= p.channels) return;
  double a = 0;
  double b = 0;
#pragma unroll 1
  for (Size split = 0; split < p.splits; split++) {
    a += p.partial[2 * split * p.channels + channel];
    b += p.partial[(2 * split + 1) * p.channels + channel];
  }
  Rule(p, channel).finish(a, b);
}

/** weight / √(variance + eps). */
template <class T> __device__ __forceinline__ T scaleOf(const BatchNorm& p, Size channel) {
  const T rstd = T(1) / sqrtOf(static_cast<const T*>(p.variance)[channel] + static_cast<T>(p.eps));
  return p.weight == nullptr ? rstd : rstd * static_cast<const T*>(p.weight)[channel];
}

struct Element {
  Size at;
  Size channel;
  bool active;

  __device__ __forceinline__ explicit Element(const BatchNorm& p) : at(static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x) {
    active = at < p.samples * p.channels * p.length;
    channel = active ? Quotient(Quotient(at, p.length).value, p.channels).rest : 0;
  }
};

template <class T> __device__ __forceinline__ void normalize(const BatchNorm& p) {
  const Element element(p);
  if (!element.active) return;
  const T shift = p.bias == nullptr ? T(0) : static_cast<const T*>(p.bias)[element.channel];
  const T deviation = static_cast<const T*>(p.x)[element.at] - static_cast<const T*>(p.mean)[element.channel];
  static_cast<T*>(p.out)[element.at] = deviation * scaleOf<T>(p, element.channel) + shift;
}

/** ∂L/∂x = weight · rstd · (g − mean g − (x − mean) · Σ g (x − mean) / (n (variance + eps))). */
template <class T> __device__ __forceinline__ void inputGradient(const BatchNorm& p) {
  const Element element(p);
  if (!element.active) return;
  const T shift = static_cast<T>(p.sums[element.channel]);
  const T slope = static_cast<T>(p.sums[p.channels + element.channel]);
  const T deviation = static_cast<const T*>(p.x)[element.at] - static_cast<const T*>(p.mean)[element.channel];
  const T centered = static_cast<const T*>(p.grad)[element.at] - shift;
  static_cast<T*>(p.out)[element.at] = scaleOf<T>(p, element.channel) * (centered - deviation * slope);
}

}  // namespace

#define KD_BATCH_NORM(suffix, T)                                                                                       \
  KD_KERNEL(batchNormPlanes_##suffix, kThreads, BatchNorm) { planeSums<Statistics<T>>(p); }                            \
  KD_KERNEL(batchNormColumns_##suffix, kThreads, BatchNorm) { columnSums<Statistics<T>>(p); }                          \
  KD_KERNEL(batchNormStatistics_##suffix, kThreads, BatchNorm) { conclude<Statistics<T>>(p); }                         \
  KD_KERNEL(batchNorm_##suffix, kThreads, BatchNorm) { normalize<T>(p); }                                              \
  KD_KERNEL(batchNormBackwardPlanes_##suffix, kThreads, BatchNorm) { planeSums<Gradients<T>>(p); }                     \
  KD_KERNEL(batchNormBackwardColumns_##suffix, kThreads, BatchNorm) { columnSums<Gradients<T>>(p); }                   \
  KD_KERNEL(batchNormBackwardStatistics_##suffix, kThreads, BatchNorm) { conclude<Gradients<T>>(p); }                  \
  KD_KERNEL(batchNormBackward_##suffix, kThreads, BatchNorm) { inputGradient<T>(p); }

KD_BATCH_NORM(f32, float)
KD_BATCH_NORM(f64, double)

}  // namespace kd
