// Optimizer steps on many tensors at once. The learning rate, and what follows from the step count, is read from device memory.
#include "functions.cuh"

namespace kd {
namespace {

constexpr int kThreads = 256;
constexpr int kEach = 4;

/** Calls f(tensor, position) for this thread's elements. */
template <class F> __device__ __forceinline__ void forEachElement(const Tensors& p, F f) {
  const int block = blockIdx.x;
  int tensor = 0;
  while (tensor + 1 < p.tensors && p.firstBlocks[tensor + 1] <= block) tensor++;
  const Size start = static_cast<Size>(block - p.firstBlocks[tensor]) * (kThreads * kEach) + threadIdx.x;
  const Size count = p.counts[tensor];
  for (int k = 0; k < kEach; k++) {
    const Size at = start + k * kThreads;
    if (at < count) f(tensor, at);
  }
}

template <class T> __device__ __forceinline__ T scalarOf(const Tensors& p, int at) {
  return static_cast<T>(loadAs(p.scalars, at, static_cast<DType>(p.scalarsDType)));
}

template <class T> __device__ __forceinline__ T* parameterOf(const Tensors& p, int tensor) { return static_cast<T*>(p.parameters[tensor]); }

template <class T> __device__ __forceinline__ T* stateOf(const Tensors& p, int group, int tensor) {
  return static_cast<T*>(p.state[group][tensor]);
}

/** The effective gradient: negated where `maximize` is set, plus λ · param. */
template <class T> __device__ __forceinline__ T effectiveGradient(const Tensors& p, int tensor, Size at, T parameter) {
  const T g = static_cast<const T*>(p.gradients[tensor])[at];
  return (p.maximize != 0 ? -g : g) + static_cast<T>(p.weightDecay) * parameter;
}

template <class T> __device__ __forceinline__ void sgd(const SgdStep& p) {
  const T lr = scalarOf<T>(p.tensors, 0);
  const T momentum = static_cast<T>(p.momentum);
  const T oneMinusDampening = static_cast<T>(1 - p.dampening);
  forEachElement(p.tensors, [&](int tensor, Size at) {
    T* parameter = parameterOf<T>(p.tensors, tensor) + at;
    const T g = effectiveGradient(p.tensors, tensor, at, *parameter);
    T step = g;
    if (p.momentum != 0) {
      T* velocity = stateOf<T>(p.tensors, 0, tensor) + at;
      const T v = p.isFirst != 0 ? g : momentum * *velocity + oneMinusDampening * g;
      *velocity = v;
      step = p.nesterov != 0 ? g + momentum * v : v;
    }
    *parameter -= lr * step;
  });
}

template <class T> __device__ __forceinline__ void adam(const AdamStep& p) {
  const T stepSize = scalarOf<T>(p.tensors, 0);
  const T correction = scalarOf<T>(p.tensors, 1);
  const T decay = scalarOf<T>(p.tensors, 2);
  const T beta1 = static_cast<T>(p.beta1);
  const T beta2 = static_cast<T>(p.beta2);
  const T oneMinusBeta1 = static_cast<T>(1 - p.beta1);
  const T oneMinusBeta2 = static_cast<T>(1 - p.beta2);
  const T eps = static_cast<T>(p.eps);
  forEachElement(p.tensors, [&](int tensor, Size at) {
    T* parameter = parameterOf<T>(p.tensors, tensor) + at;
    const T g = effectiveGradient(p.tensors, tensor, at, *parameter);
    T* first = stateOf<T>(p.tensors, 0, tensor) + at;
    T* second = stateOf<T>(p.tensors, 1, tensor) + at;
    const T m = beta1 * *first + oneMinusBeta1 * g;
    const T v = beta2 * *second + oneMinusBeta2 * (g * g);
    *first = m;
    *second = v;
    T variance = v;
    if (p.amsgrad != 0) {
      T* maxV = stateOf<T>(p.tensors, 2, tensor) + at;
      variance = maxOf(*maxV, v);
      *maxV = variance;
    }
    *parameter = decay * *parameter - stepSize * (m / (sqrtOf(variance) / correction + eps));
  });
}

template <class T> __device__ __forceinline__ void rmsprop(const RmspropStep& p) {
  const T lr = scalarOf<T>(p.tensors, 0);
  const T alpha = static_cast<T>(p.alpha);
  const T oneMinusAlpha = static_cast<T>(1 - p.alpha);
  const T momentum = static_cast<T>(p.momentum);
  const T eps = static_cast<T>(p.eps);
  const int meanGroup = p.momentum != 0 ? 2 : 1;
  forEachElement(p.tensors, [&](int tensor, Size at) {
    T* parameter = parameterOf<T>(p.tensors, tensor) + at;
    const T g = effectiveGradient(p.tensors, tensor, at, *parameter);
    T* square = stateOf<T>(p.tensors, 0, tensor) + at;
    const T s = alpha * *square + oneMinusAlpha * (g * g);
    *square = s;
    T variance = s;
    if (p.centered != 0) {
      T* mean = stateOf<T>(p.tensors, meanGroup, tensor) + at;
      const T a = alpha * *mean + oneMinusAlpha * g;
      *mean = a;
      variance = s - a * a;
    }
    T step = g / (sqrtOf(variance) + eps);
    if (p.momentum != 0) {
      T* buffer = stateOf<T>(p.tensors, 1, tensor) + at;
      step = momentum * *buffer + step;
      *buffer = step;
    }
    *parameter -= lr * step;
  });
}

template <class T> __device__ __forceinline__ void adagrad(const AdagradStep& p) {
  const T lr = scalarOf<T>(p.tensors, 0);
  const T eps = static_cast<T>(p.eps);
  forEachElement(p.tensors, [&](int tensor, Size at) {
    T* parameter = parameterOf<T>(p.tensors, tensor) + at;
    const T g = effectiveGradient(p.tensors, tensor, at, *parameter);
    T* square = stateOf<T>(p.tensors, 0, tensor) + at;
    const T s = *square + g * g;
    *square = s;
    *parameter -= lr * (g / (sqrtOf(s) + eps));
  });
}

}  // namespace

#define KD_OPTIMIZERS(suffix, T)                                                  \
  KD_KERNEL(sgdStep_##suffix, kThreads, SgdStep) { sgd<T>(p); }                   \
  KD_KERNEL(adamStep_##suffix, kThreads, AdamStep) { adam<T>(p); }                \
  KD_KERNEL(rmspropStep_##suffix, kThreads, RmspropStep) { rmsprop<T>(p); }       \
  KD_KERNEL(adagradStep_##suffix, kThreads, AdagradStep) { adagrad<T>(p); }

KD_OPTIMIZERS(f32, float)
KD_OPTIMIZERS(f64, double)

}  // namespace kd
