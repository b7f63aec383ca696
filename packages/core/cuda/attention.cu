// Attention of queries to keys in tiles of scores, which are kept nowhere, and its gradients, which compute them anew:
// https://arxiv.org/abs/2205.14135. Every sum has one order, whatever else runs.
#include "functions.cuh"

namespace kd {
namespace {

constexpr int kTile = 32;                      // queries and keys of a tile
constexpr int kThreads = 256;                  // 16 × 16, each with 2 × 2 scores
constexpr int kSide = 16;                      // threads along a side
constexpr int kWide = 64;                      // columns of a result that a block computes
constexpr int kParts = kWide / kSide;          // of these, the columns of a thread
constexpr int kRowThreads = kThreads / kTile;  // threads that share a row of scores
constexpr int kShare = kTile / kRowThreads;     // scores of each of them

template <class T> using Square = T[kTile][kTile + 1];

/** Shared memory in which two squares of operands, and rows of one, take turns. */
template <class T> union Operands {
  struct {
    Square<T> a;
    Square<T> b;
  } tiles;
  T rows[kTile][kWide];
};

/** One head of an operand: rows by position. */
template <class T> struct Head {
  T* data;
  Size row;
  Size column;

  __device__ __forceinline__ Head(const AttentionHeads& heads, Size batch, Size head)
      : data(static_cast<T*>(heads.data)), row(heads.strides[2]), column(heads.strides[3]) {
    if (data != nullptr) data += batch * heads.strides[0] + head * heads.strides[1];
  }
  __device__ __forceinline__ T& at(Size r, Size c) const { return data[r * row + c * column]; }
};

/** What a block works on: the operands of its head. */
template <class T> struct Work {
  const Attention& p;
  Size index;
  Size first;
  Head<T> query, key, value, mask, out, grad;

  __device__ __forceinline__ Work(const Attention& p, Size rows)
      : Work(p, blockIdx.x / ((rows + kTile - 1) / kTile), blockIdx.x % ((rows + kTile - 1) / kTile) * kTile, 0) {}
  __device__ __forceinline__ Work(const Attention& p, Size index, Size first, int)
      : p(p), index(index), first(first), query(p.query, index / p.heads, index % p.heads), key(p.key, index / p.heads, index % p.heads),
        value(p.value, index / p.heads, index % p.heads), mask(p.mask, index / p.heads, index % p.heads),
        out(p.out, index / p.heads, index % p.heads), grad(p.grad, index / p.heads, index % p.heads) {}
};

/** to [32, 32] ← elements of a head from a row and a column on; zeros where there are none. */
template <class T> __device__ __forceinline__ void loadTile(Square<T>& to, const Head<T>& from, Size row, Size rows, Size column, Size columns) {
#pragma unroll 1
  for (int i = threadIdx.x; i < kTile * kTile; i += kThreads) {
    const Size r = row + i / kTile;
    const Size c = column + i % kTile;
    to[i / kTile][i % kTile] = r < rows && c < columns ? from.at(r, c) : T(0);
  }
}

/** The products of 32 rows of a and 32 rows of b, 2 × 2 for each thread. */
template <class T>
__device__ __forceinline__ void products(T (&result)[2][2], const Head<T>& a, Size rowA, Size rowsA, const Head<T>& b, Size rowB, Size rowsB,
                                         Size depth, Operands<T>& operands) {
  Square<T>& tileA = operands.tiles.a;
  Square<T>& tileB = operands.tiles.b;
  const int y = threadIdx.x / kSide;
  const int x = threadIdx.x % kSide;
  for (int i = 0; i < 2; i++) result[i][0] = result[i][1] = T(0);
  for (Size start = 0; start < depth; start += kTile) {
    __syncthreads();
    loadTile(tileA, a, rowA, rowsA, start, depth);
    loadTile(tileB, b, rowB, rowsB, start, depth);
    __syncthreads();
#pragma unroll (sizeof(T) == 8 ? 2 : 4)
    for (int e = 0; e < kTile; e++) {
      const T a0 = tileA[y][e], a1 = tileA[y + kSide][e], b0 = tileB[x][e], b1 = tileB[x + kSide][e];
      result[0][0] += a0 * b0;
      result[0][1] += a0 * b1;
      result[1][0] += a1 * b0;
      result[1][1] += a1 * b1;
    }
  }
}

/** Scores of the queries and keys from these on: scaled, masked, −∞ where a query sees no key. */
template <class T>
__device__ __forceinline__ void scoresOf(Square<T>& scores, const Work<T>& work, Size query, Size key, Operands<T>& operands) {
  const Attention& p = work.p;
  T result[2][2];
  products(result, work.query, query, p.length, work.key, key, p.keys, p.size, operands);
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 2; j++) {
      const int y = threadIdx.x / kSide + i * kSide;
      const int x = threadIdx.x % kSide + j * kSide;
      const Size q = query + y;
      const Size k = key + x;
      const bool isSeen = k < p.keys && !(p.causal != 0 && k > q);
      T score = result[i][j] * static_cast<T>(p.scale);
      if (work.mask.data != nullptr && isSeen && q < p.length) score += work.mask.at(q, k);
      scores[y][x] = isSeen ? score : Limits<T>::lowest;
    }
  }
}

/** total [2, 4] += left [32, 32] · rows of a head, its columns from `column` on; `left` is read by its columns where `turned`. */
template <class T, bool turned>
__device__ __forceinline__ void addProducts(T (&total)[2][kParts], const Square<T>& left, const Head<T>& from, Size row, Size rows, Size column,
                                            Size columns, Operands<T>& operands) {
  T(&right)[kTile][kWide] = operands.rows;
  const int y = threadIdx.x / kSide;
  const int x = threadIdx.x % kSide;
  __syncthreads();
#pragma unroll 1
  for (int i = threadIdx.x; i < kTile * kWide; i += kThreads) {
    const Size r = row + i / kWide;
    const Size c = column + i % kWide;
    right[i / kWide][i % kWide] = r < rows && c < columns ? from.at(r, c) : T(0);
  }
  __syncthreads();
#pragma unroll (sizeof(T) == 8 ? 2 : 4)
  for (int j = 0; j < kTile; j++) {
    const T a0 = turned ? left[j][y] : left[y][j];
    const T a1 = turned ? left[j][y + kSide] : left[y + kSide][j];
#pragma unroll
    for (int c = 0; c < kParts; c++) {
      const T b = right[j][x + c * kSide];
      total[0][c] += a0 * b;
      total[1][c] += a1 * b;
    }
  }
}

/** Writes this thread's elements of a result. */
template <class T>
__device__ __forceinline__ void writeTile(const T (&total)[2][kParts], const Head<T>& to, Size row, Size rows, Size column, Size columns) {
  for (int i = 0; i < 2; i++) {
    for (int c = 0; c < kParts; c++) {
      const Size r = row + threadIdx.x / kSide + i * kSide;
      const Size at = column + threadIdx.x % kSide + c * kSide;
      if (r < rows && at < columns) to.at(r, at) = total[i][c];
    }
  }
}

/** Combines a value of the threads of a row; the same in all of them. */
template <class T, class Combine> __device__ __forceinline__ T overRow(T value, Combine combine) {
  for (int offset = kRowThreads / 2; offset > 0; offset /= 2) value = combine(value, __shfl_xor_sync(0xffffffffu, value, offset));
  return value;
}

/** A block has 32 queries and 64 columns of their values; it goes through the keys, and scales down what it has when a maximum grows. */
template <class T> __device__ __forceinline__ void forward(const Attention& p) {
  __shared__ Operands<T> operands;
  __shared__ Square<T> scores;
  __shared__ T shrink[kTile];
  const Work<T> work(p, p.length);
  const int row = threadIdx.x / kRowThreads;
  const int part = threadIdx.x % kRowThreads;
  const Size column = static_cast<Size>(blockIdx.y) * kWide;
  const auto add = [](T a, T b) { return a + b; };
  const auto larger = [](T a, T b) { return b > a ? b : a; };
  T maximum = Limits<T>::lowest;
  T shift = 0;
  T sum = 0;
  T total[2][kParts] = {};
  const Size end = p.causal != 0 && work.first + kTile < p.keys ? work.first + kTile : p.keys;
  for (Size key = 0; key < end; key += kTile) {
    scoresOf(scores, work, work.first, key, operands);
    __syncthreads();
    T here = Limits<T>::lowest;
    for (int s = 0; s < kShare; s++) here = larger(here, scores[row][part + s * kRowThreads]);
    const T largest = larger(maximum, overRow(here, larger));
    shift = largest == Limits<T>::lowest ? T(0) : largest;
    const T scaled = expOf(maximum - shift);
    maximum = largest;
    T some = 0;
    for (int s = 0; s < kShare; s++) {
      const int j = part + s * kRowThreads;
      const T weight = expOf(scores[row][j] - shift);
      scores[row][j] = weight;
      some += weight;
    }
    sum = sum * scaled + overRow(some, add);
    if (part == 0) shrink[row] = scaled;
    __syncthreads();
    for (int i = 0; i < 2; i++) {
      for (int c = 0; c < kParts; c++) total[i][c] *= shrink[threadIdx.x / kSide + i * kSide];
    }
    addProducts<T, false>(total, scores, work.value, key, p.keys, column, p.valueSize, operands);
    __syncthreads();
  }
  const bool isBlind = (p.causal != 0 || work.mask.data != nullptr) && sum == T(0);
  const T divisor = isBlind ? Limits<T>::highest : sum;
  if (part == 0) {
    shrink[row] = divisor;
    if (blockIdx.y == 0 && work.first + row < p.length) {
      const Size at = work.index * p.length + work.first + row;
      static_cast<T*>(p.maximum)[at] = shift;
      static_cast<T*>(p.total)[at] = divisor;
    }
  }
  __syncthreads();
  for (int i = 0; i < 2; i++) {
    for (int c = 0; c < kParts; c++) total[i][c] /= shrink[threadIdx.x / kSide + i * kSide];
  }
  writeTile(total, work.out, work.first, p.length, column, p.valueSize);
}

/** weights ← those of a tile; slopes ← ∂L/∂score · scale, with `shares` Σ out·grad of each query. */
template <class T>
__device__ __forceinline__ void slopesOf(Square<T>& weights, Square<T>& slopes, const T (&shares)[kTile], const Work<T>& work, Size query, Size key,
                                         Operands<T>& operands) {
  const Attention& p = work.p;
  scoresOf(weights, work, query, key, operands);
  T byWeight[2][2];
  products(byWeight, work.grad, query, p.length, work.value, key, p.keys, p.valueSize, operands);
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 2; j++) {
      const int y = threadIdx.x / kSide + i * kSide;
      const int x = threadIdx.x % kSide + j * kSide;
      const Size at = work.index * p.length + query + y;
      const T weight = query + y < p.length ? expOf(weights[y][x] - static_cast<const T*>(p.maximum)[at]) / static_cast<const T*>(p.total)[at] : T(0);
      weights[y][x] = weight;
      slopes[y][x] = weight * (byWeight[i][j] - shares[y]) * static_cast<T>(p.scale);
    }
  }
}

/** shares ← Σ out·grad of 32 queries. */
template <class T> __device__ __forceinline__ void sharesOf(T (&shares)[kTile], const Work<T>& work, Size query) {
  const int row = threadIdx.x / kRowThreads;
  const Size q = query + row;
  T share = 0;
  if (q < work.p.length) {
    for (Size i = threadIdx.x % kRowThreads; i < work.p.valueSize; i += kRowThreads) share += work.out.at(q, i) * work.grad.at(q, i);
  }
  share = overRow(share, [](T a, T b) { return a + b; });
  __syncthreads();
  if (threadIdx.x % kRowThreads == 0) shares[row] = share;
}

/** 64 columns of the gradient of 32 queries. */
template <class T> __device__ __forceinline__ void queryGradient(const Attention& p) {
  __shared__ Operands<T> operands;
  __shared__ Square<T> weights, slopes;
  __shared__ T shares[kTile];
  const Work<T> work(p, p.length);
  const Size column = static_cast<Size>(blockIdx.y) * kWide;
  T total[2][kParts] = {};
  sharesOf(shares, work, work.first);
  const Size end = p.causal != 0 && work.first + kTile < p.keys ? work.first + kTile : p.keys;
  for (Size key = 0; key < end; key += kTile) {
    slopesOf(weights, slopes, shares, work, work.first, key, operands);
    addProducts<T, false>(total, slopes, work.key, key, p.keys, column, p.size, operands);
  }
  writeTile(total, Head<T>(p.queryGrad, work.index / p.heads, work.index % p.heads), work.first, p.length, column, p.size);
}

/** 64 columns of the gradients of 32 keys and values. */
template <class T> __device__ __forceinline__ void keyGradient(const Attention& p) {
  __shared__ Operands<T> operands;
  __shared__ Square<T> weights, slopes;
  __shared__ T shares[kTile];
  const Work<T> work(p, p.keys);
  const Size column = static_cast<Size>(blockIdx.y) * kWide;
  T keyTotal[2][kParts] = {};
  T valueTotal[2][kParts] = {};
  for (Size query = p.causal != 0 ? work.first : 0; query < p.length; query += kTile) {
    sharesOf(shares, work, query);
    slopesOf(weights, slopes, shares, work, query, work.first, operands);
    addProducts<T, true>(keyTotal, slopes, work.query, query, p.length, column, p.size, operands);
    addProducts<T, true>(valueTotal, weights, work.grad, query, p.length, column, p.valueSize, operands);
    __syncthreads();
  }
  const Size batch = work.index / p.heads;
  const Size head = work.index % p.heads;
  writeTile(keyTotal, Head<T>(p.keyGrad, batch, head), work.first, p.keys, column, p.size);
  writeTile(valueTotal, Head<T>(p.valueGrad, batch, head), work.first, p.keys, column, p.valueSize);
}

}  // namespace

#define KD_ATTENTION(suffix, T)                                                             \
  KD_KERNEL(attention_##suffix, kThreads, Attention) { forward<T>(p); }                     \
  KD_KERNEL(attentionQueryGradient_##suffix, kThreads, Attention) { queryGradient<T>(p); }  \
  KD_KERNEL(attentionKeyGradient_##suffix, kThreads, Attention) { keyGradient<T>(p); }

KD_ATTENTION(f32, float)
KD_ATTENTION(f64, double)

}  // namespace kd
