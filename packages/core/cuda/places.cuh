// Positions in tensors, whose division takes 32 bits where they fit.
#pragma once

#include "kernel.cuh"

namespace kd {

/** a / b and the rest, for a ≥ 0 and b > 0. */
struct Quotient {
  Size value;
  Size rest;

  __device__ __forceinline__ Quotient(Size a, Size b) {
    if (((a | b) >> 32) == 0) {
      const auto q = static_cast<std::uint32_t>(a) / static_cast<std::uint32_t>(b);
      value = q;
      rest = static_cast<std::uint32_t>(a) - q * static_cast<std::uint32_t>(b);
    } else {
      value = a / b;
      rest = a - value * b;
    }
  }
};

}  // namespace kd
