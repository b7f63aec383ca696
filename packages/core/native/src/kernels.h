// What one instruction set offers: loops over contiguous memory. Layouts, threads and dtype conversions stand above it.
#pragma once

#include "types.h"

namespace kd {

/** Works on `n` elements. Operands marked as single are one element that counts as `n` equal ones. */
using Loop = void (*)(Size n, void* out, const void* a, const void* b, const void* c, const double* parameters);

/** Reduces `rows` lines of `length` elements that lie one after another. */
using ReduceRows = void (*)(Size rows, Size length, const void* input, void* out);

/** Reduces the columns [first, last) of a [length, width] matrix; `out` is the place of column 0. */
using ReduceColumns = void (*)(Size length, Size width, Size first, Size last, const void* input, void* out);

struct Reduction {
  /** Write the dtype of the reduction. */
  ReduceRows rows;
  ReduceColumns columns;
  /** Write the dtype of `partial`, in which sums are kept between blocks. */
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
struct Product {
  void* out;
  Matrix a;
  Matrix b;
  Size m;
  Size n;
  Size k;
};

struct Kernels {
  const char* name;
  /** Null where only float64 arithmetic gives the result: the caller converts. */
  Loop unary[kUnary][kDTypes];
  /** By operation, dtype and which operands are single: bit 0 for a, bit 1 for b; never both. */
  Loop binary[kBinary][kDTypes][4];
  /** By dtype and which of the two choices are single. */
  Loop where[kDTypes][4];
  /** From the first dtype to the second. */
  Loop convert[kDTypes][kDTypes];
  /** One element over all. */
  Loop fill[kDTypes];
  Reduction reduce[kReduce][kDTypes];
  void (*multiply[kDTypes])(const Product& product);
};

}  // namespace kd
