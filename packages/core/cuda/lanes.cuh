// A block of 256 threads seen as lanes over the inner axis (x), the axis worked along (y) and the outer axis (z), all powers of two.
#pragma once

#include "kernel.cuh"

namespace kd {

constexpr int kLaneThreads = 256;

struct Lanes {
  int thread;
  int sizeX;
  int sizeY;
  int x;
  int y;
  /** Where this thread's line lies. */
  Size outer;
  Size inner;
  /** Whether there is such a line. */
  bool active;

  __device__ __forceinline__ explicit Lanes(const Axis& axis) : thread(threadIdx.x), sizeX(axis.lanesX), sizeY(axis.lanesY) {
    x = thread & (sizeX - 1);
    const int plane = sizeX * sizeY;
    y = (thread & (plane - 1)) / sizeX;
    const int z = thread / plane;
    const Size innerTiles = (axis.inner + sizeX - 1) / sizeX;
    const Size outerTile = blockIdx.x / innerTiles;
    outer = outerTile * axis.lanesZ + z;
    inner = (blockIdx.x - outerTile * innerTiles) * sizeX + x;
    active = outer < axis.outer && inner < axis.inner;
  }
};

/** Rows of a matrix: lanes over y and z alone. */
__device__ __forceinline__ Axis rowsAxis(Size rows, Size length, int lanes) {
  Axis axis{};
  axis.outer = rows;
  axis.length = length;
  axis.inner = 1;
  axis.lanesX = 1;
  axis.lanesY = lanes;
  axis.lanesZ = kLaneThreads / lanes;
  axis.splits = 1;
  return axis;
}

/**
 * The combination of the values of all y; the same result in all of them. Called by all threads of the block. The order depends on
 * the lanes alone.
 */
template <class T, class Combine> __device__ __forceinline__ T reduceLanes(const Lanes& lanes, T value, T* shared, Combine combine) {
#pragma unroll 1
  for (int offset = lanes.sizeX * lanes.sizeY / 2; offset >= lanes.sizeX; offset /= 2) {
    if (offset >= 32) {
      __syncthreads();
      shared[lanes.thread] = value;
      __syncthreads();
      value = combine(value, shared[lanes.thread ^ offset]);
    } else {
      value = combine(value, __shfl_xor_sync(0xffffffffu, value, offset));
    }
  }
  return value;
}

}  // namespace kd
