// The form in which calls arrive: a sequence of doubles, in which addresses, sizes and codes are exact, behind their number.
// src/backend/native/encode.ts writes it, and nothing in it is trusted: a Reader notes what is not as it should be.
//
//   kind, attributes…, outputs…, inputs…
//
// as the declarations in src/backend/kernels have them, without texts: generated/records.h has what reads each kind. Flags are 0 or 1,
// ops are codes. Where a kind counts the elements of an operand, their number is behind the attributes.
//
//   a dense operand       dtype, buffer view, number of elements; −1 where it is omitted
//   a strided operand     dtype, buffer view; for each axis its size and its stride
//   pointwise operands    inputs, rank, sizes…, output, inputs…; each is dtype, buffer view, strides… or −1, number
//   stepOfProducts        kind, products, products…, then the kind of an optimizer's step and its record
//                         a product is the position of a parameter, and two dense operands
//   columnTotals          kind, rows, columns, two dense operands: totals, and a matrix
//   lines                 kind, op, rows, elements from one line to the next, m, n, then the operands of the op (src/lines.cpp):
//                         0: n lines, rows [rows, n]; 1: whether w is transposed, n lines, m lines, w [m, n] or [n, m], bias [n] or −1;
//                         2: sums [m, n], m lines, n lines; 3: totals [n], n lines
//   sharedTasks           kind, tasks, the number of calls of each; its calls are the records that follow in a graph
//   fusedPointwise        kind, elements, calls, operands, operands…, calls…
//                         an operand is 0 (dense) or 1 (one element), dtype, buffer view; 2, dtype, number; or 3, dtype, scratch block
//                         a call is kind, op, parameters…, then the positions of output and three inputs
//
// A buffer view is the address and the bytes of the memory that an operand lies in, and the position of its first element there.
#pragma once

#include <cmath>

#include "types.h"

namespace kd {

/** Integers up to this one are exact in a double. */
constexpr double kMaxExact = 9007199254740992.0;

/** The largest size or position: less where addresses have 32 bits. */
constexpr double kMaxSize = sizeof(Size) < 8 ? static_cast<double>(PTRDIFF_MAX) : kMaxExact;

/** A product of sizes, or more than any memory holds where it is too large to count. */
template <class... Sizes> Size elementCount(Size first, Sizes... others) {
  Size product = first;
  const bool over = (false || ... || __builtin_mul_overflow(product, static_cast<Size>(others), &product));
  return over ? PTRDIFF_MAX : product;
}

/** Elements from the start of the first window to the end of the last one. */
inline double spanOf(Size count, Size stride, Size kernel, Size dilation) {
  return static_cast<double>(count - 1) * static_cast<double>(stride) +
         static_cast<double>(kernel - 1) * static_cast<double>(dilation) + 1;
}

/** Where an operand lies, and what its elements are. */
struct Operand {
  DType dtype;
  void* data;
  Size count;
};

template <int N> struct Strided {
  DType dtype;
  void* data;
  Size strides[N];
};

class Reader {
 public:
  /** Reads a record from the number of its words on. */
  explicit Reader(const double* record) : next_(record + 1), end_(record + 1) {
    if (*record >= 0 && *record <= kMaxWords) end_ += static_cast<Size>(*record);
  }

  /** Whether all that was read is as it should be. */
  bool valid() const { return valid_; }
  /** Whether nothing is left. */
  bool atEnd() const { return next_ == end_; }
  void expect(bool condition) { valid_ &= condition; }

  double number() {
    if (next_ < end_) return *next_++;
    valid_ = false;
    return 0;
  }
  /** A whole number, which may be negative. */
  Size integer() {
    const double word = number();
    if (word >= -kMaxSize && word <= kMaxSize && word == std::trunc(word)) return static_cast<Size>(word);
    valid_ = false;
    return 0;
  }
  /** A whole number from `min` to `max`; `min` where it is none. */
  Size size(Size min = 0, double max = kMaxSize) {
    const Size value = integer();
    if (value >= min && static_cast<double>(value) <= max) return value;
    valid_ = false;
    return min;
  }
  /** A code below the number of them. */
  int code(int codes) { return static_cast<int>(size(0, codes - 1)); }
  DType dtype() { return static_cast<DType>(code(kDTypeCount)); }
  bool flag() { return code(2) != 0; }

  /** The first byte of the memory that an operand lies in, its bytes, and the position of the first element. */
  struct BufferView {
    char* start;
    double bytes;
    double offset;
  };
  BufferView bufferView() {
    const double address = number();
    const double bytes = number();
    const double offset = static_cast<double>(integer());
    const bool known = address > 0 && address <= kMaxExact && bytes >= 0 && bytes <= kMaxExact;
    valid_ &= known;
    return {known ? reinterpret_cast<char*>(static_cast<std::uintptr_t>(address)) : nullptr, bytes, offset};
  }
  /** The first element of a view whose elements lie between two positions, counted from it; the last one included. */
  char* within(const BufferView& view, DType dtype, double first, double last) {
    const double bytes = static_cast<double>(bytesOf(dtype));
    if (view.offset + first >= 0 && (view.offset + last + 1) * bytes <= view.bytes)
      return view.start + static_cast<Size>(view.offset) * bytesOf(dtype);
    valid_ = false;
    return nullptr;
  }

  /** An operand without gaps, of any dtype and number of elements. */
  Operand dense() {
    const DType type = dtype();
    const BufferView view = bufferView();
    const Size count = size();
    return {type, count == 0 ? view.start : within(view, type, 0, static_cast<double>(count - 1)), count};
  }
  /** The same, with so many elements. */
  Operand dense(Size count) {
    const Operand operand = dense();
    valid_ &= operand.count == count;
    return operand;
  }
  /** Whether an operand is omitted; goes on behind it then. */
  bool isOmitted() {
    if (next_ >= end_ || *next_ != -1) return false;
    next_++;
    return true;
  }
  /** An operand of this shape, with any strides. */
  template <int N> Strided<N> strided(const Size (&shape)[N]) {
    Strided<N> operand;
    operand.dtype = dtype();
    const BufferView view = bufferView();
    double first = 0;
    double last = 0;
    bool empty = false;
    for (int d = 0; d < N; d++) {
      valid_ &= integer() == shape[d];
      operand.strides[d] = integer();
      const double reach = static_cast<double>(shape[d] - 1) * static_cast<double>(operand.strides[d]);
      (reach < 0 ? first : last) += reach;
      empty |= shape[d] == 0;
    }
    operand.data = empty ? view.start : within(view, operand.dtype, first, last);
    return operand;
  }

 private:
  static constexpr double kMaxWords = 1 << 16;

  const double* next_;
  const double* end_;
  bool valid_ = true;
};

}  // namespace kd
