// Which elements of an image the results of a convolution, or of its gradient by the image, are sums of.
#pragma once

#include "../convolution.h"
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
};

/** The products of one phase along both axes. */
template <class T> struct Phase {
  Size y;
  Size x;
  Size taps;
  const Size* offsets;
  const T* weights;  // of all groups: [group][block of channels][inner channel][tap][lane]
};

}  // namespace kd::KD_TARGET
