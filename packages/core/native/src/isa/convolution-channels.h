// Tiles of outputs side by side, whose lanes are output channels: for many of those.
#pragma once

#include "convolution-tile.h"

namespace kd::KD_TARGET {

/** Outputs side by side in the channels of one block. */
template <class T> struct Outputs {
  Steps<T> steps;
  const T* a;
  Size stride;  // from what one output reads to what the next one reads
  T* out;
  Size plane;
  Size step;  // from one output to the next
  Size channels;
  const T* bias;  // null for none
  Size ends;      // whether the first output is the first of its row, and the last one the last
};

/** Writes a tile, whose rows are outputs of `width` lanes, which are channels. One function for all sizes keeps the code small. */
template <class T> __attribute__((noinline)) void finish(const T* tile, Size rows, Size width, const Outputs<T>& c, T* out) {
  constexpr Size lanes = kLanes<T>;
  for (Size v = 0; v < width; v += lanes) {
    const Size channels = min(lanes, c.channels - v);
    const Vector<T> bias = c.bias == nullptr ? Vector<T>{} : loadPart(c.bias + v, channels);
    for (Size first = 0; first < rows; first += lanes) {
      const Size present = min(lanes, rows - first);
      Vector<T> block[lanes];
#pragma GCC unroll 16
      for (Size r = 0; r < lanes; r++) block[r] = load(tile + (first + r) * width + v) + bias;
      transpose<T>(block);
      T* to = out + v * c.plane + first * c.step;
      if (c.step != 1) {
        for (Size l = 0; l < channels; l++, to += c.plane) {
          for (Size r = 0; r < present; r++) to[r * c.step] = block[l][r];
        }
      } else if (present == lanes) {
        for (Size l = 0; l < channels; l++, to += c.plane) store(to, block[l]);
      } else {
        for (Size l = 0; l < channels; l++, to += c.plane) storeFirst<T>(to, block[l], present);
      }
    }
  }
}

template <class T, int rows, int vectors, bool dense> __attribute__((noinline)) void run(const Outputs<T>& c, Size tiles) {
  constexpr Size width = vectors * kLanes<T>;
  constexpr bool leavesOut = vectors > 1 && kLeavesOut;  // with one, looking costs more than is saved
  alignas(64) T results[round(kTileRows, kLanes<T>) * width];
  const T* a = c.a;
  T* out = c.out;
  for (Size t = 0; t < tiles; t++, a += rows * c.stride, out += rows * c.step) {
    for (Size l = 0; l < c.channels; l++) __builtin_prefetch(out + l * c.plane, 1);
    Vector<T> tile[rows][vectors] = {};
    const Size ends = c.ends & endsOf(t == 0, t == tiles - 1);
    accumulate<T, rows, vectors, dense, leavesOut>(c.steps, a, c.stride, ends, tile);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) store(results + r * width + v * kLanes<T>, tile[r][v]);
    }
    finish<T>(results, rows, width, c, out);
  }
}

template <class T> void runTiles(const Outputs<T>& c, Size height, Size tiles) {
  withTile(height, c.channels > kLanes<T> ? 2 : 1, [&](auto rows, auto vectors) {
    if constexpr (vectors > kTileVectorsOf<T>) return;
    else if (c.stride == 1) run<T, rows, vectors, true>(c, tiles);
    else run<T, rows, vectors, false>(c, tiles);
  });
}

}  // namespace kd::KD_TARGET
