// Products of float32 matrices on tensor cores, which round the operands to 11 bits (TF32) and sum in float32. From compute capability 8.0.
#include "tile.cuh"

namespace kd {
namespace {

/** The nearest TF32 number; halves go away from zero. */
__device__ __forceinline__ float rounded(float x) {
#ifndef KINDLING_CUDA_EMULATOR
  std::uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return __uint_as_float(bits);
#else
  const std::uint32_t bits = __float_as_uint(x);
  return (bits & 0x7f800000u) == 0x7f800000u ? x : __uint_as_float((bits + 0x1000u) & ~0x1fffu);
#endif
}

/** A tile of BM × BN, worked by warps on WM × WN each, in pieces of 16 × 8 with a depth of 8. Operands allow loads of 16 bytes. */
template <int BM, int BN, int BK, int WM, int WN> struct TensorProduct {
  static constexpr int kThreads = BM / WM * (BN / WN) * 32;
  static constexpr int kRows = WM / 16;
  static constexpr int kColumns = WN / 8;
  // Threads of a warp read 4 depths of 8 elements: with strides of 8 modulo 32, from 32 banks.
  static constexpr int kStrideA = BM + 8;
  static constexpr int kStrideB = BN + 8;

  /** Adds the product of the tiles at a and b of depth 8 to a warp's pieces; `group` and `place` say which part this thread has. */
  static __device__ __forceinline__ void multiply(float (&total)[kRows][kColumns][4], const float* a, const float* b, int group, int place) {
#ifndef KINDLING_CUDA_EMULATOR
    std::uint32_t x[kRows][4];
    std::uint32_t y[kColumns][2];
#pragma unroll
    for (int i = 0; i < kRows; i++) {
#pragma unroll
      for (int v = 0; v < 4; v++) {
        x[i][v] = __float_as_uint(a[(place + v / 2 * 4) * kStrideA + i * 16 + group + v % 2 * 8]);
      }
    }
#pragma unroll
    for (int j = 0; j < kColumns; j++) {
#pragma unroll
      for (int v = 0; v < 2; v++) y[j][v] = __float_as_uint(b[(place + v * 4) * kStrideB + j * 8 + group]);
    }
#pragma unroll
    for (int i = 0; i < kRows; i++) {
#pragma unroll
      for (int j = 0; j < kColumns; j++) {
        float(&t)[4] = total[i][j];
        asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+f"(t[0]), "+f"(t[1]), "+f"(t[2]), "+f"(t[3])
            : "r"(x[i][0]), "r"(x[i][1]), "r"(x[i][2]), "r"(x[i][3]), "r"(y[j][0]), "r"(y[j][1]));
      }
    }
#else
    for (int i = 0; i < kRows; i++) {
      for (int j = 0; j < kColumns; j++) {
        for (int v = 0; v < 4; v++) {
          for (int k = 0; k < 8; k++) {
            total[i][j][v] += a[k * kStrideA + i * 16 + group + v / 2 * 8] * b[k * kStrideB + j * 8 + place * 2 + v % 2];
          }
        }
      }
    }
#endif
  }

  static __device__ __forceinline__ void run(const Matmul& p) {
    __shared__ alignas(16) float tileA[2][BK * kStrideA];
    __shared__ alignas(16) float tileB[2][BK * kStrideB];
    const Work<BM, BN> work(p);
    const int warp = threadIdx.x / 32;
    const int group = threadIdx.x % 32 / 4;
    const int place = threadIdx.x % 4;
    const int rowInTile = warp / (BN / WN) * WM;
    const int columnInTile = warp % (BN / WN) * WN;

    Loader<float, BM, BK, kThreads, kStrideA, true, 1> loaderA(static_cast<const float*>(p.a) + work.batch * p.strideA, p.leadA,
                                                                  p.transposeA == 0, work.row, p.m, work.from);
    Loader<float, BN, BK, kThreads, kStrideB, true, 1> loaderB(static_cast<const float*>(p.b) + work.batch * p.strideB, p.leadB,
                                                                  p.transposeB != 0, work.column, p.n, work.from);
    const auto store = [&](int stage) {
      loaderA.store(0, tileA[stage], rounded);
      loaderB.store(0, tileB[stage], rounded);
    };
    float total[kRows][kColumns][4] = {};
    int left = work.to - work.from;
    if (left > 0) {
      loaderA.fetch(0, left);
      loaderB.fetch(0, left);
      store(0);
    }
    __syncthreads();
    for (int stage = 0; left > 0; stage ^= 1) {
      left -= BK;
      if (left > 0) {
        loaderA.fetch(0, left);
        loaderB.fetch(0, left);
      }
#pragma unroll
      for (int k = 0; k < BK; k += 8) {
        multiply(total, &tileA[stage][k * kStrideA + rowInTile], &tileB[stage][k * kStrideB + columnInTile], group, place);
      }
      if (left > 0) store(stage ^ 1);
      __syncthreads();
    }

    float* out = static_cast<float*>(p.out) + (static_cast<Size>(work.split) * p.batch + work.batch) * p.m * p.n;
    const float* bias = static_cast<const float*>(p.bias);
#pragma unroll
    for (int j = 0; j < kColumns; j++) {
      const int column = work.column + columnInTile + j * 8 + place * 2;
      const float first = bias != nullptr && column < p.n ? bias[column] : 0.0f;
      const float second = bias != nullptr && column + 1 < p.n ? bias[column + 1] : 0.0f;
#pragma unroll
      for (int v = 0; v < 2 * kRows; v++) {
        const int row = work.row + rowInTile + v / 2 * 16 + group + v % 2 * 8;
        if (row >= p.m || column >= p.n) continue;
        float* to = out + static_cast<Size>(row) * p.n + column;
        const float(&t)[4] = total[v / 2][j];
        if (p.vectorOut != 0) {
          *reinterpret_cast<float2*>(to) = make_float2(t[v % 2 * 2] + first, t[v % 2 * 2 + 1] + second);
        } else {
          to[0] = t[v % 2 * 2] + first;
          if (column + 1 < p.n) to[1] = t[v % 2 * 2 + 1] + second;
        }
      }
    }
  }
};

}  // namespace

#define KD_TENSOR_MATMUL(name, blocks, ...)                                                                \
  extern "C" __global__ void __launch_bounds__((TensorProduct<__VA_ARGS__>::kThreads), blocks)              \
      name(const __grid_constant__ Matmul p) {                                                              \
    TensorProduct<__VA_ARGS__>::run(p);                                                                     \
  }

KD_TENSOR_MATMUL(matmul_tf32_128x128, 2, 128, 128, 16, 64, 64)
KD_TENSOR_MATMUL(matmul_tf32_64x64, 1, 64, 64, 16, 32, 32)

}  // namespace kd
