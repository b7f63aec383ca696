// Kernels for the emulator's own tests.

struct Vector {
  const float* x;
  float* out;
  int n;
  float factor;
};

/** No barrier. */
extern "C" __global__ void __launch_bounds__(256) scale(const __grid_constant__ Vector p) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < p.n) p.out[i] = p.x[i] * p.factor;
}

/** Turns each block's part around, through static shared memory. */
extern "C" __global__ void reverseBlock(const Vector p) {
  __shared__ float tile[256];
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  tile[threadIdx.x] = p.x[i];
  __syncthreads();
  p.out[i] = tile[blockDim.x - 1 - threadIdx.x];
}

/** The sum of each block's part: dynamic shared memory, a tree of barriers. */
extern "C" __global__ void sumBlock(const Vector p) {
  KD_DYNAMIC_SHARED(float, part);
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  part[threadIdx.x] = i < p.n ? p.x[i] : 0.0f;
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (int(threadIdx.x) < half) part[threadIdx.x] += part[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0) p.out[blockIdx.x] = part[0];
}

/** The sum of a block's part by shuffles, then of the warps' sums by one warp. */
extern "C" __global__ void sumWarps(const Vector p) {
  __shared__ float part[32];
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  float sum = i < p.n ? p.x[i] : 0.0f;
  for (int offset = 16; offset > 0; offset /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, offset);
  if (lane == 0) part[warp] = sum;
  __syncthreads();
  if (warp != 0) return;
  sum = lane < int(blockDim.x) / 32 ? part[lane] : 0.0f;
  for (int offset = 16; offset > 0; offset /= 2) sum += __shfl_down_sync(0xffffffffu, sum, offset);
  if (lane == 0) p.out[blockIdx.x] = sum;
}
