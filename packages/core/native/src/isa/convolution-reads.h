// Which elements of an image the results of a convolution, or of its gradient by the image, are sums of.
#pragma once

#include "../convolution.h"
#include "convolution-tile.h"
#include "convolution-window.h"

namespace kd::KD_TARGET {

constexpr Size floorDivide(Size a, Size b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

/**
 * How results along an axis read: result r + phases · j, for a phase r < phases, is a sum over the elements p of the kernel that the phase
 * sees, of what is read at j · stride + base(r, p). There is one phase but for the gradient of a convolution with a stride.
 */
struct Reads {
  Size phases;
  Size stride;
  Size shift;
  Size dilation;
  Size kernel;
  Size results;
  Size length;  // of what is read

  static Reads forward(const Axis& axis) {
    return {1, axis.stride, -axis.padding, axis.dilation, axis.kernel, axis.count, axis.length};
  }
  static Reads backward(const Axis& axis) {
    return {axis.stride, 1, axis.padding, -axis.dilation, axis.kernel, axis.length, axis.count};
  }

  Size count(Size phase) const { return (results - phase + phases - 1) / phases; }
  bool sees(Size phase, Size p) const { return (phase + shift + p * dilation) % phases == 0; }
  Size base(Size phase, Size p) const { return (phase + shift + p * dilation) / phases; }
  /** The least and the greatest base. */
  Size low() const { return floorDivide(shift + min(0, (kernel - 1) * dilation), phases); }
  Size high() const { return floorDivide(phases - 1 + shift + max(0, (kernel - 1) * dilation), phases); }
  /** What results [first, first + count) of all phases read. */
  Range range(Size first, Size count) const { return {first * stride + low(), (count - 1) * stride + high() - low() + 1}; }

  /** Which of the first and the last result of a phase read what does not exist with an element of the kernel. */
  Size endsBeyond(Size phase, Size p) const {
    const Range inside = onAxis(base(phase, p), stride, count(phase), length);
    return endsOf(inside.first > 0 || inside.count == 0, inside.first + inside.count < count(phase));
  }
  /** Whether all that results read exists. */
  bool isInside() const { return low() >= 0 && (count(0) - 1) * stride + high() < length; }
};

/** The elements of the kernel along an axis that a phase sees: element i reads `base` + i · `step` for the first result. */
struct Seen {
  Size base;
  Size step;
  Size count;

  static Seen of(const Reads& axis, Size phase) {
    Seen seen{};
    for (Size p = 0; p < axis.kernel; p++) {
      if (!axis.sees(phase, p)) continue;
      if (seen.count == 0) seen.base = axis.base(phase, p);
      if (seen.count == 1) seen.step = axis.base(phase, p) - seen.base;
      seen.count++;
    }
    return seen;
  }
};

/** The products of one phase along both axes. */
template <class T> struct Phase {
  Size y;
  Size x;
  Size taps;
  Seen down;
  const Size* offsets;  // [element down][element across]
  const Size* ends;     // the first result of a row and the last one, where they read what does not exist
  const T* weights;  // of all groups: [group][block of channels][inner channel][tap][lane]
};

}  // namespace kd::KD_TARGET
