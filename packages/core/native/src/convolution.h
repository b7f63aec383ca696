// Convolutions of images [batch, channels, height, width], as src/backend/kernels/convolution.ts declares them.
#pragma once

#include "types.h"

namespace kd {

/** Windows along one axis of an image: output i sees i · stride − padding + p · dilation for p < kernel. */
struct Axis {
  Size length;  // of the image
  Size kernel;
  Size stride;
  Size padding;
  Size dilation;
  Size count;  // of outputs

  /** The position that element p of window i sees. */
  Size position(Size i, Size p) const { return i * stride - padding + p * dilation; }
  /** Elements from the start of the first window to the end of the last one. */
  Size span() const { return (count - 1) * stride + (kernel - 1) * dilation + 1; }
};

struct Convolution {
  Size batch;
  Size groups;
  Size inChannels;   // of a group
  Size outChannels;  // of a group
  Axis y;
  Axis x;
  /** The image, the weight and the result, or their gradients. */
  void* image;
  void* weight;
  void* bias;
  void* out;

  Size taps() const { return y.kernel * x.kernel; }
  Size plane() const { return y.length * x.length; }
  Size outPlane() const { return y.count * x.count; }
};

}  // namespace kd
