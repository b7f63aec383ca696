// The form in which calls arrive: a sequence of doubles, in which addresses, sizes and codes are exact. src/backend/native/encode.ts
// writes it.
//
//   copy, unary, binary, where,  kind, operation, parameter 0, parameter 1, inputs, rank, sizes…, output, inputs…
//   activationBackward           an operand is dtype, address, strides… or −1, number
//   reduce, argReduce, cumsum,   kind, operation, dtype of the input, outer, length, inner, output address, input address
//   argsort
//   matmul                       kind, dtype, batch, m, n, k, output address, then for a and b: address, step between matrices,
//                                step between rows, whether the rows are those of the transpose; bias address
//   indexSelect, indexAdd,       kind, dtype, outer, length, inner, count, output address, address of the input or the source,
//   gather, scatterAdd           address of the index
//   assertRange                  kind, dtype, count, low, high, the value that passes besides, input address
//   chain                        kind, elements, calls, operands, operands…, calls…
//                                an operand is 0 (dense) or 1 (one element), dtype, address; 2, dtype, number; or 3, dtype, scratch block
//                                a call is kind, operation, parameter 0, parameter 1, then the positions of output and three inputs
//   softmax, softmaxBackward     kind, dtype, whether the logarithm is meant, outer, length, inner, addresses of the output and inputs
//   crossEntropy                 kind, dtype, dtype of the target, rows, classes, ignored class, addresses of target, x, log softmax,
//                                losses, count
//   crossEntropyBackward         kind, dtype, dtype of the target, rows, classes, ignored class, addresses of target, log softmax,
//                                output, gradient of the losses, step between its elements
//   mse, bce and Backward        kind, dtype, count, divisor, addresses of the output, x, y and the gradient
//   layerNorm                    kind, dtype, rows, length, eps, addresses of y, x, mean, rstd, weight, bias
//   layerNormBackward            kind, dtype, rows, length, 0, addresses of the gradient of x, x, mean, rstd, weight, gradient of y,
//                                gradients of weight and bias
//   sgdStep, adamStep,           kind, dtype, count, weight decay, whether to maximize, the kind's flag, whether it is the first step,
//   rmspropStep, adagradStep     three numbers (StepRule), address of those of this step; for each parameter: count, addresses of
//                                parameter, gradient, and three that are kept
//
// An address is 0 where an operand is left out.
#pragma once

#include "types.h"

namespace kd {

class Reader {
 public:
  explicit Reader(const double* words) : next_(words) {}
  double number() { return *next_++; }
  Size size() { return static_cast<Size>(*next_++); }
  int integer() { return static_cast<int>(*next_++); }
  bool flag() { return *next_++ != 0; }
  template <class E> E code() { return static_cast<E>(integer()); }
  template <class T = void> T* address() { return reinterpret_cast<T*>(static_cast<std::intptr_t>(*next_++)); }

 private:
  const double* next_;
};

}  // namespace kd
