// Gradients of convolutions by the weight and the bias: products over all outputs, whose left side is the image as it lies. Sums run over
// the outputs of a block, in order; then over the blocks of some images; then over those groups of images. The sizes alone say how.
#include "convolution-tile.h"
#include "convolution-weight-pixels.h"
#include "convolution-window.h"
#include "fill.h"

namespace kd::KD_TARGET {
namespace {

constexpr Size kBlock = 256;             // outputs of one image in a block at most: their gradients stay in the nearest cache
constexpr Size kParts = 8;               // groups of images at most
constexpr Size kPartial = 1 << 23;       // elements of the sums of all groups, if possible
constexpr Size kLargestWindow = 1 << 22;  // elements copied for a task
constexpr Size kFewAccumulators = 8;     // of a tile, with which processors wait for sums

/** An element of the kernel: what it sees behind what the first one does, and the outputs for which that lies in the image. */
struct Tap {
  Size offset;
  Range down;
  Range across;
};

/** The products of a tap with a block of outputs: their left side begins `offset` behind what the first tap sees. */
template <class T> struct TapSteps {
  Size offset;
  Steps<T> steps;
};

/** What is left of a range in another one, from whose start it then begins. */
Range within(Range range, Range outer) {
  const Size first = max(range.first, outer.first);
  return {first - outer.first, max(0, min(range.first + range.count, outer.first + outer.count) - first)};
}

/** The outputs along an axis for which an element of the kernel lies in the image. */
Range seeing(const Axis& axis, Size p) { return onAxis(axis.position(0, p), axis.stride, axis.count, axis.length); }

template <class T> struct WeightGradient {
  const Convolution& c;
  Size rows = 0;  // of a block
  Size columns = 0;
  Size groups = 0;  // of images
  Size splits = 0;  // tasks of a group of images and a group of channels
  bool reaches = false;  // whether windows reach beyond the image: outputs that see nothing there are left out, unless they are ∞ or NaN
  bool copies = false;
  bool patches = false;  // whether each tap's view of the image is copied, so that tiles have rows enough
  Window<T> window{};
  Size patchPitch = 0;
  const Size* steps = nullptr;  // offsets of a row's outputs
  const Tap* taps = nullptr;
  T* sums = nullptr;            // [group of images][group of channels][block of channels][inner channel][tap][lane], and then those of the bias

  const T* image() const { return static_cast<const T*>(c.image); }
  const T* grad() const { return static_cast<const T*>(c.out); }
  Size channels() const { return round(c.outChannels, kLanes<T>); }
  /** Sums of a group of channels, the bias among them. */
  Size stride() const { return channels() * (c.inChannels * c.taps() + 1); }
  T* sumsOf(Size part, Size group) const { return sums + (part * c.groups + group) * stride(); }
  Size windowSize() const { return copies ? c.inChannels * window.plane : 0; }
  Size patchSize() const { return patches ? c.inChannels * c.taps() * patchPitch : 0; }

  /** A block's gradients, as rows of `width` channels. */
  template <Size width> void packGradients(T* panel, const T* from, Size count, Range down, Range across) const {
    const Size line = c.outPlane();
    const T* source = from + down.first * c.x.count + across.first;
    if (across.count == c.x.count) return packPanel<T, width>(panel, source, line, 1, count, down.count * across.count);
    for (Size j = 0; j < down.count; j++) {
      packPanel<T, width>(panel + j * across.count * width, source + j * c.x.count, line, 1, count, across.count);
    }
  }

  void packPatches(T* target, const T* read, Range down, Range across) const {
    for (Size channel = 0; channel < c.inChannels; channel++, read += window.plane) {
      for (Size t = 0; t < c.taps(); t++, target += patchPitch) {
        const T* from = read + taps[t].offset;
        const Size rowStep = c.y.stride * window.pitch;
        if (c.x.stride == 1) {
          copyRows<T>({target, across.count, from, rowStep, down.count}, across.count);
          continue;
        }
        T* to = target;
        for (Size j = 0; j < down.count; j++, from += rowStep, to += across.count) {
          for (Size i = 0; i < across.count; i++) to[i] = from[i * c.x.stride];
        }
      }
    }
  }

  /** Finds the products of each tap with a block of outputs, whose panel has rows of `width`. */
  void findSteps(TapSteps<T>* products, const T* panel, Size width, Range down, Range across) const {
    const bool leavesOut = kLeavesOut && reaches && allFinite(panel, down.count * across.count * width);
    const Size rowStep = c.y.stride * window.pitch;
    for (Size t = 0; t < c.taps(); t++) {
      const Range rows = leavesOut ? within(taps[t].down, down) : Range{0, down.count};
      const Range columns = leavesOut ? within(taps[t].across, across) : Range{0, across.count};
      const T* b = panel + (rows.first * across.count + columns.first) * width;
      const Size gap = (across.count - columns.count) * width;
      products[t] = {taps[t].offset + rows.first * rowStep, {rows.count, rowStep, columns.count, steps + columns.first, b, gap}};
    }
  }

  /** Adds Σ a · b over the steps to the sums: a tile for each tap and some channels of the image. */
  template <int vectors>
  void addTiles(const TapSteps<T>* products, const T* read, Size rowStep, Size count, Size tapCount, T* to, Ahead (&ahead)[2]) const {
    constexpr Size width = vectors * kLanes<T>;
    const Size height = evenly(count, kTileRows);
    for (Size first = 0; first < count; first += height) {
      withTile(min(height, count - first), vectors, [&](auto rows, auto) {
        add<rows, vectors>(products, read + first * rowStep, rowStep, tapCount, to + first * tapCount * width, ahead);
      });
    }
  }

  template <int rows, int vectors>
  static __attribute__((noinline)) void add(const TapSteps<T>* products, const T* read, Size rowStep, Size tapCount, T* to,
                                                 Ahead (&ahead)[2]) {
    constexpr Size width = vectors * kLanes<T>;
    for (Size t = 0; t < tapCount; t++, to += width) {
      for (Ahead& memory : ahead) memory.advance();
      const TapSteps<T> tap = products[t];
      Vector<T> tile[rows][vectors] = {};
      accumulate<T, rows, vectors, false, false>(tap.steps, read + tap.offset, rowStep, 0, tile);
#pragma GCC unroll 16
      for (int r = 0; r < rows; r++) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) {
          T* sum = to + r * tapCount * width + v * kLanes<T>;
          store(sum, load(sum) + tile[r][v]);
        }
      }
    }
  }

  template <int vectors> void addBias(const T* panel, Size count, T* to) const {
    Vector<T> total[vectors] = {};
    for (Size p = 0; p < count; p++, panel += vectors * kLanes<T>) {
      for (int v = 0; v < vectors; v++) total[v] += load(panel + v * kLanes<T>);
    }
    for (int v = 0; v < vectors; v++) store(to + v * kLanes<T>, load(to + v * kLanes<T>) + total[v]);
  }

  /** One block of outputs of one image: `read` is what they see. */
  template <int vectors>
  void addBlock(const T* read, const T* from, Size count, Range down, Range across, TapSteps<T>* products, T* panel, T* to, T* bias, Ahead (&ahead)[2]) const {
    packGradients<vectors * kLanes<T>>(panel, from, count, down, across);
    if (patches) {
      *products = {0, {1, 0, down.count * across.count, steps, panel}};
      addTiles<vectors>(products, read, patchPitch, c.inChannels * c.taps(), 1, to, ahead);
    } else {
      findSteps(products, panel, vectors * kLanes<T>, down, across);
      addTiles<vectors>(products, read, window.plane, c.inChannels, c.taps(), to, ahead);
    }
    if (c.bias != nullptr) addBias<vectors>(panel, down.count * across.count, bias);
  }

  /** The images of a group, for some blocks of channels. */
  void addImages(Size part, Size group, Size split) const {
    T* copy = static_cast<T*>(scratch(1, sizeof(T) * static_cast<std::size_t>(windowSize() + patchSize() + kBlock * kTileChannels<T> + 16)));
    Window<T> own = window;
    own.copy = copy;
    T* patch = copy + windowSize();
    T* panel = patch + patchSize();
    TapSteps<T>* products = static_cast<TapSteps<T>*>(scratch(2, sizeof(TapSteps<T>) * static_cast<std::size_t>(c.taps())));
    T* to = sumsOf(part, group);
    T* bias = to + channels() * c.inChannels * c.taps();
    const Size first = splits == 1 ? 0 : split * kTileChannels<T>;
    const Size last = splits == 1 ? c.outChannels : min(c.outChannels, first + kTileChannels<T>);
    const Size inside = c.inChannels * c.taps();
    std::memset(to + first * inside, 0, sizeof(T) * static_cast<std::size_t>((round(last, kLanes<T>) - first) * inside));
    std::memset(bias + first, 0, sizeof(T) * static_cast<std::size_t>(round(last, kLanes<T>) - first));
    const Size end = (part + 1) * c.batch / groups;
    for (Size n = part * c.batch / groups; n < end; n++) {
      const T* whole = image() + (n * c.groups + group) * c.inChannels * c.plane();
      const T* grads = grad() + (n * c.groups + group) * c.outChannels * c.outPlane();
      // The next image and its gradients are brought near meanwhile.
      const bool hasNext = n + 1 < end;
      const Size tiles = parts(c.y.count, rows) * parts(c.x.count, columns) * parts(last - first, kTileChannels<T>) * parts(inside, kTileRows);
      Ahead ahead[] = {
          Ahead::of(whole + c.groups * c.inChannels * c.plane(), hasNext ? c.inChannels * c.plane() : 0, tiles),
          Ahead::of(grads + c.groups * c.outChannels * c.outPlane(), hasNext ? c.outChannels * c.outPlane() : 0, tiles),
      };
      for (Size j = 0; j < c.y.count; j += rows) {
        for (Size i = 0; i < c.x.count; i += columns) {
          const Range down{j, min(rows, c.y.count - j)};
          const Range across{i, min(columns, c.x.count - i)};
          const T* read = whole + c.y.position(j, 0) * c.x.length + c.x.position(i, 0);
          if (copies) {
            own.fill(whole, c.inChannels, c.y.length, c.x.length, rangeOf(c.y, down), rangeOf(c.x, across));
            read = own.copy;
          }
          if (patches) {
            packPatches(patch, read, down, across);
            read = patch;
          }
          for (Size o = first; o < last; o += kTileChannels<T>) {
            const Size count = min(kTileChannels<T>, last - o);
            const T* from = grads + o * c.outPlane();
            if constexpr (kTileVectorsOf<T> == 1) addBlock<1>(read, from, count, down, across, products, panel, to + o * inside, bias + o, ahead);
            else if (count > kLanes<T>) addBlock<2>(read, from, count, down, across, products, panel, to + o * inside, bias + o, ahead);
            else addBlock<1>(read, from, count, down, across, products, panel, to + o * inside, bias + o, ahead);
          }
        }
      }
    }
  }

  static Range rangeOf(const Axis& axis, Range outputs) {
    return {axis.position(outputs.first, 0), (outputs.count - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1};
  }

  /** The sums of one vector of channels over all groups of images, in their order. */
  void total(Size group, Size first) const {
    constexpr Size lanes = kLanes<T>;
    const Size inside = c.inChannels * c.taps();
    const Size block = first / kTileChannels<T> * kTileChannels<T>;
    const Size width = min(kTileChannels<T>, channels() - block);
    const Size count = min(lanes, c.outChannels - first);
    const auto sum = [&](Size at) {
      const T* from = sumsOf(0, group) + at;
      Vector<T> all = load(from);
      for (Size p = 1; p < groups; p++) all += load(from + p * c.groups * stride());
      return all;
    };
    T* weight = static_cast<T*>(c.weight) + (group * c.outChannels + first) * inside;
    for (Size k = 0; k < inside; k += lanes) {
      const Size present = min(lanes, inside - k);
      Vector<T> square[lanes];
      for (Size l = 0; l < lanes; l++) square[l] = l < present ? sum(block * inside + (k + l) * width + first - block) : Vector<T>{};
      transpose<T>(square);
      for (Size l = 0; l < count; l++) {
        if (present == lanes) store(weight + l * inside + k, square[l]);
        else storePart(weight + l * inside + k, square[l], present);
      }
    }
    if (c.bias == nullptr) return;
    storePart(static_cast<T*>(c.bias) + group * c.outChannels + first, sum(channels() * inside + first), count);
  }

  void run(bool share) const {
    each(groups * c.groups * splits, share, [&](Size task) {
      addImages(task / splits / c.groups, task / splits % c.groups, task % splits);
    });
    const Size blocks = parts(c.outChannels, kLanes<T>);
    each(c.groups * blocks, share, [&](Size task) { total(task / blocks, task % blocks * kLanes<T>); });
  }
};

/** Nanoseconds that so many products take about. */
template <class T> double costOf(const Convolution& c, Size channels) {
  return 0.01 * static_cast<double>(sizeof(T)) * static_cast<double>(c.batch * c.outPlane()) *
         static_cast<double>(c.groups * channels * c.inChannels * c.taps());
}

template <class T> bool byPixels(const Convolution& c) {
  WeightGradientByPixels<T> w{c, min(kParts, c.batch), {}, round(c.x.count, kSideBySide), 0, nullptr};
  const double window = static_cast<double>(c.x.span()) * static_cast<double>(c.y.span());
  const double grads = static_cast<double>(w.pitch) * static_cast<double>(c.y.count) * static_cast<double>(c.outChannels);
  if (window * static_cast<double>(c.inChannels) > kLargestWindow || grads > kLargestWindow) return false;
  w.gradPlane = spread<T>(c.y.count * w.pitch);
  w.window.pitch = c.x.span();
  w.window.plane = spread<T>(c.x.span() * c.y.span());
  w.sums = static_cast<T*>(scratch(0, sizeof(T) * static_cast<std::size_t>(w.parts * w.stride())));
  w.run(worthSharing(costOf<T>(c, c.outChannels)));
  return true;
}

template <class T> bool backwardWeight(const Convolution& c) {
  if (c.batch == 0) return false;
  if (isFewChannels<T>(c)) {
    if constexpr (std::is_same_v<T, float>) return byPixels<T>(c);
  }
  WeightGradient<T> w{c};
  w.columns = evenly(c.x.count, kBlock);
  w.rows = evenly(c.y.count, max(1, kBlock / w.columns));
  const Range rows = w.rangeOf(c.y, {0, w.rows});
  const Range columns = w.rangeOf(c.x, {0, w.columns});
  if (static_cast<double>(rows.count) * static_cast<double>(columns.count) * static_cast<double>(c.inChannels) > kLargestWindow) return false;
  const Range allRows = w.rangeOf(c.y, {0, c.y.count});
  const Range allColumns = w.rangeOf(c.x, {0, c.x.count});
  const bool isInside = allRows.first >= 0 && allRows.first + allRows.count <= c.y.length && allColumns.first >= 0 &&
                        allColumns.first + allColumns.count <= c.x.length;
  w.reaches = kLeavesOut && !isInside;
  w.copies = !isInside || c.plane() * static_cast<Size>(sizeof(T)) % 512 == 0;
  w.window = {nullptr, w.copies ? columns.count : c.x.length, w.copies ? spread<T>(rows.count * columns.count) : c.plane()};
  w.patches = c.inChannels * min(kTileVectors, parts(c.outChannels, kLanes<T>)) < kFewAccumulators && c.taps() > 1;
  w.patchPitch = spread<T>(w.rows * w.columns);
  if (w.patches && static_cast<double>(c.inChannels) * static_cast<double>(c.taps()) * static_cast<double>(w.patchPitch) > kLargestWindow) return false;
  const Size weights = c.groups * c.outChannels * c.inChannels * c.taps();
  w.groups = min(c.batch, max(1, min(kParts, kPartial / weights)));
  w.splits = w.groups * c.groups < 8 ? parts(c.outChannels, kTileChannels<T>) : 1;

  const Size tables = kBlock + c.taps() * static_cast<Size>(sizeof(Tap) / sizeof(Size));
  const Size all = w.groups * c.groups * w.stride();
  char* memory = static_cast<char*>(scratch(0, sizeof(Size) * static_cast<std::size_t>(round(tables, 8)) + sizeof(T) * static_cast<std::size_t>(all)));
  Size* steps = reinterpret_cast<Size*>(memory);
  Tap* taps = reinterpret_cast<Tap*>(steps + kBlock);
  const Size step = w.patches ? 1 : c.x.stride;
  for (Size i = 0; i < kBlock; i++) steps[i] = i * step;
  for (Size t = 0; t < c.taps(); t++) {
    const Size p = t / c.x.kernel;
    const Size q = t % c.x.kernel;
    taps[t].offset = p * c.y.dilation * w.window.pitch + q * c.x.dilation;
    if (w.reaches) taps[t].down = seeing(c.y, p), taps[t].across = seeing(c.x, q);
  }
  w.steps = steps;
  w.taps = taps;
  w.sums = reinterpret_cast<T*>(steps + round(tables, 8));
  w.run(worthSharing(costOf<T>(c, w.channels())));
  return true;
}

}  // namespace

void fillConvolutionWeight(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) { kernels.convolveBackwardWeight[d] = backwardWeight<T>; });
}

}  // namespace kd::KD_TARGET
