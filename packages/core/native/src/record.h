// The form in which calls arrive: a sequence of doubles, in which addresses, sizes and codes are exact, behind their number.
// src/backend/native/encode.ts writes it, and nothing in it is trusted: a Reader notes what is not as it should be.
//
//   kind, attributes…, outputs…, inputs…
//
// as the declarations in src/backend/kernels have them, without texts: generated/records.h has what reads each kind. Flags are 0 or 1,
// ops are codes. Where a kind counts the elements of an operand, their number is behind the attributes.
//
//   a dense operand       dtype, place, number of elements; −1 where it is left out
//   a strided operand     dtype, place; for each axis its size and its stride
//   pointwise operands    inputs, rank, sizes…, output, inputs…; each is dtype, place, strides… or −1, number
//   fusedPointwise        kind, elements, calls, operands, operands…, calls…
//                         an operand is 0 (dense) or 1 (one element), dtype, place; 2, dtype, number; or 3, dtype, scratch block
//                         a call is kind, op, parameters…, then the positions of output and three inputs
//
// A place is the address and the bytes of the memory that an operand lies in, and the position of its first element there.
#pragma once

#include <cmath>

#include "types.h"

namespace kd {

/** Whole numbers up to this one are exact in a double. */
constexpr double kMostExact = 9007199254740992.0;

/** The most that a size or a position is: less where addresses have 32 bits. */
constexpr double kMostSize = sizeof(Size) < 8 ? static_cast<double>(PTRDIFF_MAX) : kMostExact;

/** A product of sizes, or more than any memory holds where it is too large to count. */
inline Size elementCount(Size a, Size b = 1, Size c = 1) {
  Size product = 0;
  const bool over = __builtin_mul_overflow(a, b, &product) || __builtin_mul_overflow(product, c, &product);
  return over ? PTRDIFF_MAX : product;
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
  Size size(Size least = 0, double most = kMostSize) {
    const Size value = whole();
    if (value >= least && static_cast<double>(value) <= most) return value;
    holds_ = false;
    return least;
  }
  /** A code below the number of them. */
  int code(int codes) { return static_cast<int>(size(0, codes - 1)); }
  DType dtype() { return static_cast<DType>(code(kDTypeCount)); }
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
    const bool known = address > 0 && address <= kMostExact && bytes >= 0 && bytes <= kMostExact;
    holds_ &= known;
    return {known ? reinterpret_cast<char*>(static_cast<std::uintptr_t>(address)) : nullptr, bytes, offset};
  }
  /** The first element of a place whose elements lie between two positions, counted from it; the last one included. */
  char* within(const Place& place, DType dtype, double first, double last) {
    const double bytes = static_cast<double>(bytesOf(dtype));
    if (place.offset + first >= 0 && (place.offset + last + 1) * bytes <= place.bytes)
      return place.start + static_cast<Size>(place.offset) * bytesOf(dtype);
    holds_ = false;
    return nullptr;
  }

  /** An operand without gaps, of any dtype and number of elements. */
  Operand dense() {
    const DType type = dtype();
    const Place at = place();
    const Size count = size();
    return {type, count == 0 ? at.start : within(at, type, 0, static_cast<double>(count - 1)), count};
  }
  /** The same, with so many elements. */
  Operand dense(Size count) {
    const Operand operand = dense();
    holds_ &= operand.count == count;
    return operand;
  }
  /** Whether an operand is left out; goes on behind it then. */
  bool isLeftOut() {
    if (next_ >= end_ || *next_ != -1) return false;
    next_++;
    return true;
  }
  /** An operand of this shape, with any strides. */
  template <int N> Strided<N> strided(const Size (&shape)[N]) {
    Strided<N> operand;
    operand.dtype = dtype();
    const Place at = place();
    double first = 0;
    double last = 0;
    bool empty = false;
    for (int d = 0; d < N; d++) {
      holds_ &= whole() == shape[d];
      operand.strides[d] = whole();
      const double reach = static_cast<double>(shape[d] - 1) * static_cast<double>(operand.strides[d]);
      (reach < 0 ? first : last) += reach;
      empty |= shape[d] == 0;
    }
    operand.data = empty ? at.start : within(at, operand.dtype, first, last);
    return operand;
  }

 private:
  static constexpr double kMostWords = 1 << 16;

  const double* next_;
  const double* end_;
  bool holds_ = true;
};

}  // namespace kd
