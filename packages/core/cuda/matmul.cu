// Matrix products: tiles through shared memory, double buffered, with a block of the product in each thread's registers.
#include "tile.cuh"

namespace kd {
namespace {

/**
 * A tile of BM × BN, worked by warps on WM × WN each, whose threads have TM × TN each in groups of one vector. BK of the depth are in
 * shared memory at a time, `ahead` times as much on its way.
 */
template <class T, int BM, int BN, int BK, int WM, int WN, int TM, int TN, bool vectors, int ahead = 1> struct Product {
  static constexpr int kV = kVector<T>;
  static constexpr int kThreads = BM / WM * (BN / WN) * 32;
  static constexpr int kLanesN = WN / TN;
  static constexpr int kLanesM = WM / TM;
  static_assert(kLanesM * kLanesN == 32, "a warp has 32 threads");
  // A vector more than the width: columns of a tile start in different banks, rows stay aligned.
  static constexpr int kStrideA = BM + kV;
  static constexpr int kStrideB = BN + kV;

  static __device__ __forceinline__ void run(const Matmul& p) {
    alignas(16) __shared__ T tileA[2][BK * kStrideA];
    alignas(16) __shared__ T tileB[2][BK * kStrideB];
    const Work<BM, BN> work(p);
    const int warp = threadIdx.x / 32;
    const int lane = threadIdx.x % 32;
    const int rowInTile = warp / (BN / WN) * WM + lane / kLanesN * kV;
    const int columnInTile = warp % (BN / WN) * WN + lane % kLanesN * kV;

    Loader<T, BM, BK, kThreads, kStrideA, vectors, ahead> loaderA(static_cast<const T*>(p.a) + work.batch * p.strideA, p.leadA,
                                                                  p.transposeA == 0, work.row, p.m, work.from);
    Loader<T, BN, BK, kThreads, kStrideB, vectors, ahead> loaderB(static_cast<const T*>(p.b) + work.batch * p.strideB, p.leadB,
                                                                  p.transposeB != 0, work.column, p.n, work.from);
    const auto same = [](T x) { return x; };
    T total[TM][TN] = {};
    const int depth = work.to - work.from;
    if (depth > 0) {
#pragma unroll
      for (int slot = 0; slot < ahead; slot++) {
        loaderA.fetch(slot, depth - slot * BK);
        loaderB.fetch(slot, depth - slot * BK);
      }
      loaderA.store(0, tileA[0], same);
      loaderB.store(0, tileB[0], same);
    }
    __syncthreads();
    int stage = 0;
    for (int start = 0; start < depth; start += ahead * BK) {
#pragma unroll
      for (int slot = 0; slot < ahead; slot++) {
        const int left = depth - start - slot * BK;
        if (left <= 0) break;
        if (left > ahead * BK) {
          loaderA.fetch(slot, left - ahead * BK);
          loaderB.fetch(slot, left - ahead * BK);
        }
        multiply(total, &tileA[stage][rowInTile], &tileB[stage][columnInTile]);
        stage ^= 1;
        if (left > BK) {
          loaderA.store((slot + 1) % ahead, tileA[stage], same);
          loaderB.store((slot + 1) % ahead, tileB[stage], same);
        }
        __syncthreads();
      }
    }
    finish(p, work, work.row + rowInTile, work.column + columnInTile, total);
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

  static __device__ __forceinline__ void finish(const Matmul& p, const Work<BM, BN>& work, int row, int column,
                                                const T (&total)[TM][TN]) {
    T* out = static_cast<T*>(p.out) + (static_cast<Size>(work.split) * p.batch + work.batch) * p.m * p.n;
    const T* bias = static_cast<const T*>(p.bias);
#pragma unroll
    for (int j = 0; j < TN / kV; j++) {
      const int c = column + j * kLanesN * kV;
      Vector<T> add;
#pragma unroll
      for (int v = 0; v < kV; v++) add.x[v] = bias != nullptr && c + v < p.n ? bias[c + v] : T(0);
#pragma unroll
      for (int i = 0; i < TM; i++) {
        const int r = row + i / kV * kLanesM * kV + i % kV;
        if (r >= p.m) continue;
        T* to = out + static_cast<Size>(r) * p.n + c;
        Vector<T> result;
#pragma unroll
        for (int v = 0; v < kV; v++) result.x[v] = total[i][j * kV + v] + add.x[v];
        if (p.vectorOut != 0) {
          if (c < p.n) copyVector(to, result.x);
        } else {
#pragma unroll
          for (int v = 0; v < kV; v++) {
            if (c + v < p.n) to[v] = result.x[v];
          }
        }
      }
    }
  }
};

constexpr int kSumThreads = 256;

/** A warp for each row: every element of the matrix is read once. */
template <class T> __device__ __forceinline__ void matrixVector(const MatrixVector& p) {
  const int row = blockIdx.x * (kSumThreads / 32) + threadIdx.x / 32;
  const int lane = threadIdx.x % 32;
  if (row >= p.rows) return;
  const T* matrix = static_cast<const T*>(p.matrix) + blockIdx.y * p.strideMatrix + row * p.lead;
  const T* vector = static_cast<const T*>(p.vector) + blockIdx.y * p.strideVector;
  constexpr int kV = kVector<T>;
  T totals[kV] = {};
  if (p.vectors != 0) {
#pragma unroll 4
    for (int k = lane * kV; k < p.k; k += 32 * kV) {
      Vector<T> x;
      Vector<T> y;
      copyVector(x.x, matrix + k);
      copyVector(y.x, vector + k);
      for (int v = 0; v < kV; v++) totals[v] += x.x[v] * y.x[v];
    }
  } else {
#pragma unroll 1
    for (int k = lane; k < p.k; k += 32) totals[0] += matrix[k] * vector[k * p.step];
  }
  T total = totals[0];
  for (int v = 1; v < kV; v++) total += totals[v];
  for (int offset = 16; offset > 0; offset /= 2) total += __shfl_xor_sync(0xffffffffu, total, offset);
  if (lane != 0) return;
  if (p.bias != nullptr) total += static_cast<const T*>(p.bias)[row * p.biasStep];
  static_cast<T*>(p.out)[static_cast<Size>(blockIdx.y) * p.rows + row] = total;
}

template <class T> __device__ __forceinline__ void sumSplits(const MatmulSum& p) {
  const Size at = static_cast<Size>(blockIdx.x) * kSumThreads + threadIdx.x;
  if (at >= p.count) return;
  const T* partial = static_cast<const T*>(p.partial) + at;
  T total = 0;
  for (int s = 0; s < p.splits; s++) total += partial[s * p.count];
  if (p.bias != nullptr) total += static_cast<const T*>(p.bias)[at % p.n];
  static_cast<T*>(p.out)[at] = total;
}

}  // namespace

#define KD_MATMUL(name, blocks, ...)                                                                       \
  extern "C" __global__ void __launch_bounds__((Product<__VA_ARGS__>::kThreads), blocks)                    \
      name(const __grid_constant__ Matmul p) {                                                              \
    Product<__VA_ARGS__>::run(p);                                                                           \
  }

// Large tiles are busy with arithmetic while the next tile comes; small ones would wait for memory, so that several are on their way.
KD_MATMUL(matmul_f32_128x256, 1, float, 128, 256, 8, 64, 64, 8, 16, true)
KD_MATMUL(matmul_f32_128x128, 2, float, 128, 128, 8, 64, 32, 8, 8, true)
KD_MATMUL(matmul_f32_64x64, 1, float, 64, 64, 16, 32, 32, 8, 4, true, 2)
KD_MATMUL(matmul_f32_64x32, 1, float, 64, 32, 16, 16, 32, 4, 4, true, 2)
KD_MATMUL(matmul_f32_32x32, 1, float, 32, 32, 16, 16, 32, 4, 4, true, 2)

// For operands that do not allow loads of 16 bytes.
KD_MATMUL(matmul_f32_64x64_any, 1, float, 64, 64, 16, 32, 32, 8, 4, false)
KD_MATMUL(matmul_f32_32x32_any, 1, float, 32, 32, 16, 16, 32, 4, 4, false)
KD_MATMUL(matmul_f64_64x64_any, 1, double, 64, 64, 8, 16, 32, 4, 4, false)
KD_MATMUL(matmul_i32_32x32_any, 1, std::int32_t, 32, 32, 8, 16, 32, 4, 4, false)

KD_KERNEL(matmul_vector_f32, kSumThreads, MatrixVector) { matrixVector<float>(p); }
KD_KERNEL(matmul_vector_f64, kSumThreads, MatrixVector) { matrixVector<double>(p); }
KD_KERNEL(matmul_sum_f32, kSumThreads, MatmulSum) { sumSplits<float>(p); }
KD_KERNEL(matmul_sum_f64, kSumThreads, MatmulSum) { sumSplits<double>(p); }

/** A thread for each element of the product. */
KD_KERNEL(matmul_u8, kSumThreads, Matmul) {
  const Size at = static_cast<Size>(blockIdx.x) * kSumThreads + threadIdx.x;
  const Size perBatch = static_cast<Size>(p.m) * p.n;
  if (at >= perBatch * p.batch) return;
  const Size batch = at / perBatch;
  const Size row = (at - batch * perBatch) / p.n;
  const Size column = at - batch * perBatch - row * p.n;
  const std::uint8_t* a = static_cast<const std::uint8_t*>(p.a) + batch * p.strideA;
  const std::uint8_t* b = static_cast<const std::uint8_t*>(p.b) + batch * p.strideB;
  std::uint32_t total = p.bias == nullptr ? 0 : static_cast<const std::uint8_t*>(p.bias)[column];
  for (Size l = 0; l < p.k; l++) {
    const Size left = p.transposeA != 0 ? l * p.leadA + row : row * p.leadA + l;
    const Size right = p.transposeB != 0 ? column * p.leadB + l : l * p.leadB + column;
    total += static_cast<std::uint32_t>(a[left]) * b[right];
  }
  static_cast<std::uint8_t*>(p.out)[at] = static_cast<std::uint8_t>(total);
}

}  // namespace kd
