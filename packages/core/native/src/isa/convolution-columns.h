// Gradients by images that are wider than the gradients of their outputs: instead of the zeros around those, each column of the kernel has
// sums of its own, as wide as the gradients, and the columns of an image are sums of them.
#pragma once

#include "../convolution.h"
#include "convolution-window.h"

namespace kd::KD_TARGET {

/** What the columns of the kernel have for one image and group, [channel][column of the kernel][row][column of an output]. */
template <class T> struct ColumnSums {
  const Convolution& c;

  /** Whether the sizes are such: they alone say in which order a result is summed. */
  static bool suits(const Convolution& c) {
    return c.x.stride == 1 && c.y.stride == 1 && c.x.kernel > 1 && c.x.kernel <= 16 && 5 * c.x.count <= 4 * c.x.length &&
           c.x.count >= 4 && c.outChannels * c.y.kernel >= 32 && c.plane() <= 4096;
  }

  Size channels() const { return c.inChannels * c.x.kernel; }
  /** Sums of one channel. */
  Size plane() const { return c.y.length * c.x.count; }
  Size count() const { return channels() * plane() + kLanes<T>; }  // vectors may end behind it

  /** Columns of an image with those around it that windows reach. */
  Size width() const { return max(c.x.padding + c.x.length, c.x.count + (c.x.kernel - 1) * c.x.dilation); }
  Size pitch() const { return width() + kLanes<T>; }
  Size totals() const { return c.inChannels * c.y.length * pitch(); }

  /** The weights of one group in the order [output channel][channel][column][row]. */
  void orderWeights(const T* from, T* to) const {
    const Size down = c.y.kernel;
    const Size across = c.x.kernel;
    for (Size i = 0; i < c.outChannels * c.inChannels; i++, from += down * across, to += down * across) {
      for (Size q = 0; q < across; q++) {
        for (Size p = 0; p < down; p++) to[q * down + p] = from[p * across + q];
      }
    }
  }

  /** image ← the sums of an image, in the order of columns. `totals` is memory for that. */
  void add(const T* sums, T* totals, T* image) const {
    constexpr Size lanes = kLanes<T>;
    const Size across = c.x.count;
    const Size wide = pitch();
    std::memset(totals, 0, sizeof(T) * static_cast<std::size_t>(this->totals()));
    for (Size q = 0; q < c.x.kernel; q++) {
      for (Size channel = 0; channel < c.inChannels; channel++) {
        const T* from = sums + (channel * c.x.kernel + q) * plane();
        T* to = totals + channel * c.y.length * wide + q * c.x.dilation;
        for (Size y = 0; y < c.y.length; y++, from += across, to += wide) {
          for (Size i = 0; i < across; i += lanes) {
            const Vector<T> more = across - i >= lanes ? load(from + i) : loadPart(from + i, across - i);
            store(to + i, load(to + i) + more);
          }
        }
      }
    }
    copyRows<T>({image, c.x.length, totals + c.x.padding, wide, c.inChannels * c.y.length}, c.x.length);
  }
};

}  // namespace kd::KD_TARGET
