// The structures that kernels take by value. src/backend/cuda/plan/parameters.ts lays them out alike; a test compares the two.
#pragma once

#include <cstdint>

namespace kd {

/** Axes of a strided launch. What has more after merging is done in several launches. */
constexpr int kMaxRank = 6;
/** Tensors in one launch of an optimizer step. */
constexpr int kMostTensors = 32;

/** Where kernels complain: 64 bytes of zeros until the first complaint. */
struct ErrorCell {
  std::int32_t code;
  std::int32_t call;
  double value;
  double index;
  char rest[40];
};

/** Copies `bytes` bytes, or fills them with a pattern of 8 where `x` is null. Both start at multiples of 16. */
struct FlatCopy {
  void* out;
  const void* x;
  std::uint64_t pattern;
  std::int64_t bytes;
};

/** Element-wise work on contiguous float32: each input is a pointer with step 1, one element with step 0, or a number where null. */
struct Flat {
  void* out;
  const void* inputs[3];
  float numbers[3];
  std::int32_t steps[3];
  std::uint32_t count;
  /** Whether all pointers allow loads of 16 bytes. */
  std::int32_t aligned;
  float parameters[2];
  std::int32_t op;
  std::int32_t unused;
};

struct StridedOperand {
  /** Null for a number. */
  void* data;
  /** The number, or the bits of it in the dtype that is moved. */
  double number;
  std::int64_t strides[kMaxRank];
  std::int32_t dtype;
  std::int32_t unused;
};

/** Element-wise work on any layout. A flat index is divided by sizes by multiplication: q = (n · multiplier) >> 32 >> shift. */
struct Strided {
  StridedOperand out;
  StridedOperand inputs[3];
  std::uint32_t count;
  std::int32_t rank;
  std::uint32_t sizes[kMaxRank];
  std::uint32_t multipliers[kMaxRank];
  std::uint32_t shifts[kMaxRank];
  std::int32_t op;
  std::int32_t unused;
  double parameters[2];
};

/** [outer, length, inner], worked along the middle axis. A block has lanes X · Y · Z = its threads, over inner, length and outer. */
struct Axis {
  void* out;
  const void* x;
  std::int64_t outer;
  std::int64_t length;
  std::int64_t inner;
  std::int32_t lanesX;
  std::int32_t lanesY;
  std::int32_t lanesZ;
  /** Parts that the length is cut into, each with its own result: out is [splits, outer, inner]. */
  std::int32_t splits;
};

struct ArgReduce {
  Axis axis;
  /** Positions [length, outer, inner] among which to choose, in an axis of x of this length; null for all. */
  const std::int32_t* candidates;
  std::int64_t candidateLength;
};

struct Sort {
  std::int32_t* out;
  const void* x;
  /** The order so far, in runs. */
  const std::int32_t* order;
  std::int64_t outer;
  std::int64_t length;
  std::int64_t inner;
  std::int64_t run;
  std::int32_t descending;
  std::int32_t unused;
};

struct SoftmaxBackward {
  Axis axis;
  const void* y;
};

struct CrossEntropy {
  void* losses;
  void* logProbabilities;
  void* count;
  const void* x;
  const void* target;
  std::int64_t rows;
  std::int64_t classes;
  std::int64_t ignoreIndex;
  std::int32_t targetDType;
  std::int32_t lanes;
};

struct CrossEntropyBackward {
  void* out;
  const void* logProbabilities;
  const void* target;
  const void* grad;
  std::int64_t gradStride;
  std::int64_t rows;
  std::int64_t classes;
  std::int64_t ignoreIndex;
  std::int32_t targetDType;
  std::int32_t unused;
};

struct LayerNorm {
  void* y;
  void* mean;
  void* rstd;
  const void* x;
  /** May be null. */
  const void* weight;
  const void* bias;
  std::int64_t rows;
  std::int64_t length;
  double eps;
  std::int32_t lanes;
  std::int32_t unused;
};

struct LayerNormBackward {
  void* dx;
  /** [splits, length], or null. */
  void* dWeight;
  void* dBias;
  const void* grad;
  const void* x;
  const void* mean;
  const void* rstd;
  const void* weight;
  std::int64_t rows;
  std::int64_t length;
  std::int32_t lanes;
  std::int32_t splits;
};

struct Matmul {
  /** [batch, m, n], or partial sums [splits, batch, m, n]. */
  void* out;
  const void* a;
  const void* b;
  /** [n], or null. */
  const void* bias;
  std::int64_t strideA;
  std::int64_t strideB;
  std::int64_t leadA;
  std::int64_t leadB;
  std::int32_t m;
  std::int32_t n;
  std::int32_t k;
  /** A multiple of the tile's depth. */
  std::int32_t depthOfSplit;
  std::int32_t splits;
  std::int32_t batch;
  std::int32_t transposeA;
  std::int32_t transposeB;
  /** Whether the output may be written 16 bytes at a time. */
  std::int32_t vectorOut;
  std::int32_t unused;
};

/** out [batch, rows] ← matrix [batch, rows, k] · vector [batch, k] + bias. */
struct MatrixVector {
  void* out;
  const void* matrix;
  const void* vector;
  const void* bias;
  std::int64_t strideMatrix;
  std::int64_t strideVector;
  std::int64_t lead;
  /** From one element of the vector to the next. */
  std::int64_t step;
  std::int32_t rows;
  std::int32_t k;
  /** 1, or 0 where there is one bias for all rows. */
  std::int32_t biasStep;
  /** Whether matrix and vector may be read 16 bytes at a time. */
  std::int32_t vectors;
};

/** out ← Σ over splits of partial sums [splits, count], plus bias[i mod n]. */
struct MatmulSum {
  void* out;
  const void* partial;
  const void* bias;
  std::int64_t count;
  std::int32_t n;
  std::int32_t splits;
};

struct Pick {
  void* out;
  const void* x;
  const std::int32_t* index;
  /** The order that sorts the index, for indexAdd and scatterAdd. */
  const std::int32_t* order;
  ErrorCell* error;
  std::int64_t outer;
  std::int64_t length;
  std::int64_t inner;
  std::int64_t count;
  std::int32_t call;
  /** Whether there is an index for each element, and not for each position along the axis only. */
  std::int32_t each;
};

struct RangeCheck {
  const void* x;
  /** The first offending position of each block; null where a single block works. */
  std::int64_t* partial;
  ErrorCell* error;
  std::int64_t count;
  double low;
  double high;
  double except;
  std::int32_t call;
  std::int32_t blocks;
};

/** A loss of pairs of elements, summed and divided, or its gradient. */
struct PairLoss {
  void* out;
  const void* x;
  const void* y;
  /** A scalar, for the gradient. */
  const void* grad;
  /** The sums of blocks in float64; null where a single block works. */
  double* partial;
  std::int64_t count;
  double divisor;
  std::int32_t blocks;
  std::int32_t unused;
};

/** Groups of tensors of an optimizer step: parameters, gradients, and up to three of state. */
struct Tensors {
  void* parameters[kMostTensors];
  const void* gradients[kMostTensors];
  void* state[3][kMostTensors];
  std::int64_t counts[kMostTensors];
  /** The first block of each tensor. */
  std::int32_t firstBlocks[kMostTensors];
  std::int32_t tensors;
  std::int32_t maximize;
  double weightDecay;
  /** Learning rate and the like, which live on the device. */
  const void* scalars;
  std::int32_t scalarsDType;
  std::int32_t unused;
};

struct SgdStep {
  Tensors tensors;
  double momentum;
  double dampening;
  std::int32_t nesterov;
  std::int32_t isFirst;
};

struct AdamStep {
  Tensors tensors;
  double beta1;
  double beta2;
  double eps;
  std::int32_t amsgrad;
  std::int32_t unused;
};

struct RmspropStep {
  Tensors tensors;
  double alpha;
  double eps;
  double momentum;
  std::int32_t centered;
  std::int32_t unused;
};

struct AdagradStep {
  Tensors tensors;
  double eps;
};

}  // namespace kd
