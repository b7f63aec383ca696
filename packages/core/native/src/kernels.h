// What one instruction set offers: loops over contiguous memory. Layouts, threads and dtype conversions stand above it.
#pragma once

#include "convolution.h"
#include "generated/attributes.h"
#include "types.h"

namespace kd {

/** Works on `n` elements. Scalar operands are one element that counts as `n` equal ones. */
using Loop = void (*)(Size n, void* out, const void* a, const void* b, const void* c, const double* parameters);

/** Reduces `rows` lines of `length` elements that lie one after another. */
using ReduceRows = void (*)(Size rows, Size length, const void* input, void* out);

/** Reduces the columns [first, last) of a [length, width] matrix; `out` is the address of column 0. */
using ReduceColumns = void (*)(Size length, Size width, Size first, Size last, const void* input, void* out);

struct Reduction {
  /** Write the dtype of the reduction. */
  ReduceRows rows;
  ReduceColumns columns;
  /** Write `partial`, the dtype of partial sums. */
  ReduceRows partialRows;
  ReduceColumns partialColumns;
  DType partial;
};

/** One matrix of a product; a step of 1 along rows or columns makes it row-major or column-major. */
struct Matrix {
  const void* data;
  Size rowStep;
  Size columnStep;
};

/** out [m, n], row-major without gaps ← a [m, k] · b [k, n], with k ≥ 1. */
struct Gemm {
  void* out;
  Matrix a;
  Matrix b;
  Size m;
  Size n;
  Size k;
  /** [n], to be added to each row, or null. */
  const void* bias = nullptr;
};

/** out ← softmax of `rows` lines of `length`, or its logarithm. */
using SoftmaxRows = void (*)(Size rows, Size length, const void* x, void* out);

/** out ← ∂L/∂x from ∂L/∂y and y. */
using SoftmaxBackwardRows = void (*)(Size rows, Size length, const void* grad, const void* y, void* out);

/** A loss of pairs of elements: their sum, and its gradient by x. */
struct Loss {
  double (*sum)(Size n, const void* x, const void* y);
  /** out ← ∂L/∂x, where the sum is divided by `divisor` and `grad`, one element, is ∂L of the quotient. */
  void (*gradient)(Size n, const void* x, const void* y, const void* grad, double divisor, void* out);
};

/** Rows of layer normalisation: null where there is no weight, bias, or gradient asked for. */
struct LayerNorm {
  Size length;
  double eps;
  const void* x;
  const void* weight;
  const void* bias;
  const void* grad;
  void* mean;
  void* rstd;
  /** y, or ∂L/∂x. */
  void* out;
};

/** A recurrent layer in one direction, and the operands of its kind, or of the gradient's: null where there is none. */
struct Recurrence {
  RecurrentCell op;
  Size batch;
  Size steps;
  Size hidden;
  Size output;
  Size width;
  Size saved;
  bool batchFirst;
  bool reverse;
  const void* gates;
  const void* first;
  const void* firstCell;
  /** [width, output]. */
  Matrix weight;
  const void* bias;
  /** [output, hidden]. */
  Matrix projection;
  const std::int32_t* lengths;
  void* y;
  void* last;
  void* lastCell;
  void* previous;
  void* activations;
  const void* grad;
  const void* lastGrad;
  const void* lastCellGrad;
  void* gatesGrad;
  void* firstGrad;
  void* firstCellGrad;
  void* hiddenGrad;
  void* outputGrad;
  void* unprojected;
};

/** Does a convolution, or returns false where it is out of the ordinary and left to plain loops. */
using Convolve = bool (*)(const Convolution& convolution);
/** Normalisation of channels: null where there is no weight, bias, gradient, or running statistics. */
struct BatchNorm {
  Size samples;
  Size channels;
  Size length;
  double eps;
  double momentum;
  const void* x;
  const void* weight;
  const void* bias;
  const void* grad;
  void* mean;
  void* variance;
  void* runningMean;
  void* runningVar;
  /** y, or ∂L/∂x. */
  void* out;
  void* weightGrad;
  void* biasGrad;
};

/** Windows on planes, and where they find their largest elements; `index` may be null. */
struct MaxPool {
  Axis y;
  Axis x;
  const void* from;
  void* to;
  std::int32_t* index;

  Size plane() const { return y.length * x.length; }
  Size outPlane() const { return y.count * x.count; }
};

/** What an attention writes: one matrix; steps as those of `Matrix`. */
struct OutputMatrix {
  void* data;
  Size rowStep;
  Size columnStep;
};

/** Queries that are worked on together. */
constexpr Size kAttentionQueries = 64;

/** One head of attention: queries [length, size], keys [keys, size] and values [keys, valueSize]. */
struct AttentionHead {
  Size length;
  Size keys;
  Size size;
  Size valueSize;
  double scale;
  /** Whether query i sees the keys up to the i-th alone. */
  bool causal;
  Matrix query;
  Matrix key;
  Matrix value;
  /** [length, keys], added to the scores, or null. */
  Matrix mask;
  /** [length] each: see the kind. */
  void* maximum;
  void* total;
  /** [length, valueSize]: written by the forward pass. */
  OutputMatrix out;
  /** ∂L/∂out, and the gradients asked for, of the backward pass. */
  Matrix grad;
  OutputMatrix queryGrad;
  OutputMatrix keyGrad;
  OutputMatrix valueGrad;
};

/** A parameter, its gradient and its state, in the order of the kind's outputs; null where there is none. */
struct StepTensor {
  Size count;
  const void* grad;
  void* param;
  void* state[3];
  /** Where there are these, element i of the gradient is a[i / columns] · b[i % columns], and lies nowhere. */
  const void* a = nullptr;
  const void* b = nullptr;
  Size columns = 0;
};

/** Moves the elements [first, last). `scalars` are the numbers of this step, in the parameters' dtype. */
template <class Attributes>
using StepLoop = void (*)(const Attributes& rule, const void* scalars, const StepTensor& tensor, Size first, Size last);

/** Elements of a row at most that are worked on as lines, which have one element of all rows. */
constexpr Size kLineWidth = 8;

/** Lines of the result, outStep apart ← w [n, k] · lines x, xStep apart, plus bias [n] unless it is null. */
struct LineProduct {
  float* out;
  Size outStep;
  const float* w;
  Size wRow;
  Size wColumn;
  const float* bias;
  const float* x;
  Size xStep;
  Size n;
  Size k;
  Size rows;
};

/** Lines, unless there is one, are a multiple of so many elements apart, with zeros behind their last rows. */
constexpr Size kLineUnit = 16;

/** Rows at least of what is worked on as lines. */
constexpr Size kFewestRows = 16;

/** What works on lines. All widths are kLineWidth at most. */
struct LineKernels {
  /** lines, `step` apart ← rows [rows, width], `fromStep` apart. */
  void (*fromRows)(float* lines, Size step, const float* from, Size fromStep, Size rows, Size width);
  void (*multiply)(const LineProduct& product);
  /** out [m, n] ← a · bᵗ for m and n lines. */
  void (*sums)(float* out, const float* a, Size aStep, const float* b, Size bStep, Size m, Size n, Size rows);
  /** out [width] ← the totals of lines, as those of columns are computed. */
  void (*totals)(double* out, const float* lines, Size step, Size width, Size rows);
};

struct Kernels {
  const char* name;
  /** Null where only float64 arithmetic gives the result: the caller converts. */
  Loop unary[kUnaryCount][kDTypeCount];
  /** By operation, dtype and which operands are scalars: bit 0 for a, bit 1 for b; never both. */
  Loop binary[kBinaryCount][kDTypeCount][4];
  /** By dtype and which of the two choices are scalars. */
  Loop where[kDTypeCount][4];
  /** From the first dtype to the second. */
  Loop convert[kDTypeCount][kDTypeCount];
  /** One element over all. */
  Loop fill[kDTypeCount];
  Reduction reduce[kReduceCount][kDTypeCount];
  /** Whether the bias has been added; else it is left to addBias. */
  bool (*gemm[kDTypeCount])(const Gemm& gemm);
  /** out [rows, n] += bias [n]. */
  void (*addBias[kDTypeCount])(Size rows, Size n, const void* bias, void* out);
  /** Those of activationBackward; null for the others. */
  Loop activationBackward[kUnaryCount][kDTypeCount];
  /** The last index: whether the logarithm is meant. */
  SoftmaxRows softmax[kDTypeCount][2];
  SoftmaxBackwardRows softmaxBackward[kDTypeCount][2];
  /** out [classes] ← (eˡ − onehot(target)) · grad, for one row. */
  void (*crossEntropyBackward[kDTypeCount])(Size classes, Size target, const void* l, const void* grad, void* out);
  Loss mse[kDTypeCount];
  Loss bce[kDTypeCount];
  void (*layerNorm[kDTypeCount])(const LayerNorm& norm, Size first, Size last);
  /** Adds Σ g·x̂ and Σ g over the rows to `sums`, [2, length], unless it is null. */
  void (*layerNormBackward[kDTypeCount])(const LayerNorm& norm, Size first, Size last, double* sums);
  Convolve convolve[kDTypeCount];
  Convolve convolveBackwardInput[kDTypeCount];
  Convolve convolveBackwardWeight[kDTypeCount];
  /** The queries of a head from `first` on, kAttentionQueries at most. */
  void (*attention[kDTypeCount])(const AttentionHead& head, Size first);
  void (*attentionBackward[kDTypeCount])(const AttentionHead& head);
  /** Channels [first, last). */
  void (*batchNorm[kDTypeCount])(const BatchNorm& norm, Size first, Size last);
  void (*batchNormBackward[kDTypeCount])(const BatchNorm& norm, Size first, Size last);
  /** Planes [first, last). */
  void (*maxPool2d[kDTypeCount])(const MaxPool& pool, Size first, Size last);
  /** Takes `rows` sequences, from `first` on, through all steps. */
  void (*recurrence[kDTypeCount])(const Recurrence& layer, Size first, Size rows, void* memory);
  void (*recurrenceBackward[kDTypeCount])(const Recurrence& layer, Size first, Size rows, void* memory);
  StepLoop<SgdStepAttributes> sgdStep[kDTypeCount];
  StepLoop<AdamStepAttributes> adamStep[kDTypeCount];
  StepLoop<RmspropStepAttributes> rmspropStep[kDTypeCount];
  StepLoop<AdagradStepAttributes> adagradStep[kDTypeCount];
  /** Nulls where rows are not worked on as lines. */
  LineKernels lines;
};

}  // namespace kd
