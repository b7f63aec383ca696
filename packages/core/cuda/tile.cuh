// How tiles of the operands of a matrix product come from device memory, through registers, into shared memory.
#pragma once

#include "kernel.cuh"

namespace kd {

/** Elements in 16 bytes. */
template <class T> constexpr int kVector = 16 / sizeof(T);

__device__ __forceinline__ void copyVector(float* to, const float* from) {
  *reinterpret_cast<float4*>(to) = *reinterpret_cast<const float4*>(from);
}
__device__ __forceinline__ void copyVector(double* to, const double* from) {
  *reinterpret_cast<double2*>(to) = *reinterpret_cast<const double2*>(from);
}
__device__ __forceinline__ void copyVector(std::int32_t* to, const std::int32_t* from) {
  *reinterpret_cast<int4*>(to) = *reinterpret_cast<const int4*>(from);
}

template <class T> struct alignas(16) Vector {
  T x[kVector<T>];
};

__device__ __forceinline__ int clamped(Size x, int most) { return x <= 0 ? 0 : (x < most ? static_cast<int>(x) : most); }

/**
 * Brings [depth, width] tiles of one operand, width counting rows of a or columns of b. In memory either the depth is contiguous or the
 * width is; in shared memory the width is. Each thread holds elements between `fetch` and `store`, so that the loads of the next tiles, as
 * many as `ahead` says, are on their way while this one is worked on. What lies outside the matrix is zero. With `vectors` the operand
 * allows loads of 16 bytes, none of which lies half outside.
 */
template <class T, int width, int depth, int threads, int stride, bool vectors, int ahead> struct Loader {
  static constexpr int kV = kVector<T>;
  static constexpr int kPer = width * depth / kV / threads;
  static_assert(kPer * kV * threads == width * depth, "every thread loads as many vectors");

  const T* pointer[kPer];
  /** Place in the tile. */
  int at[kPer];
  int along[kPer];
  /** Elements of the vector that lie inside the matrix, by its width. */
  int valid[kPer];
  Size advance;
  bool depthContiguous;
  /** Whether the whole width of the tile lies inside the matrix. */
  bool whole;
  Vector<T> held[ahead][kPer];

  /** `start` and `limit` are of the width; `from` is the first depth. */
  __device__ __forceinline__ Loader(const T* matrix, Size lead, bool depthContiguous, int start, int limit, int from)
      : depthContiguous(depthContiguous), whole(limit - start >= width) {
    advance = depthContiguous ? depth : depth * lead;
#pragma unroll
    for (int i = 0; i < kPer; i++) {
      const int vector = threadIdx.x + i * threads;
      if (depthContiguous) {
        // Two vectors of one row, then the next row: whole sectors of memory, and stores without bank conflicts.
        along[i] = (vector % 2 + vector / (2 * width) * 2) * kV;
        at[i] = vector / 2 % width;
        valid[i] = start + at[i] < limit ? kV : 0;
        pointer[i] = matrix + (start + at[i]) * lead + from + along[i];
      } else {
        at[i] = vector % (width / kV) * kV;
        along[i] = vector / (width / kV);
        valid[i] = clamped(static_cast<Size>(limit) - start - at[i], kV);
        pointer[i] = matrix + (from + along[i]) * lead + start + at[i];
      }
    }
  }

  /**
   * Loads the next tile, of which `left` of the depth lie inside the matrix, into one of `ahead` slots. All threads of a block take the
   * same branch, and tiles inside the matrix ask nothing of their elements. The loads must stand in a branch: compilers move those that
   * are in none behind the arithmetic, to where `store` first needs them.
   */
  __device__ __forceinline__ void fetch(int slot, int left) {
    if (whole && left >= depth) {
#pragma unroll
      for (int i = 0; i < kPer; i++) load(held[slot][i], pointer[i]);
    } else {
#pragma unroll
      for (int i = 0; i < kPer; i++) {
        const int reached = depthContiguous ? clamped(left - along[i], valid[i]) : (along[i] < left ? valid[i] : 0);
        loadSome(held[slot][i], pointer[i], reached);
      }
    }
#pragma unroll
    for (int i = 0; i < kPer; i++) pointer[i] += advance;
  }

  static __device__ __forceinline__ void load(Vector<T>& to, const T* from) {
    if constexpr (vectors) {
      copyVector(to.x, from);
    } else {
#pragma unroll
      for (int j = 0; j < kV; j++) to.x[j] = from[j];
    }
  }

  /** The first `count` elements of a vector, and zeros. */
  static __device__ __forceinline__ void loadSome(Vector<T>& to, const T* from, int count) {
#pragma unroll
    for (int j = 0; j < kV; j++) to.x[j] = T(0);
    if constexpr (vectors) {
      if (count > 0) copyVector(to.x, from);
    } else {
#pragma unroll
      for (int j = 0; j < kV; j++) {
        if (j < count) to.x[j] = from[j];
      }
    }
  }

  /** Puts what a slot holds into a tile, each element changed by f. */
  template <class F> __device__ __forceinline__ void store(int slot, T* tile, F f) const {
#pragma unroll
    for (int i = 0; i < kPer; i++) {
      Vector<T> values;
#pragma unroll
      for (int j = 0; j < kV; j++) values.x[j] = f(held[slot][i].x[j]);
      if (depthContiguous) {
#pragma unroll
        for (int j = 0; j < kV; j++) tile[(along[i] + j) * stride + at[i]] = values.x[j];
      } else {
        copyVector(&tile[along[i] * stride + at[i]], values.x);
      }
    }
  }
};

/** Which tile, split and batch a block works on. Neighbouring blocks share rows and columns, so that these stay in the L2 cache. */
template <int rows, int columns> struct Work {
  int row;
  int column;
  int from;
  int to;
  int split;
  Size batch;

  __device__ __forceinline__ explicit Work(const Matmul& p) {
    constexpr int group = 8;
    const int rowTiles = (p.m + rows - 1) / rows;
    const int columnTiles = (p.n + columns - 1) / columns;
    const int tile = blockIdx.x;
    const int first = tile / (group * columnTiles) * group;
    const int height = rowTiles - first < group ? rowTiles - first : group;
    const int within = tile % (group * columnTiles);
    row = (first + within % height) * rows;
    column = within / height * columns;
    split = blockIdx.y;
    batch = blockIdx.z;
    from = split * p.depthOfSplit;
    to = p.k - from < p.depthOfSplit ? p.k : from + p.depthOfSplit;
  }
};

}  // namespace kd
