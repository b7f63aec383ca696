// Convolutions and their gradients by the image, as products whose left side is read in place: a tile holds outputs side by side in as many
// channels as its vectors have lanes. Each output is one sum over channels and taps, in order.
#include "convolution-tile.h"
#include "convolution-window.h"
#include "fill.h"

namespace kd::KD_TARGET {
namespace {

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
};

/** The first `count` lanes. Half a vector or more is written as two halves that overlap: masked stores take many cycles. */
template <class T> KD_INLINE void storeFirst(T* p, Vector<T> v, Size count) {
#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
  if (count >= kLanes<T> / 2) {
    const Size moved = count - kLanes<T> / 2;
    if constexpr (sizeof(T) == 4) {
      const __m512i order = _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(moved)), _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
      _mm256_storeu_ps(p, _mm512_castps512_ps256(v));
      _mm256_storeu_ps(p + moved, _mm512_castps512_ps256(_mm512_permutexvar_ps(order, v)));
    } else {
      const __m512i order = _mm512_add_epi64(_mm512_set1_epi64(moved), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
      _mm256_storeu_pd(p, _mm512_castpd512_pd256(v));
      _mm256_storeu_pd(p + moved, _mm512_castpd512_pd256(_mm512_permutexvar_pd(order, v)));
    }
    return;
  }
#endif
  storePart(p, v, count);
}

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
  alignas(64) T results[round(kTileRows, kLanes<T>) * width];
  const T* a = c.a;
  T* out = c.out;
  for (Size t = 0; t < tiles; t++, a += rows * c.stride, out += rows * c.step) {
    for (Size l = 0; l < c.channels; l++) __builtin_prefetch(out + l * c.plane, 1);
    Vector<T> tile[rows][vectors] = {};
    accumulate<T, rows, vectors, dense>(c.steps, a, c.stride, tile);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) store(results + r * width + v * kLanes<T>, tile[r][v]);
    }
    finish<T>(results, rows, width, c, out);
  }
}

template <class T> void runTiles(const Outputs<T>& c, Size height, Size tiles) {
  withTile(height, c.channels > kLanes<T> ? 2 : 1, [&](auto rows, auto vectors) {
    if (c.stride == 1) run<T, rows, vectors, true>(c, tiles);
    else run<T, rows, vectors, false>(c, tiles);
  });
}

/** out ← what is read ∗ weights, for images of `from` channels in each group and results of `to`. */
template <class T> struct Product {
  Reads y;
  Reads x;
  Size batch;
  Size groups;
  Size from;
  Size to;
  const T* image;
  T* out;
  const T* bias;
  const Phase<T>* phases;
  /** Results in a block, of each phase. */
  Size rows;
  Size columns;
  Window<T> window;  // `copy` is each task's own
  bool copies;

  Size blocksDown() const { return parts(y.count(0), rows); }
  Size blocksAcross() const { return parts(x.count(0), columns); }
  Size windowSize() const { return from * window.plane; }

  /** Computes a block of results, and brings the next image near where `hasNext`. */
  void block(Window<T>& own, Size item, bool hasNext) const {
    const Size across = blocksAcross();
    const Size down = blocksDown();
    const Size i = item % across * columns;
    const Size j = item / across % down * rows;
    const Size n = item / across / down;  // image and group
    const T* read = image + n * from * y.length * x.length;
    const Size rowEnd = min(j + rows, y.count(0));
    const Size columnEnd = min(i + columns, x.count(0));
    if (copies) {
      own.fill(read, from, y.length, x.length, y.range(j, rowEnd - j), x.range(i, columnEnd - i));
      read = own.copy;
    } else {
      read += (j * y.stride + y.low()) * x.length + i * x.stride + x.low();
    }
    const Size size = from * y.length * x.length;
    const Size pieces = y.results * x.phases * parts(to, kTileChannels<T>);
    Ahead ahead = Ahead::of(image + (n + 1) * size, hasNext && across * down == 1 ? size : 0, pieces);
    for (Size p = 0; p < y.phases * x.phases; p++) {
      const Phase<T>& phase = phases[p];
      const Size width = min(columnEnd, x.count(phase.x)) - i;
      if (width <= 0) continue;
      const Size height = evenly(width, kTileRows);
      for (Size c = 0; c < to; c += kTileChannels<T>) {
        const T* weights = phase.weights + (n % groups * round(to, kLanes<T>) + c) * from * phase.taps;
        for (Size r = j; r < min(rowEnd, y.count(phase.y)); r++) {
          Outputs<T> outputs{
              .steps = {from, window.plane, phase.taps, phase.offsets, weights},
              .a = read + (r - j) * y.stride * window.pitch,
              .stride = x.stride,
              .out = out + ((n * to + c) * y.results + phase.y + r * y.phases) * x.results + phase.x + i * x.phases,
              .plane = y.results * x.results,
              .step = x.phases,
              .channels = min(to - c, kTileChannels<T>),
              .bias = bias == nullptr ? nullptr : bias + n % groups * to + c,
          };
          ahead.advance();
          const Size tiles = width / height;
          runTiles(outputs, height, tiles);
          outputs.a += tiles * height * x.stride;
          outputs.out += tiles * height * x.phases;
          if (width % height > 0) runTiles(outputs, width % height, 1);
        }
      }
    }
  }

  void run(bool share) const {
    const Size items = batch * groups * blocksDown() * blocksAcross();
    constexpr Size tasks = 32;  // enough to keep some threads busy to the end
    const Size size = max(1, items / tasks);
    each(parts(items, size), share, [&](Size task) {
      Window<T> own = window;
      if (copies) own.copy = static_cast<T*>(scratch(1, sizeof(T) * static_cast<std::size_t>(windowSize())));
      const Size end = min(items, (task + 1) * size);
      for (Size item = task * size; item < end; item++) block(own, item, item + 1 < end);
    });
  }
};

/** Weights of one group, where lanes are output channels: element (channel, lane, tap) is at channel · inner + lane · outer + tap. */
struct WeightOrder {
  Size group;
  Size inner;
  Size outer;
};

/** Packs the weights of one block of channels for the taps of a phase. */
template <class T>
void packWeights(T* packed, const T* weights, const WeightOrder& order, Size from, Size channels, const Size* taps, Size count) {
  const Size width = round(channels, kLanes<T>);
  for (Size c = 0; c < from; c++) {
    for (Size t = 0; t < count; t++, packed += width) {
      const T* source = weights + c * order.inner + taps[t];
      for (Size l = 0; l < channels; l++) packed[l] = source[l * order.outer];
      for (Size l = channels; l < width; l++) packed[l] = 0;
    }
  }
}

/** Images as one row each where windows are single elements that lie side by side. */
Convolution flattened(const Convolution& c) {
  const auto isWhole = [](const Axis& axis) {
    return axis.kernel == 1 && axis.stride == 1 && axis.padding == 0 && axis.count == axis.length;
  };
  Convolution flat = c;
  if (!isWhole(c.y) || !isWhole(c.x)) return c;
  flat.x.length = flat.x.count = c.plane();
  flat.y.length = flat.y.count = 1;
  return flat;
}

constexpr Size kLargestWindow = 1 << 22;  // elements copied for a task

/** Cuts results into blocks whose windows stay in the second-level cache. Whether such a block can be had. */
template <class T> bool cut(Product<T>& c) {
  constexpr Size room = 1 << 16;
  const auto fitting = [](const Reads& axis, Size available) {
    return max(1, (available - (axis.high() - axis.low() + 1)) / axis.stride + 1);
  };
  const Size least = c.y.range(0, 1).count;
  c.columns = evenly(c.x.count(0), max(4 * kTileRows, fitting(c.x, room / c.from / least)));
  const Size pitch = c.x.range(0, c.columns).count;
  if (static_cast<double>(pitch) * static_cast<double>(least) * static_cast<double>(c.from) > kLargestWindow) return false;
  const Size enough = parts(c.y.count(0) * c.batch * c.groups, 8);  // rows of a block where there are to be 8
  c.rows = evenly(c.y.count(0), max(1, min(enough, fitting(c.y, room / c.from / pitch))));
  const Range rows = c.y.range(0, c.y.count(0));
  const Range columns = c.x.range(0, c.x.count(0));
  const bool isInside = rows.first >= 0 && rows.first + rows.count <= c.y.length && columns.first >= 0 &&
                        columns.first + columns.count <= c.x.length;
  const Size plane = c.y.length * c.x.length;
  c.copies = !isInside || plane * static_cast<Size>(sizeof(T)) % 512 == 0;
  c.window.pitch = c.copies ? pitch : c.x.length;
  c.window.plane = c.copies ? spread<T>(c.y.range(0, c.rows).count * pitch) : plane;
  return true;
}

template <class T> bool multiply(Product<T>& c, const T* weights, const WeightOrder& order) {
  if (c.batch == 0) return true;
  if (!cut(c)) return false;
  const Size taps = c.y.kernel * c.x.kernel;
  const Size phases = c.y.phases * c.x.phases;
  if (phases > 64) return false;
  const double nanoseconds = 0.01 * static_cast<double>(sizeof(T)) * static_cast<double>(c.batch * c.groups * c.from) *
                             static_cast<double>(round(c.to, kLanes<T>) * taps) *
                             static_cast<double>(c.y.results * c.x.results) / static_cast<double>(phases);
  const bool share = worthSharing(nanoseconds);
  const Size width = c.groups * round(c.to, kLanes<T>) * c.from;  // packed weights of a tap
  T* packed = static_cast<T*>(scratch(0, sizeof(T) * static_cast<std::size_t>(width * taps)));
  Size* table = static_cast<Size*>(scratch(2, sizeof(Size) * static_cast<std::size_t>(2 * taps)));
  Phase<T> all[64];
  c.phases = all;
  const Size blocks = parts(c.to, kTileChannels<T>);
  for (Size p = 0; p < phases; p++) {
    Phase<T>& phase = all[p];
    phase = {p / c.x.phases, p % c.x.phases, 0, table, packed};
    Size* offsets = table;
    Size* seen = table + taps;
    for (Size i = 0; i < c.y.kernel; i++) {
      for (Size j = 0; j < c.x.kernel; j++) {
        if (!c.y.sees(phase.y, i) || !c.x.sees(phase.x, j)) continue;
        offsets[phase.taps] = (c.y.base(phase.y, i) - c.y.low()) * c.window.pitch + c.x.base(phase.x, j) - c.x.low();
        seen[phase.taps++] = i * c.x.kernel + j;
      }
    }
    each(c.groups * blocks, share, [&](Size task) {
      const Size group = task / blocks;
      const Size first = task % blocks * kTileChannels<T>;
      T* target = packed + (group * round(c.to, kLanes<T>) + first) * c.from * phase.taps;
      const T* source = weights + group * order.group + first * order.outer;
      packWeights(target, source, order, c.from, min(c.to - first, kTileChannels<T>), seen, phase.taps);
    });
    table += phase.taps;
    packed += width * phase.taps;
  }
  c.run(share);
  return true;
}

template <class T> bool convolve(const Convolution& convolution) {
  const Convolution c = flattened(convolution);
  const Size taps = c.taps();
  Product<T> product{};
  product.y = Reads::forward(c.y);
  product.x = Reads::forward(c.x);
  product.batch = c.batch;
  product.groups = c.groups;
  product.from = c.inChannels;
  product.to = c.outChannels;
  product.image = static_cast<const T*>(c.image);
  product.out = static_cast<T*>(c.out);
  product.bias = static_cast<const T*>(c.bias);
  const WeightOrder order{c.outChannels * c.inChannels * taps, taps, c.inChannels * taps};
  return multiply(product, static_cast<const T*>(c.weight), order);
}

template <class T> bool backwardInput(const Convolution& convolution) {
  const Convolution c = flattened(convolution);
  const Size taps = c.taps();
  Product<T> product{};
  product.y = Reads::backward(c.y);
  product.x = Reads::backward(c.x);
  product.batch = c.batch;
  product.groups = c.groups;
  product.from = c.outChannels;
  product.to = c.inChannels;
  product.image = static_cast<const T*>(c.out);
  product.out = static_cast<T*>(c.image);
  const WeightOrder order{c.outChannels * c.inChannels * taps, c.inChannels * taps, taps};
  return multiply(product, static_cast<const T*>(c.weight), order);
}

}  // namespace

void fillConvolution(Kernels& kernels) {
  kernels.convolve[static_cast<int>(DType::float32)] = convolve<float>;
  kernels.convolve[static_cast<int>(DType::float64)] = convolve<double>;
  kernels.convolveBackwardInput[static_cast<int>(DType::float32)] = backwardInput<float>;
  kernels.convolveBackwardInput[static_cast<int>(DType::float64)] = backwardInput<double>;
}

}  // namespace kd::KD_TARGET
