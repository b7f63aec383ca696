// Layer normalization of rows, and its gradients.
#include "functions.cuh"
#include "lanes.cuh"
#include "row.cuh"

namespace kd {
namespace {

template <class T, bool inRegisters> __device__ __forceinline__ void layerNorm(const LayerNorm& p, T* shared) {
  const Lanes lanes(rowsAxis(p.rows, p.length, p.lanes));
  const auto add = [](T a, T b) { return a + b; };
  const T* x = static_cast<const T*>(p.x) + lanes.outer * p.length;
  T* y = static_cast<T*>(p.y) + lanes.outer * p.length;
  const T* weight = static_cast<const T*>(p.weight);
  const T* bias = static_cast<const T*>(p.bias);
  const auto row = rowOf<T, inRegisters>(lanes, p.length, [=](Size l) { return x[l]; });
  T sum = 0;
  row.forEach([&](Size, T value) { sum += value; });
  const T mean = reduceLanes(lanes, sum, shared, add) / static_cast<T>(p.length);
  T squares = 0;
  row.forEach([&](Size, T value) { squares += (value - mean) * (value - mean); });
  const T variance = reduceLanes(lanes, squares, shared, add) / static_cast<T>(p.length);
  const T rstd = T(1) / sqrtOf(variance + static_cast<T>(p.eps));
  row.forEach([&](Size l, T value) {
    T result = (value - mean) * rstd;
    if (weight != nullptr) result *= weight[l];
    if (bias != nullptr) result += bias[l];
    y[l] = result;
  });
  if (lanes.active && lanes.y == 0) {
    static_cast<T*>(p.mean)[lanes.outer] = mean;
    static_cast<T*>(p.rstd)[lanes.outer] = rstd;
  }
}

template <class T> __device__ __forceinline__ void layerNormAny(const LayerNorm& p) {
  __shared__ T shared[kLaneThreads];
  if constexpr (kFitsRegisters<T>) {
    if (p.length <= kRegisterElements * p.lanes) return layerNorm<T, true>(p, shared);
  }
  layerNorm<T, false>(p, shared);
}

/** ∂L/∂x = rstd (h − mean h − x̂ · mean(h x̂)) with h = ∂L/∂y · weight and x̂ = (x − mean) rstd. */
template <class T> __device__ __forceinline__ void inputGradient(const LayerNormBackward& p) {
  __shared__ T shared[kLaneThreads];
  const Lanes lanes(rowsAxis(p.rows, p.length, p.lanes));
  const auto add = [](T a, T b) { return a + b; };
  const T* x = static_cast<const T*>(p.x) + lanes.outer * p.length;
  const T* grad = static_cast<const T*>(p.grad) + lanes.outer * p.length;
  const T* weight = static_cast<const T*>(p.weight);
  T* dx = static_cast<T*>(p.dx) + lanes.outer * p.length;
  const T mean = lanes.active ? static_cast<const T*>(p.mean)[lanes.outer] : T(0);
  const T rstd = lanes.active ? static_cast<const T*>(p.rstd)[lanes.outer] : T(0);
  T sum = 0;
  T product = 0;
  const auto weighted = [&](Size l) { return weight == nullptr ? grad[l] : grad[l] * weight[l]; };
  if (lanes.active) {
    for (Size l = lanes.y; l < p.length; l += lanes.sizeY) {
      const T h = weighted(l);
      sum += h;
      product += h * ((x[l] - mean) * rstd);
    }
  }
  sum = reduceLanes(lanes, sum, shared, add) / static_cast<T>(p.length);
  product = reduceLanes(lanes, product, shared, add) / static_cast<T>(p.length);
  if (!lanes.active) return;
  for (Size l = lanes.y; l < p.length; l += lanes.sizeY) {
    dx[l] = rstd * (weighted(l) - sum - (x[l] - mean) * rstd * product);
  }
}

constexpr int kColumns = 32;
constexpr int kRowLanes = kLaneThreads / kColumns;

/** ∂L/∂weight and ∂L/∂bias: Σ ∂L/∂y · x̂ and Σ ∂L/∂y over a split of the rows, a thread of x for each column. */
template <class T, class Out> __device__ __forceinline__ void parameterGradients(const LayerNormBackward& p) {
  __shared__ double shared[2][kLaneThreads];
  const int x = threadIdx.x & (kColumns - 1);
  const int y = threadIdx.x / kColumns;
  const Size column = static_cast<Size>(blockIdx.x) * kColumns + x;
  const Size split = blockIdx.y;
  const Size part = (p.rows + p.splits - 1) / p.splits;
  const Size end = part * (split + 1) < p.rows ? part * (split + 1) : p.rows;
  double weight = 0;
  double bias = 0;
  if (column < p.length) {
    for (Size row = part * split + y; row < end; row += kRowLanes) {
      const T g = static_cast<const T*>(p.grad)[row * p.length + column];
      const T value = static_cast<const T*>(p.x)[row * p.length + column];
      weight += static_cast<double>(g * ((value - static_cast<const T*>(p.mean)[row]) * static_cast<const T*>(p.rstd)[row]));
      bias += static_cast<double>(g);
    }
  }
  shared[0][threadIdx.x] = weight;
  shared[1][threadIdx.x] = bias;
  for (int offset = kLaneThreads / 2; offset >= kColumns; offset /= 2) {
    __syncthreads();
    if (threadIdx.x < offset) {
      shared[0][threadIdx.x] += shared[0][threadIdx.x + offset];
      shared[1][threadIdx.x] += shared[1][threadIdx.x + offset];
    }
  }
  if (y != 0 || column >= p.length) return;
  const Size at = split * p.length + column;
  if (p.dWeight != nullptr) static_cast<Out*>(p.dWeight)[at] = static_cast<Out>(shared[0][x]);
  if (p.dBias != nullptr) static_cast<Out*>(p.dBias)[at] = static_cast<Out>(shared[1][x]);
}

}  // namespace

#define KD_LAYER_NORM(suffix, T)                                                                                          \
  KD_KERNEL(layerNorm_##suffix, kLaneThreads, LayerNorm) { layerNormAny<T>(p); }                                          \
  KD_KERNEL(layerNormBackward_##suffix, kLaneThreads, LayerNormBackward) { inputGradient<T>(p); }                         \
  KD_KERNEL(layerNormParameters_##suffix, kLaneThreads, LayerNormBackward) { parameterGradients<T, T>(p); }

KD_LAYER_NORM(f32, float)
KD_LAYER_NORM(f64, double)
KD_KERNEL(layerNormParameters_f32_f64, kLaneThreads, LayerNormBackward) { parameterGradients<float, double>(p); }

}  // namespace kd
