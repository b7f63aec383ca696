// Tiles of output channels, whose lanes are outputs side by side: for few channels.
#pragma once

#include "convolution-tile.h"

namespace kd::KD_TARGET {

/** Some channels of outputs: in one vector, in two of one row, or in one vector each of two rows. */
template <class T> struct Pixels {
  Steps<T> steps;  // b: the weights, [inner channel][tap][channel]
  const T* a;
  Size next;  // from what the first vector reads to what the second one reads
  T* out;
  Size plane;
  Size step;     // from one output to the next
  Size outNext;  // from the first vector's outputs to the second one's
  Size count;    // outputs in the last vector, and in both where they are of two rows
  Size first;    // outputs in the first vector
  Size channels;
  const T* bias;   // null for none
  bool isFollowed;  // whether whole vectors may be written: what lies behind the outputs is written later
};

/** Writes a tile. One function for all sizes keeps the code small. */
template <class T> __attribute__((noinline)) void finish(const T* tile, Size rows, Size vectors, const Pixels<T>& c) {
  constexpr Size lanes = kLanes<T>;
  for (Size r = 0; r < rows; r++) {
    const Vector<T> bias = broadcast(c.bias == nullptr ? T(0) : c.bias[r]);
    for (Size v = 0; v < vectors; v++, tile += lanes) {
      T* out = c.out + r * c.plane + v * c.outNext;
      const Size count = v == vectors - 1 ? c.count : c.first;
      const Vector<T> result = load(tile) + bias;
      if (c.step != 1) {
        for (Size i = 0; i < count; i++) out[i * c.step] = result[i];
      } else if (count == lanes) {
        store(out, result);
      } else {
        storeFirst<T>(out, result, count);
      }
    }
  }
}

template <class T, int rows, int vectors> __attribute__((noinline)) void runPixels(const Pixels<T>& c) {
  for (int r = 0; r < rows; r++) __builtin_prefetch(c.out + r * c.plane, 1);
  Vector<T> tile[rows][vectors] = {};
  const T* a = c.a;
  const T* weights = c.steps.b;
  for (Size o = 0; o < c.steps.outer; o++, a += c.steps.outerStep) {
    for (Size i = 0; i < c.steps.inner; i++, weights += rows) {
      const T* read = a + c.steps.offsets[i];
      Vector<T> row[vectors];
      row[0] = load(read);
      if constexpr (vectors > 1) row[1] = load(read + c.next);
#pragma GCC unroll 16
      for (int r = 0; r < rows; r++) {
        const Vector<T> weight = broadcast(weights[r]);
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) tile[r][v] = multiplyAdd<T>(weight, row[v], tile[r][v]);
      }
    }
  }
  if (c.isFollowed) {
    T* out = c.out;
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++, out += c.plane) {
      const Vector<T> bias = broadcast(c.bias == nullptr ? T(0) : c.bias[r]);
#pragma GCC unroll 2
      for (int v = 0; v < vectors; v++) store(out + v * c.outNext, tile[r][v] + bias);
    }
    return;
  }
  alignas(64) T results[rows * vectors * kLanes<T>];
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) store(results + (r * vectors + v) * kLanes<T>, tile[r][v]);
  }
  finish<T>(results, rows, vectors, c);
}

template <class T> void runPixels(const Pixels<T>& c, Size vectors) {
  withTile(c.channels, vectors, [&](auto rows, auto count) { runPixels<T, rows, count>(c); });
}

}  // namespace kd::KD_TARGET
