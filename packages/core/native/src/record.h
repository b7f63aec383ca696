// The form in which calls arrive: a sequence of doubles, in which addresses, sizes and codes are exact, behind their number.
// src/backend/native/encode.ts writes it, and nothing in it is trusted: a Reader notes what is not as it should be.
//
//   copy, unary, binary, where,  kind, operation, parameter 0, parameter 1, inputs, rank, sizes…, output, inputs…
//   activationBackward           an operand is dtype, place, strides… or −1, number
//   reduce, argReduce, cumsum,   kind, operation, outer, length, inner, input, output
//   argsort
//   matmul                       kind, batch, m, n, k, output, then for a and b: dtype, place, step between matrices, step between rows,
//                                whether the rows are those of the transpose; bias
//   indexSelect, indexAdd,       kind, outer, length, inner, count, output, input or source, index
//   gather, scatterAdd
//   assertRange                  kind, low, high, the value that passes besides, count, input
//   chain                        kind, elements, calls, operands, operands…, calls…
//                                an operand is 0 (dense) or 1 (one element), dtype, place; 2, dtype, number; or 3, dtype, scratch block
//                                a call is kind, operation, parameter 0, parameter 1, then the positions of output and three inputs
//   softmax, softmaxBackward     kind, whether the logarithm is meant, outer, length, inner, output, inputs
//   crossEntropy                 kind, rows, classes, ignored class, x, target, log softmax, losses, count
//   crossEntropyBackward         kind, rows, classes, ignored class, log softmax, target, output, gradient of the losses as dtype, place,
//                                step between its elements
//   mse, bce and Backward        kind, count, divisor, output, x, y and the gradient
//   layerNorm                    kind, rows, length, eps, y, x, mean, rstd, weight, bias
//   layerNormBackward            kind, rows, length, 0, gradient of x, x, mean, rstd, weight, gradient of y, gradients of weight and bias
//   sgdStep, adamStep,           kind, parameters, tensors kept of each, weight decay, whether to maximize, the kind's flag, whether it is
//   rmspropStep, adagradStep     the first step, three numbers (StepRule), those of this step; for each parameter: count, parameter,
//                                gradient, and three that are kept
//
// A place is the address and the bytes of the memory that an operand lies in, and the position of its first element there. Where nothing
// else is said, an operand is dtype, place and the number of its elements, which lie one behind the other; −1 where it is left out.
#pragma once

#include <cmath>

#include "types.h"

namespace kd {

/** Sizes and positions up to this one are exact in a double. */
constexpr double kMostSize = 9007199254740992.0;

/** A product of sizes, or more than any memory holds where it is too large to count. */
inline Size elements(Size a, Size b = 1, Size c = 1) {
  Size product = 0;
  const bool over = __builtin_mul_overflow(a, b, &product) || __builtin_mul_overflow(product, c, &product);
  return over ? PTRDIFF_MAX : product;
}

class Reader {
 public:
  /** Reads a record from the number of its words on. */
  explicit Reader(const double* record) : next_(record + 1), end_(record + 1) {
    if (*record >= 0 && *record <= kMostWords) end_ += static_cast<Size>(*record);
  }

  /** Whether all that was read is as it should be. */
  bool holds() const { return holds_; }
  /** Whether nothing is left. */
  bool atEnd() const { return next_ == end_; }
  void expect(bool holds) { holds_ &= holds; }

  double number() {
    if (next_ < end_) return *next_++;
    holds_ = false;
    return 0;
  }
  /** A whole number, which may be negative. */
  Size whole() {
    const double word = number();
    if (word >= -kMostSize && word <= kMostSize && word == std::trunc(word)) return static_cast<Size>(word);
    holds_ = false;
    return 0;
  }
  /** A whole number from `least` up to `most`; the least of them where it is none. */
  Size size(Size least = 0, Size most = PTRDIFF_MAX) {
    const Size value = whole();
    if (value >= least && value <= most) return value;
    holds_ = false;
    return least;
  }
  /** A code below the number of them. */
  int code(int codes) { return static_cast<int>(size(0, codes - 1)); }
  DType dtype() { return static_cast<DType>(code(kDTypes)); }
  bool flag() { return code(2) != 0; }

  /** The first byte of the memory that an operand lies in, its bytes, and the position of the first element. */
  struct Place {
    char* start;
    double bytes;
    double offset;
  };
  Place place() {
    const double address = number();
    const double bytes = number();
    const double offset = static_cast<double>(whole());
    const bool known = address > 0 && address <= kMostSize && bytes >= 0 && bytes <= kMostSize;
    holds_ &= known;
    return {known ? reinterpret_cast<char*>(static_cast<std::intptr_t>(address)) : nullptr, bytes, offset};
  }
  /** The first element of a place whose elements lie between two positions, counted from it; the last one included. */
  char* within(const Place& place, DType dtype, double first, double last) {
    const double bytes = static_cast<double>(bytesOf(dtype));
    if (place.offset + first >= 0 && (place.offset + last + 1) * bytes <= place.bytes)
      return place.start + static_cast<Size>(place.offset) * bytesOf(dtype);
    holds_ = false;
    return nullptr;
  }

  /** An operand without gaps: its dtype, and where it lies. */
  struct Dense {
    DType dtype;
    char* data;
  };
  /** One of any dtype. */
  Dense dense(Size count) {
    const DType type = dtype();
    const Place at = place();
    const Size given = whole();
    holds_ &= given == count;
    return {type, count == 0 ? at.start : within(at, type, 0, static_cast<double>(count - 1))};
  }
  template <class T = void> T* dense(DType expected, Size count) {
    const Dense operand = dense(count);
    holds_ &= operand.dtype == expected;
    return reinterpret_cast<T*>(operand.data);
  }
  /** The same, or null where it is left out. */
  void* optional(DType expected, Size count) {
    if (next_ >= end_ || *next_ != -1) return dense(expected, count);
    next_++;
    return nullptr;
  }

 private:
  static constexpr double kMostWords = 1 << 16;

  const double* next_;
  const double* end_;
  bool holds_ = true;
};

}  // namespace kd
