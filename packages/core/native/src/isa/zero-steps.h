// Steps of a product at which a packed panel holds zeros alone: margins of digits, one-hot rows, padding. Tiles leave them out, which changes
// no bit but the sign of a zero that an underflow gave.
#pragma once

#include <cstdint>
#include <cstring>

#include "panels.h"

// Code that is downloaded before it runs has one copy of what is cheap beside a product; elsewhere the compiler knows the widths.
#if defined(__wasm__)
#define KD_LEAN __attribute__((noinline)) inline
#else
#define KD_LEAN KD_ALWAYS_INLINE inline
#endif

namespace kd::KD_TARGET::gemm {

using Step = std::uint16_t;

/** What is known of a packed panel: the steps at which it holds more than zeros, and whether it is finite, as 0 · ∞ is no zero. */
class StepList {
 public:
  explicit StepList(Step* data) : data(data) {}

  static constexpr Size sizeFor(Size depth) { return depth + 2; }

  Size count() const { return data[0]; }
  bool isFinite() const { return data[1] != 0; }
  const Step* steps() const { return data + 2; }

  /** Finds the steps of a panel of `width` lines, an even number. */
  KD_LEAN void find(const float* panel, Size width, Size depth) {
    constexpr std::uint64_t withoutSigns = 0x7fffffff7fffffff;
    Size count = 0;
    for (Size p = 0; p < depth; p++, panel += width) {
      std::uint64_t bits = 0;
      for (Size i = 0; i < width; i += 2) {
        std::uint64_t two;
        std::memcpy(&two, panel + i, sizeof(two));
        bits |= two;
      }
      data[2 + count] = static_cast<Step>(p);
      count += (bits & withoutSigns) != 0;
    }
    data[0] = static_cast<Step>(count);
  }

  /** Takes all steps, and looks whether a panel of `size` elements is finite. */
  KD_LEAN void check(const float* panel, Size size, Size depth) {
    data[0] = static_cast<Step>(depth);
    data[1] = allFinite(panel, size);
  }

 private:
  Step* data;
};

/** Whether a sample of panels holds zeros alone at an eighth of their steps or more. */
KD_LEAN bool seemsSparse(const float* source, Size line, Size along, Size count, Size width, Size depth) {
  constexpr Size samples = 32;
  const Size panels = count / width;
  if (panels == 0) return false;
  Size found = 0;
  for (Size s = 0; s < samples; s++) {
    const float* x = source + s * 7 % panels * width * line + s * depth / samples * along;
    Size i = 0;
    while (i < width && x[i * line] == 0) i++;
    found += i == width;
  }
  return found * 8 >= samples;
}

}  // namespace kd::KD_TARGET::gemm
