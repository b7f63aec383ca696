// The gradient of a convolution by the weight where the result has few channels: lanes are outputs side by side.
#pragma once

#include <type_traits>

#include "convolution-window.h"

namespace kd::KD_TARGET {

/** Outputs that sums run over side by side, in vectors of whatever width. */
constexpr Size kSideBySide = 16;
template <class T> constexpr int kSideVectors = static_cast<int>(kSideBySide / kLanes<T>);

/** Channels and taps of a tile: as many as leave its sums in registers. */
#if KD_VECTOR_BYTES == 64
constexpr Size kSideChannels = 8;
#elif defined(__AVX2__) || defined(__aarch64__)
constexpr Size kSideChannels = 2;
#else
constexpr Size kSideChannels = 1;
#endif
constexpr Size kSideTaps = 3;

/** Whether the sizes are such: the image has to be copied, and sums of all lanes are kept for each weight. */
template <class T> bool isFewChannels(const Convolution& c) {
  constexpr Size most = 4096;  // weights
  return std::is_same_v<T, float> && c.outChannels <= 8 && c.x.stride == 1 && c.x.count >= 12 && c.x.count <= 256 &&
         c.taps() > 1 && c.groups * c.outChannels * c.inChannels * c.taps() <= most;
}

/** Outputs of one image: what they see, and a copy of their gradients whose rows begin with a line of the cache. */
template <class T> struct SideBySide {
  const T* read;
  Size readStep;  // from one row of outputs to the next
  const T* grads;
  Size pitch;
  Size plane;
  Size rows;
  Size columns;
};

/** sums [channels][taps][lane] += Σ gradient · what taps see, which are `tapStep` apart; sums of channels are `sumStep` apart. */
template <class T, int channels, int taps>
__attribute__((noinline)) void addSideBySide(const SideBySide<T>& c, const T* read, Size tapStep, const T* grads, T* sums, Size sumStep) {
  constexpr Size lanes = kLanes<T>;
  constexpr int vectors = kSideVectors<T>;
  Vector<T> total[channels][taps][vectors];
#pragma GCC unroll 8
  for (int o = 0; o < channels; o++) {
#pragma GCC unroll 4
    for (int t = 0; t < taps; t++) {
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++) total[o][t][v] = load(sums + o * sumStep + t * kSideBySide + v * lanes);
    }
  }
  for (Size j = 0; j < c.rows; j++, read += c.readStep, grads += c.pitch) {
    for (Size i = 0; i < c.columns; i += kSideBySide) {
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++) {
        const Size first = i + v * lanes;
        const Size count = c.columns - first;
        if (count <= 0) break;
        Vector<T> x[taps];
        if (count >= lanes) {
#pragma GCC unroll 4
          for (int t = 0; t < taps; t++) x[t] = load(read + first + t * tapStep);
        } else {
#pragma GCC unroll 4
          for (int t = 0; t < taps; t++) x[t] = loadPart(read + first + t * tapStep, count);
        }
#pragma GCC unroll 8
        for (int o = 0; o < channels; o++) {
          const Vector<T> grad = inRegister<T>(load(grads + o * c.plane + first));
#pragma GCC unroll 4
          for (int t = 0; t < taps; t++) total[o][t][v] = multiplyAdd<T>(grad, x[t], total[o][t][v]);
        }
      }
    }
  }
#pragma GCC unroll 8
  for (int o = 0; o < channels; o++) {
#pragma GCC unroll 4
    for (int t = 0; t < taps; t++) {
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++) store(sums + o * sumStep + t * kSideBySide + v * lanes, total[o][t][v]);
    }
  }
}

template <class T, int channels = kSideChannels, int taps = kSideTaps>
void addSideBySide(Size channelCount, Size tapCount, const SideBySide<T>& c, const T* read, Size tapStep, const T* grads, T* sums, Size sumStep) {
  if constexpr (channels > 0 && taps > 0) {
    if (channelCount < channels) return addSideBySide<T, channels - 1, taps>(channelCount, tapCount, c, read, tapStep, grads, sums, sumStep);
    if (tapCount < taps) return addSideBySide<T, channels, taps - 1>(channelCount, tapCount, c, read, tapStep, grads, sums, sumStep);
    addSideBySide<T, channels, taps>(c, read, tapStep, grads, sums, sumStep);
  }
}

/** The gradients of such a convolution: sums of the lanes over each of some groups of images, which are then added in order. */
template <class T> struct WeightGradientByPixels {
  const Convolution& c;
  Size parts;
  Window<T> window;
  Size pitch;      // of a copy of gradients
  Size gradPlane;
  T* sums;  // [group of images][channel][inner channel][tap][lane], and then [channel][lane] of the bias

  Size inside() const { return c.inChannels * c.taps() * kSideBySide; }
  Size stride() const { return c.groups * c.outChannels * (inside() + kSideBySide); }

  void addImage(const SideBySide<T>& image, T* to, T* bias, Ahead (&ahead)[2]) const {
    for (Size o = 0; o < c.outChannels; o += kSideChannels) {
      const Size channels = min(kSideChannels, c.outChannels - o);
      const T* grads = image.grads + o * image.plane;
      for (Size i = 0; i < c.inChannels; i++) {
        for (Size p = 0; p < c.y.kernel; p++) {
          const T* read = image.read + i * window.plane + p * c.y.dilation * window.pitch;
          for (Size q = 0; q < c.x.kernel; q += kSideTaps) {
            for (Ahead& memory : ahead) memory.advance();
            T* sum = to + o * inside() + (i * c.taps() + p * c.x.kernel + q) * kSideBySide;
            addSideBySide<T>(channels, min(kSideTaps, c.x.kernel - q), image, read + q * c.x.dilation, c.x.dilation, grads, sum, inside());
          }
        }
      }
    }
    if (c.bias == nullptr) return;
    for (Size o = 0; o < c.outChannels; o++) addRows(image.grads + o * image.plane, image.rows * image.pitch, bias + o * kSideBySide);
  }

  static void addRows(const T* grads, Size count, T* sums) {
    constexpr Size lanes = kLanes<T>;
    for (Size first = 0; first < kSideBySide; first += lanes) {
      Vector<T> total = load(sums + first);
      for (Size i = first; i < count; i += kSideBySide) total += load(grads + i);
      store(sums + first, total);
    }
  }

  void addPart(Size part) const {
    T* own = sums + part * stride();
    std::memset(own, 0, sizeof(T) * static_cast<std::size_t>(stride()));
    Window<T> copy = window;
    const Size gradCount = c.outChannels * gradPlane;
    T* grads = static_cast<T*>(scratch(1, sizeof(T) * static_cast<std::size_t>(gradCount + c.inChannels * window.plane)));
    std::memset(grads, 0, sizeof(T) * static_cast<std::size_t>(gradCount));
    copy.copy = grads + gradCount;
    const Range rows{-c.y.padding, c.y.span()};
    const Range columns{-c.x.padding, c.x.span()};
    const Size images = c.inChannels * c.plane();
    const Size results = c.outChannels * c.outPlane();
    const Size tiles = KD_TARGET::parts(c.outChannels, kSideChannels) * c.inChannels * c.y.kernel * KD_TARGET::parts(c.x.kernel, kSideTaps);
    const Size end = (part + 1) * c.batch / parts;
    for (Size n = part * c.batch / parts; n < end; n++) {
      for (Size group = 0; group < c.groups; group++) {
        const Size at = n * c.groups + group;
        const T* read = static_cast<const T*>(c.image) + at * images;
        const T* from = static_cast<const T*>(c.out) + at * results;
        // What is read next is brought near meanwhile.
        const bool hasNext = at + 1 < end * c.groups;
        Ahead ahead[] = {Ahead::of(read + images, hasNext ? images : 0, tiles), Ahead::of(from + results, hasNext ? results : 0, tiles)};
        copy.fill(read, c.inChannels, c.y.length, c.x.length, rows, columns);
        for (Size o = 0; o < c.outChannels; o++) {
          copyRows<T>({grads + o * gradPlane, pitch, from + o * c.outPlane(), c.x.count, c.y.count}, c.x.count);
        }
        const SideBySide<T> image{copy.copy, c.y.stride * window.pitch, grads, pitch, gradPlane, c.y.count, c.x.count};
        const Size channel = group * c.outChannels;
        addImage(image, own + channel * inside(), own + c.groups * c.outChannels * inside() + channel * kSideBySide, ahead);
      }
    }
  }

  /** Adds lanes, and groups of images. */
  void total(T* out, Size count, const T* from) const {
    for (Size i = 0; i < count; i++, from += kSideBySide) {
      T lanes[kSideBySide];
      for (Size l = 0; l < kSideBySide; l++) {
        lanes[l] = from[l];
        for (Size p = 1; p < parts; p++) lanes[l] += from[p * stride() + l];
      }
      for (Size half = kSideBySide / 2; half > 0; half /= 2) {
        for (Size l = 0; l < half; l++) lanes[l] += lanes[l + half];
      }
      out[i] = lanes[0];
    }
  }

  void run(bool share) const {
    each(parts, share, [&](Size part) { addPart(part); });
    const Size weights = c.groups * c.outChannels * c.inChannels * c.taps();
    total(static_cast<T*>(c.weight), weights, sums);
    if (c.bias != nullptr) total(static_cast<T*>(c.bias), c.groups * c.outChannels, sums + weights * kSideBySide);
  }
};

}  // namespace kd::KD_TARGET
