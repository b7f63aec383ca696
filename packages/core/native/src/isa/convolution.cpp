// Convolutions and their gradients by the image, as products of which one side is the image as it lies, or a copy with the zeros around it.
// Each output is one sum over channels and taps, in order. Taps beyond an image are left out where tiles can, which changes no bit but the sign
// of a zero that an underflow gave.
#include <atomic>

#include "convolution-channels.h"
#include "convolution-columns.h"
#include "convolution-pixels.h"
#include "convolution-reads.h"
#include "fill.h"

namespace kd::KD_TARGET {
namespace {

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
  /** Where results are sums that belong together, or null. */
  const ColumnSums<T>* columnSums;
  /** Results in a block, of each phase. */
  Size rows;
  Size columns;
  Window<T> window;  // `copy` is each task's own
  bool copies;
  bool byPixels;  // whether lanes are outputs side by side, not channels
  bool leavesOut;  // whether taps beyond the image are left out

  Size blocksDown() const { return parts(y.count(0), rows); }
  Size blocksAcross() const { return parts(x.count(0), columns); }
  Size windowSize() const { return from * window.plane + 2 * kLanes<T>; }  // vectors may end behind it

  bool isInside() const { return y.isInside() && x.isInside(); }

  Size resultSize() const { return to * y.results * x.results; }  // of one image and group

  /** Computes a block of results, which lie at `target`, and brings the next image near where `hasNext`. */
  void block(Window<T>& own, T* target, Size item, bool hasNext) const {
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
    const Size pieces = y.results * x.phases * parts(to, channels());
    Ahead ahead = Ahead::of(image + (n + 1) * size, hasNext && across * down == 1 ? size : 0, pieces);
    for (Size p = 0; p < y.phases * x.phases; p++) {
      const Phase<T>& phase = phases[p];
      const Range down{j, min(rowEnd, y.count(phase.y)) - j};
      const Range across{i, min(columnEnd, x.count(phase.x)) - i};
      if (across.count <= 0) continue;
      const T* weights = phase.weights + n % groups * packed() * from * phase.taps;
      T* results = target + (phase.y + j * y.phases) * x.results + phase.x + i * x.phases;
      const T* biases = bias == nullptr ? nullptr : bias + n % groups * to;
      if (byPixels) runByPixels(phase, read, weights, results, biases, down.count, across.count, ahead);
      else runByChannels(phase, read, weights, results, biases, down, across, ahead);
    }
  }

  Size packed() const { return byPixels ? to : round(to, kLanes<T>); }
  /** Channels of a tile. */
  Size channels() const { return byPixels ? evenly(to, kTileRows) : kTileChannels<T>; }
  Steps<T> steps(const Phase<T>& phase, const T* weights) const {
    return {from, window.plane, phase.taps, phase.offsets, weights, 0, phase.ends};
  }

  /** The steps of a row of results, without the rows of the kernel beyond the image. @param width of the rows of weights. */
  Steps<T> stepsInside(const Phase<T>& phase, const T* weights, Size width, Size row) const {
    const Seen& seen = phase.down;
    const Range rows = onAxis(seen.base + row * y.stride, seen.step, seen.count, y.length);
    const Size across = phase.taps / max(1, seen.count);
    const Size skipped = rows.first * across;
    const Size inner = rows.count * across;
    return {from, window.plane, inner, phase.offsets + skipped, weights + skipped * width, (phase.taps - inner) * width, phase.ends + skipped};
  }

  void runByChannels(const Phase<T>& phase, const T* read, const T* weights, T* results, const T* biases, Range down, Range across,
                     Ahead& ahead) const {
    const Size height = evenly(across.count, kTileRows);
    const Size tiles = across.count / height;
    const Size rest = across.count % height;
    const Size ends = kLeavesOut && leavesOut ? endsOf(across.first == 0, across.first + across.count == x.count(phase.x)) : 0;
    const Size plane = y.results * x.results;
    for (Size c = 0; c < to; c += kTileChannels<T>) {
      const Size channels = min(to - c, kTileChannels<T>);
      const T* const packed = weights + c * from * phase.taps;
      Outputs<T> outputs{
          .steps = steps(phase, packed),
          .a = read,
          .stride = x.stride,
          .out = results + c * plane,
          .plane = plane,
          .step = x.phases,
          .channels = channels,
          .bias = biases == nullptr ? nullptr : biases + c,
          .ends = rest == 0 ? ends : ends & kFirstRow,
      };
      for (Size r = 0; r < down.count; r++, outputs.a += y.stride * window.pitch, outputs.out += y.phases * x.results) {
        ahead.advance();
        if (kLeavesOut && leavesOut) outputs.steps = stepsInside(phase, packed, round(channels, kLanes<T>), down.first + r);
        runTiles(outputs, height, tiles);
        if (rest == 0) continue;
        Outputs<T> end = outputs;
        end.a += tiles * height * x.stride;
        end.out += tiles * height * x.phases;
        end.ends = ends & kLastRow;
        runTiles(end, rest, 1);
      }
    }
  }

  void runByPixels(const Phase<T>& phase, const T* read, const T* weights, T* results, const T* biases, Size down, Size across,
                   Ahead& ahead) const {
    constexpr Size lanes = kLanes<T>;
    const bool pairs = across <= lanes;  // of rows
    const Size plane = y.results * x.results;
    const Size rowStep = y.stride * window.pitch;
    for (Size c = 0; c < to; c += channels()) {
      Pixels<T> pixels{
          .steps = steps(phase, weights + c * from * phase.taps),
          .a = nullptr,
          .next = pairs ? rowStep : lanes,
          .out = nullptr,
          .plane = plane,
          .step = x.phases,
          .outNext = pairs ? y.phases * x.results : lanes * x.phases,
          .count = across,
          .first = pairs ? across : lanes,
          .channels = min(to - c, channels()),
          .bias = biases == nullptr ? nullptr : biases + c,
          .isFollowed = false,
      };
      for (Size r = 0; r < down; r += pairs ? 2 : 1) {
        ahead.advance();
        // Outputs right behind these that later tiles write.
        const Size later = y.phases == 1 && across == x.results ? max(0, down - r - (pairs ? 2 : 1)) * across : 0;
        for (Size first = 0; first < across; first += 2 * lanes) {
          const Size rest = across - first;
          pixels.a = read + r * rowStep + first;
          pixels.out = results + c * plane + r * y.phases * x.results + first * x.phases;
          const bool two = pairs ? r + 1 < down : rest > lanes;
          if (!pairs) pixels.count = two ? min(rest - lanes, lanes) : rest;
          pixels.isFollowed = x.phases == 1 && lanes - pixels.count <= later;
          runPixels(pixels, two ? 2 : 1);
        }
      }
    }
  }

  /** Images [first, end), each of which is one block. */
  void runColumns(Window<T>& own, Size first, Size end) const {
    const ColumnSums<T>& c = *columnSums;
    T* sums = static_cast<T*>(scratch(3, sizeof(T) * static_cast<std::size_t>(c.count() + c.totals())));
    for (Size n = first; n < end; n++) {
      block(own, sums, n, n + 1 < end);
      c.add(sums, sums + c.count(), out + n * c.c.inChannels * c.c.plane());
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
      if (columnSums != nullptr) return runColumns(own, task * size, end);
      for (Size item = task * size; item < end; item++) {
        block(own, out + item / blocksAcross() / blocksDown() * resultSize(), item, item + 1 < end);
      }
    });
  }
};

/** Weights of one group, where lanes are output channels: element (channel, lane, tap) is at channel · inner + lane · outer + tap. */
struct WeightOrder {
  Size group;
  Size inner;
  Size outer;
};

/** Packs the weights of one tile's channels, as rows of `width`, for the taps of a phase. */
template <class T>
void packWeights(T* packed, Size width, const T* weights, const WeightOrder& order, Size from, Size channels, const Size* taps, Size count) {
  constexpr Size lanes = kLanes<T>;
  if (!kIsDownloaded && order.inner == count && (width == lanes || width == 2 * lanes)) {  // a lane's weights lie side by side
    const auto pack = width == lanes ? packPanel<T, lanes> : packPanel<T, 2 * lanes>;
    return pack(packed, weights, order.outer, 1, channels, from * count);
  }
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
  const Size most = c.columnSums != nullptr ? c.x.count(0) : max(4 * kTileRows, fitting(c.x, room / c.from / least));
  c.columns = evenly(c.x.count(0), most);
  const Size pitch = c.x.range(0, c.columns).count;
  if (static_cast<double>(pitch) * static_cast<double>(least) * static_cast<double>(c.from) > kLargestWindow) return false;
  const Size enough = parts(c.y.count(0) * c.batch * c.groups, 8);  // rows of a block where there are to be 8
  c.rows = evenly(c.y.count(0), max(1, min(enough, fitting(c.y, room / c.from / pitch))));
  const Size plane = c.y.length * c.x.length;
  c.copies = c.byPixels || !c.isInside() || plane * static_cast<Size>(sizeof(T)) % 512 == 0;
  c.window.apart = c.byPixels ? c.x.stride : 1;
  c.window.pitch = c.copies ? round(pitch, c.window.apart) : c.x.length;
  c.window.plane = c.copies ? spread<T>(c.y.range(0, c.rows).count * c.window.pitch) : plane;
  return true;
}

/** Whether fewer products are done in vectors of outputs than in vectors of channels, whose results have to be transposed besides. */
template <class T> bool isByPixels(const Product<T>& c) {
  constexpr Size lanes = kLanes<T>;
  const Size width = c.x.count(0);
  const Size steps = parts(c.from * c.y.kernel * c.x.kernel, c.y.phases * c.x.phases);
  const Size channels = parts(c.to, lanes);
  const double least = c.y.count(0) > 1 || width > lanes ? 1 : 1.5;
  const double byPixels = least * static_cast<double>(c.to * parts(width, lanes)) * static_cast<double>(steps + 4);
  const double byChannels = (channels == 1 ? 1.15 : 1.0) * static_cast<double>(width * channels) * static_cast<double>(steps + 16);
  // With a stride the columns are taken apart first.
  return byPixels * (c.x.stride == 1 ? 1 : 1.5) < byChannels;
}

template <class T> bool multiply(Product<T>& c, const T* weights, const WeightOrder& order) {
  if (c.batch == 0) return true;
  c.byPixels = isByPixels(c);
  if (!cut(c)) return false;
  const Size taps = c.y.kernel * c.x.kernel;
  const Size phases = c.y.phases * c.x.phases;
  if (phases > 64) return false;
  const double nanoseconds = 0.01 * static_cast<double>(sizeof(T)) * static_cast<double>(c.batch * c.groups * c.from) *
                             static_cast<double>(c.packed() * taps) *
                             static_cast<double>(c.y.results * c.x.results) / static_cast<double>(phases);
  const bool share = worthSharing(nanoseconds);
  const Size width = c.groups * c.packed() * c.from;  // packed weights of a tap
  T* packed = static_cast<T*>(scratch(0, sizeof(T) * static_cast<std::size_t>(width * taps)));
  Size* table = static_cast<Size*>(scratch(2, sizeof(Size) * static_cast<std::size_t>(3 * taps)));
  Phase<T> all[64];
  c.phases = all;
  const Size channels = c.channels();
  const Size blocks = parts(c.to, channels);
  const bool reaches = kLeavesOut && !c.byPixels && !c.isInside();
  std::atomic<bool> isFinite{true};
  for (Size p = 0; p < phases; p++) {
    Size* offsets = table;
    Size* ends = table + taps;
    Size* seen = table + 2 * taps;
    Phase<T>& phase = all[p];
    phase = {p / c.x.phases, p % c.x.phases, 0, {}, offsets, ends, packed};
    if (reaches) phase.down = Seen::of(c.y, phase.y);
    for (Size i = 0; i < c.y.kernel; i++) {
      for (Size j = 0; j < c.x.kernel; j++) {
        if (!c.y.sees(phase.y, i) || !c.x.sees(phase.x, j)) continue;
        offsets[phase.taps] = (c.y.base(phase.y, i) - c.y.low()) * c.window.pitch + c.window.at(c.x.base(phase.x, j) - c.x.low());
        if (reaches) ends[phase.taps] = c.x.endsBeyond(phase.x, j);
        seen[phase.taps++] = i * c.x.kernel + j;
      }
    }
    each(c.groups * blocks, share, [&](Size task) {
      const Size group = task / blocks;
      const Size first = task % blocks * channels;
      const Size several = min(c.to - first, channels);
      const Size lanes = c.byPixels ? several : round(several, kLanes<T>);
      T* target = packed + (group * c.packed() + first) * c.from * phase.taps;
      packWeights(target, lanes, weights + group * order.group + first * order.outer, order, c.from, several, seen, phase.taps);
      if (reaches && !allFinite(target, lanes * c.from * phase.taps)) isFinite.store(false, std::memory_order_relaxed);
    });
    table += phase.taps;
    packed += width * phase.taps;
  }
  c.leavesOut = reaches && isFinite;
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

/** The gradient by images that are wider than what is known of their outputs, whose rows lie one behind the other then. */
template <class T> bool backwardInputByColumns(const Convolution& c) {
  const ColumnSums<T> sums{c};
  const Size taps = c.taps();
  Product<T> product{};
  product.y = {1, 1, 0, 1, 1, 1, 1};
  product.x = {1, 1, c.y.padding * c.x.count, -c.y.dilation * c.x.count, c.y.kernel, sums.plane(), c.outPlane()};
  product.batch = c.batch;
  product.groups = c.groups;
  product.from = c.outChannels;
  product.to = sums.channels();
  product.image = static_cast<const T*>(c.out);
  product.out = static_cast<T*>(c.image);
  product.columnSums = &sums;
  const Size group = c.outChannels * c.inChannels * taps;
  T* weights = static_cast<T*>(scratch(4, sizeof(T) * static_cast<std::size_t>(c.groups * group)));
  for (Size g = 0; g < c.groups; g++) sums.orderWeights(static_cast<const T*>(c.weight) + g * group, weights + g * group);
  return multiply<T>(product, weights, {group, c.inChannels * taps, c.y.kernel});
}

template <class T> bool backwardInput(const Convolution& convolution) {
  const Convolution c = flattened(convolution);
  if (ColumnSums<T>::suits(c)) return backwardInputByColumns<T>(c);
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
  forTypes<float, double>([&]<class T>(int d) {
    kernels.convolve[d] = convolve<T>;
    kernels.convolveBackwardInput[d] = backwardInput<T>;
  });
}

}  // namespace kd::KD_TARGET
