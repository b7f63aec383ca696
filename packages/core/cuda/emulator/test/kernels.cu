// Kernels for the emulator's own tests. Each takes a Vector.

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

/** Each thread of a three-dimensional grid writes where it is. */
extern "C" __global__ void position(const Vector p) {
  const int threads = blockDim.x * blockDim.y * blockDim.z;
  const int block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const int thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  p.out[block * threads + thread] += float(100 * block + thread);
}

/** Turns each block's part around, through shared memory. */
extern "C" __global__ void reverseBlock(const Vector p) {
  __shared__ alignas(16) float tile[256];
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  tile[threadIdx.x] = p.x[i];
  __syncthreads();
  p.out[i] = tile[blockDim.x - 1 - threadIdx.x];
}

/** The same without the barrier that it needs. */
extern "C" __global__ void reverseBlockRacing(const Vector p) {
  __shared__ float tile[256];
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  tile[threadIdx.x] = p.x[i];
  p.out[i] = tile[threadIdx.x == 0 ? 0 : threadIdx.x - 1];
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

/** What each lane gets from every collective of a warp, 8 numbers a lane. */
extern "C" __global__ void collectives(const Vector p) {
  const int lane = threadIdx.x;
  float* const out = p.out + 8 * lane;
  out[0] = __shfl_sync(0xffffffffu, lane, 5, 8);
  out[1] = __shfl_up_sync(0xffffffffu, float(lane), 3);
  out[2] = __shfl_down_sync(0xffffffffu, double(lane), 3, 16);
  out[3] = __shfl_xor_sync(0xffffffffu, unsigned(lane), 1);
  out[4] = __popc(__ballot_sync(0xffffffffu, lane % 3 == 0));
  out[5] = 2 * __any_sync(0xffffffffu, lane == 31) + __all_sync(0xffffffffu, lane < 31);
  // Halves of a warp on their own.
  const unsigned half = lane < 16 ? 0x0000ffffu : 0xffff0000u;
  if (lane < 16) __syncwarp(half);
  out[6] = __popc(__ballot_sync(half, lane < 20));
  out[7] = 100 * __syncthreads_count(lane < 7) + 10 * __syncthreads_or(lane == 2) + __syncthreads_and(lane == 2);
}

/** A block of less than a warp reads from a lane that is not there. */
extern "C" __global__ void absentLane(const Vector p) {
  p.out[threadIdx.x] = __shfl_sync(0xffffffffu, float(threadIdx.x), int(threadIdx.x) + 8);
}

extern "C" __global__ void atomics(const Vector p) {
  int* const cells = reinterpret_cast<int*>(p.out);
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  atomicAdd(&p.out[0], p.x[i]);
  atomicAdd(&cells[1], 1);
  atomicMax(&cells[2], i);
  atomicMin(&cells[3], -i);
  atomicCAS(&cells[4], 0, i + 7);
  atomicExch(&cells[5], i);
}

/** The first half of a block goes to one barrier, the second to another. */
extern "C" __global__ void divergentBarrier(const Vector p) {
  if (threadIdx.x < blockDim.x / 2) {
    p.out[threadIdx.x] = 1;
    __syncthreads();
  } else {
    __syncthreads();
  }
}

/** One lane leaves the others waiting at a shuffle for a barrier. */
extern "C" __global__ void deadlock(const Vector p) {
  if (threadIdx.x == 3) {
    __syncthreads();
  } else {
    p.out[threadIdx.x] = __shfl_sync(0xffffffffu, p.x[threadIdx.x], 0);
  }
}

/** The threads of the second half leave before a barrier, which CUDA lets pass. */
extern "C" __global__ void earlyExit(const Vector p) {
  if (threadIdx.x >= blockDim.x / 2) return;
  __syncthreads();
  p.out[threadIdx.x] = 1;
}

/** Writes from n floats beyond. */
extern "C" __global__ void overrun(const Vector p) { p.out[p.n + int(threadIdx.x)] = 1; }

/** Reads n floats beyond. */
extern "C" __global__ void wild(const Vector p) {
  if (threadIdx.x == 5) p.out[0] = p.x[std::ptrdiff_t(p.n)];
}

extern "C" __global__ void sharedOverrun(const Vector p) {
  KD_DYNAMIC_SHARED(float, part);
  part[p.n + threadIdx.x] = p.x[0];
  p.out[0] = part[threadIdx.x];
}

/** Reads shared memory that nothing was written to. */
extern "C" __global__ void sharedUnwritten(const Vector p) {
  KD_DYNAMIC_SHARED(float, dynamic);
  __shared__ float own[64];
  if (p.n == 0) own[threadIdx.x] = dynamic[threadIdx.x] = 1;
  __syncthreads();
  p.out[0] = own[7];
  p.out[1] = dynamic[7];
}

extern "C" __global__ void trapped(const Vector p) {
  if (threadIdx.x == 2 && p.n == 3) __trap();
}

/** Recursion without an end that a compiler sees. */
__device__ __noinline__ float deeper(const Vector& p, int depth) {
  volatile float frame[64];
  frame[depth % 64] = p.factor;
  return depth > p.n ? frame[0] : deeper(p, depth + 1) + frame[depth % 64];
}
extern "C" __global__ void overflow(const Vector p) { p.out[0] = deeper(p, 0); }
