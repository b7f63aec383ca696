// Convolutions and their gradients as products without a copy of what the windows see: tiles are gathered from the image as it lies.
#include "tile.cuh"

namespace kd {
namespace {

__device__ __forceinline__ int divided(int n, const Divisor& by) {
  if (by.size == 1) return n;
  return static_cast<int>((static_cast<std::uint64_t>(static_cast<std::uint32_t>(n)) * by.multiplier) >> 32 >> by.shift);
}

/** Which product: the spatial index is n in the first two, k in the last. */
enum class Pass { forward, input, weight };

/** An index in two parts and a rest: (image, row, column), or (channel, tap row, tap column). */
struct Place {
  int outer;
  int row;
  int column;

  __device__ __forceinline__ Place(int index, const Divisor& outerSize, const Divisor& rowSize) {
    outer = divided(index, outerSize);
    const int rest = index - outer * static_cast<int>(outerSize.size);
    row = divided(rest, rowSize);
    column = rest - row * static_cast<int>(rowSize.size);
  }
};

/** A spatial index: where its image begins, and what its window is counted from. */
struct Spatial {
  Size image;
  int y;
  int x;

  template <Pass pass> static __device__ __forceinline__ Spatial at(const ConvolutionProduct& p, int index) {
    const Place place(index, p.plane, p.row);
    const Size image = static_cast<Size>(place.outer) * p.groups * p.channels * p.height * p.width;
    if constexpr (pass == Pass::input) return {image, place.row + p.paddingTop, place.column + p.paddingLeft};
    else return {image, place.row * p.strideHeight - p.paddingTop, place.column * p.strideWidth - p.paddingLeft};
  }
};

/** A filter index: where its channel begins, and how far its tap is from the first one. */
struct Filter {
  Size channel;
  int y;
  int x;

  static __device__ __forceinline__ Filter at(const ConvolutionProduct& p, int index) {
    const Place place(index, p.taps, p.tapRow);
    return {static_cast<Size>(place.outer) * p.height * p.width, place.row * p.dilationHeight, place.column * p.dilationWidth};
  }
};

/** The element of the image that a tap sees; zero outside of it. */
template <class T, Pass pass> __device__ __forceinline__ T gathered(const ConvolutionProduct& p, const T* image, const Spatial& s, const Filter& f) {
  int y = s.y + f.y;
  int x = s.x + f.x;
  if constexpr (pass == Pass::input) {
    y = s.y - f.y;
    x = s.x - f.x;
    if (y < 0 || x < 0) return T(0);
    const int row = divided(y, p.strideDivisors[0]);
    const int column = divided(x, p.strideDivisors[1]);
    if (row * p.strideHeight != y || column * p.strideWidth != x) return T(0);
    y = row;
    x = column;
  }
  if (y < 0 || y >= p.height || x < 0 || x >= p.width) return T(0);
  return image[s.image + f.channel + static_cast<Size>(y) * p.width + x];
}

/** Where a column of a begins: k is a filter index, or a spatial one. */
template <Pass pass> __device__ __forceinline__ Size columnOfA(const ConvolutionProduct& p, int k) {
  if constexpr (pass == Pass::weight) {
    const int image = divided(k, p.plane);
    return image * p.aImage + (k - image * static_cast<int>(p.plane.size));
  } else {
    const int channel = divided(k, p.taps);
    return channel * p.aChannel + (k - channel * static_cast<int>(p.taps.size));
  }
}

/** A tile of BM × BN, of whose depth BK are in shared memory at a time; a thread has TM × TN of it, in groups of one vector. */
template <class T, int BM, int BN, int BK, int TM, int TN> struct Tile {
  static constexpr int kV = kVector<T>;
  static constexpr int kLanesN = BN / TN;
  static constexpr int kLanesM = BM / TM;
  static constexpr int kThreads = kLanesM * kLanesN;
  static constexpr int kStrideA = BM + kV;
  static constexpr int kStrideB = BN + kV;
  static constexpr int kPerA = BM * BK / kThreads;
  static constexpr int kPerB = BN * BK / kThreads;
  static_assert(kThreads % BN == 0 || BN % kThreads == 0, "a thread gathers whole columns");
  static constexpr int kColumns = BN > kThreads ? BN / kThreads : 1;  // that a thread gathers
  static constexpr int kDeep = kPerB / kColumns;                      // elements of each of them

  template <Pass pass> static __device__ __forceinline__ void run(const ConvolutionProduct& p) {
    alignas(16) __shared__ T tileA[2][BK * kStrideA];
    alignas(16) __shared__ T tileB[2][BK * kStrideB];
    const int rowTiles = (p.m + BM - 1) / BM;
    const int row = static_cast<int>(blockIdx.x) % rowTiles * BM;
    const int column = static_cast<int>(blockIdx.x) / rowTiles * BN;
    const int from = static_cast<int>(blockIdx.y) * p.depthOfSplit;
    const int to = p.k - from < p.depthOfSplit ? p.k : from + p.depthOfSplit;
    const Size group = static_cast<Size>(blockIdx.z) + p.firstGroup;
    const T* a = static_cast<const T*>(p.a) + group * p.aGroup;
    const T* image = static_cast<const T*>(p.image) + group * p.channels * p.height * p.width;
    const int thread = threadIdx.x;

    T heldA[kPerA];
    T heldB[kColumns][kDeep];
    const auto fetch = [&](int start) {
      const int k = start + thread % BK;
      const Size along = k < to ? columnOfA<pass>(p, k) : 0;
#pragma unroll
      for (int i = 0; i < kPerA; i++) {
        const int r = row + thread / BK + i * (kThreads / BK);
        heldA[i] = r < p.m && k < to ? a[r * p.aRow + along] : T(0);
      }
#pragma unroll
      for (int c = 0; c < kColumns; c++) {
        const int n = column + thread % BN + c * kThreads;
#pragma unroll
        for (int i = 0; i < kDeep; i++) {
          const int deep = start + thread / BN + i * (kThreads < BN ? 1 : kThreads / BN);
          heldB[c][i] = T(0);
          if (n >= p.n || deep >= to) continue;
          const int spatial = pass == Pass::weight ? deep : n;
          const int filter = pass == Pass::weight ? n : deep;
          heldB[c][i] = gathered<T, pass>(p, image, Spatial::at<pass>(p, spatial), Filter::at(p, filter));
        }
      }
    };
    const auto put = [&](int stage) {
#pragma unroll
      for (int i = 0; i < kPerA; i++) tileA[stage][thread % BK * kStrideA + thread / BK + i * (kThreads / BK)] = heldA[i];
#pragma unroll
      for (int c = 0; c < kColumns; c++) {
#pragma unroll
        for (int i = 0; i < kDeep; i++) {
          const int deep = thread / BN + i * (kThreads < BN ? 1 : kThreads / BN);
          tileB[stage][deep * kStrideB + thread % BN + c * kThreads] = heldB[c][i];
        }
      }
    };

    const int rowInTile = thread / kLanesN * kV;
    const int columnInTile = thread % kLanesN * kV;
    T total[TM][TN] = {};
    if (from < to) {
      fetch(from);
      put(0);
    }
    __syncthreads();
    int stage = 0;
    for (int start = from; start < to; start += BK) {
      const bool more = start + BK < to;
      if (more) fetch(start + BK);
      multiply(total, &tileA[stage][rowInTile], &tileB[stage][columnInTile]);
      stage ^= 1;
      if (more) put(stage);
      __syncthreads();
    }
    finish<pass>(p, group, row + rowInTile, column + columnInTile, total);
  }

  /** Adds the product of this thread's parts of two tiles. */
  static __device__ __forceinline__ void multiply(T (&total)[TM][TN], const T* a, const T* b) {
#pragma unroll
    for (int k = 0; k < BK; k++) {
      Vector<T> x[TM / kV];
      Vector<T> y[TN / kV];
#pragma unroll
      for (int i = 0; i < TM / kV; i++) copyVector(x[i].x, a + k * kStrideA + i * kLanesM * kV);
#pragma unroll
      for (int j = 0; j < TN / kV; j++) copyVector(y[j].x, b + k * kStrideB + j * kLanesN * kV);
#pragma unroll
      for (int i = 0; i < TM; i++) {
#pragma unroll
        for (int j = 0; j < TN; j++) total[i][j] += x[i / kV].x[i % kV] * y[j / kV].x[j % kV];
      }
    }
  }

  template <Pass pass>
  static __device__ __forceinline__ void finish(const ConvolutionProduct& p, Size group, int row, int column, const T (&total)[TM][TN]) {
    T* out = static_cast<T*>(p.out);
    const T* bias = static_cast<const T*>(p.bias);
#pragma unroll
    for (int j = 0; j < TN; j++) {
      const int n = column + j / kV * kLanesN * kV + j % kV;
      if (n >= p.n) continue;
      const int image = pass == Pass::weight ? static_cast<int>(blockIdx.y) : divided(n, p.plane);
      const Size width = pass == Pass::weight ? p.n : static_cast<Size>(p.plane.size);
      const int at = pass == Pass::weight ? n : n - image * static_cast<int>(p.plane.size);
#pragma unroll
      for (int i = 0; i < TM; i++) {
        const int m = row + i / kV * kLanesM * kV + i % kV;
        if (m >= p.m) continue;
        const T add = bias != nullptr ? bias[group * p.m + m] : T(0);
        out[((static_cast<Size>(image) * p.groups + group) * p.m + m) * width + at] = total[i][j] + add;
      }
    }
  }
};

constexpr int kSumThreads = 256;

/** A block for each channel, in an order that the sizes alone give. */
template <class T> __device__ __forceinline__ void channelSum(const ChannelSum& p) {
  __shared__ double totals[kSumThreads];
  const Size count = p.images * p.plane;
  double total = 0;
  for (Size i = threadIdx.x; i < count; i += kSumThreads) {
    const Size image = i / p.plane;
    total += static_cast<const T*>(p.x)[(image * p.channels + blockIdx.x) * p.plane + (i - image * p.plane)];
  }
  totals[threadIdx.x] = total;
  for (int half = kSumThreads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (static_cast<int>(threadIdx.x) < half) totals[threadIdx.x] += totals[threadIdx.x + half];
  }
  if (threadIdx.x == 0) static_cast<T*>(p.out)[blockIdx.x] = static_cast<T>(totals[0]);
}

}  // namespace

#define KD_CONVOLUTION(pass, tile, ...)                                                                      \
  extern "C" __global__ void __launch_bounds__((Tile<__VA_ARGS__>::kThreads))                                 \
      convolution_##pass##_##tile(const __grid_constant__ ConvolutionProduct p) {                            \
    Tile<__VA_ARGS__>::run<Pass::pass>(p);                                                                   \
  }

#define KD_CONVOLUTIONS(tile, ...)          \
  KD_CONVOLUTION(forward, tile, __VA_ARGS__) \
  KD_CONVOLUTION(input, tile, __VA_ARGS__)   \
  KD_CONVOLUTION(weight, tile, __VA_ARGS__)

KD_CONVOLUTIONS(f32_128x128, float, 128, 128, 8, 8, 8)
KD_CONVOLUTIONS(f32_64x64, float, 64, 64, 16, 8, 4)
KD_CONVOLUTIONS(f32_16x128, float, 16, 128, 16, 4, 4)
KD_CONVOLUTIONS(f64_64x64, double, 64, 64, 8, 4, 4)

KD_KERNEL(convolution_bias_f32, kSumThreads, ChannelSum) { channelSum<float>(p); }
KD_KERNEL(convolution_bias_f64, kSumThreads, ChannelSum) { channelSum<double>(p); }

}  // namespace kd
