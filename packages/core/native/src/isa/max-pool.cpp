#include <type_traits>

#include "fill.h"
#include "vector.h"

namespace kd::KD_TARGET {
namespace {

/** What comparisons of vectors give: integers as wide as the elements. */
template <class T> using Integers = decltype(Vector<T>{} > Vector<T>{});
template <class T> using Integer = std::remove_cvref_t<decltype(Integers<T>{}[0])>;

/** Every second lane of two vectors one behind the other. */
template <class T> KD_INLINE Vector<T> everySecond(Vector<T> a, Vector<T> b) {
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
  if constexpr (kLanes<T> == 16)
    return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  else if constexpr (kLanes<T> == 8) return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
  else if constexpr (kLanes<T> == 4) return __builtin_shufflevector(a, b, 0, 2, 4, 6);
  else return __builtin_shufflevector(a, b, 0, 2);
#endif
#endif
  Vector<T> even;
  for (int l = 0; l < kLanes<T> / 2; l++) {
    even[l] = a[2 * l];
    even[l + kLanes<T> / 2] = b[2 * l];
  }
  return even;
}

/** `count` elements a stride apart, of which `room` lie one behind the other in memory. */
template <class T, int stride> KD_INLINE Vector<T> elementsAt(const T* p, Size step, Size count, Size room) {
  constexpr Size lanes = kLanes<T>;
  if constexpr (stride == 1) {
    return room >= lanes ? load(p) : loadPart(p, count);
  } else if constexpr (stride == 2) {
    if (room >= 2 * lanes) return everySecond<T>(load(p), load(p + lanes));
    if (room <= lanes) return everySecond<T>(loadPart(p, room), Vector<T>{});
    return everySecond<T>(load(p), loadPart(p + lanes, room - lanes));
  } else {
    Vector<T> v{};
    for (Size l = 0; l < count; l++) v[l] = p[l * step];
    return v;
  }
}

template <class T> KD_INLINE void storeIndices(std::int32_t* p, Integers<T> v, Size count) {
  if constexpr (sizeof(T) == 4) {
    if (count == kLanes<T>) return store<std::int32_t>(p, v);
#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)
    return _mm512_mask_storeu_epi32(p, firstOf16(count), reinterpret_cast<__m512i>(v));
#endif
  }
  for (Size l = 0; l < count; l++) p[l] = static_cast<std::int32_t>(v[l]);
}

template <class T> KD_INLINE void storeValues(T* p, Vector<T> v, Size count) {
  if (count == kLanes<T>) store(p, v);
  else storePart(p, v, count);
}

/** The windows on an axis that lie inside of it: [first, last). */
struct Whole {
  Size first;
  Size last;

  explicit Whole(const Axis& axis) {
    const Size room = axis.length - 1 - axis.position(0, axis.kernel - 1);
    last = room < 0 ? 0 : room / axis.stride + 1;
    if (last > axis.count) last = axis.count;
    first = (axis.padding + axis.stride - 1) / axis.stride;
    if (first > last) first = last;
  }

  /** Windows from i on that are all inside or none, up to `most` of them. */
  Size run(Size i, Size count, Size most) const {
    const Size end = i < first ? first : i < last ? last : count;
    return end - i < most ? end - i : most;
  }
};

/** Rows of outputs side by side, a vector of them at a time. `stride` is that of columns, 0 where it is another than 1 and 2. */
template <class T, int stride, bool indexed> void maxPoolPlanes(const MaxPool& c, Size first, Size last) {
  using V = Vector<T>;
  using I = Integers<T>;
  constexpr Size lanes = kLanes<T>;
  const Axis& rows = c.y;
  const Axis& columns = c.x;
  const Size width = columns.length;
  const Whole whole(columns);
  I apart;
  for (Size l = 0; l < lanes; l++) apart[l] = static_cast<Integer<T>>(l * columns.stride);
  const T* x = static_cast<const T*>(c.from) + first * c.plane();
  T* y = static_cast<T*>(c.to) + first * c.outPlane();
  std::int32_t* index = indexed ? c.index + first * c.outPlane() : nullptr;
  for (Size plane = first; plane < last; plane++, x += c.plane()) {
    for (Size i = 0; i < rows.count; i++) {
      for (Size j = 0, count; j < columns.count; j += count) {
        count = whole.run(j, columns.count, lanes);
        V best = broadcast(static_cast<T>(-__builtin_inf()));
        I at = I{} - 1;
        for (Size p = 0; p < rows.kernel; p++) {
          const Size row = rows.position(i, p);
          if (row < 0 || row >= rows.length) continue;
          const T* line = x + row * width;
          for (Size q = 0; q < columns.kernel; q++) {
            const Size column = columns.position(j, q);
            const Size end = column + (count - 1) * columns.stride;
            if (end < 0 || column >= width) continue;
            V value;
            I position = I{} + static_cast<Integer<T>>(row * width + column);
            position += apart;
            if (column >= 0 && end < width) {
              value = elementsAt<T, stride>(line + column, columns.stride, count, width - column);
            } else {
              value = broadcast(static_cast<T>(-__builtin_inf()));
              for (Size l = 0; l < count; l++) {
                const Size here = column + l * columns.stride;
                if (here >= 0 && here < width) value[l] = line[here];
                else position[l] = -1;
              }
            }
            I better = (value > best) | ((value != value) & (best == best));
            if constexpr (indexed) {
              better |= at < 0;
              at = better ? position : at;
            }
            best = better ? value : best;
          }
        }
        storeValues(y + j, best, count);
        if constexpr (indexed) storeIndices<T>(index + j, at, count);
      }
      y += columns.count;
      if constexpr (indexed) index += columns.count;
    }
  }
}

/**
 * The same where all windows lie inside. Vectors are read and written as a whole as long as they end in these planes: what is written
 * behind a row belongs to the next one, which comes later. `kernel` is that of both axes, 0 where it is another than 2 × 2.
 */
template <class T, int stride, int kernel, bool indexed> __attribute__((noinline)) void maxPoolInside(const MaxPool& c, Size first, Size last) {
  using V = Vector<T>;
  using I = Integers<T>;
  constexpr Size lanes = kLanes<T>;
  // Read once: what is written may lie anywhere.
  const Axis rows = c.y;
  const Axis columns = c.x;
  const Size height = kernel == 0 ? rows.kernel : kernel;
  const Size across = kernel == 0 ? columns.kernel : kernel;
  const Size down = rows.dilation * columns.length;
  const Size plane = c.plane();
  I apart;
  for (Size l = 0; l < lanes; l++) apart[l] = static_cast<Integer<T>>(l * columns.stride);
  const T* x = static_cast<const T*>(c.from) + first * plane;
  T* y = static_cast<T*>(c.to) + first * c.outPlane();
  std::int32_t* index = indexed ? c.index + first * c.outPlane() : nullptr;
  Size left = (last - first) * c.outPlane();
  for (Size unread = (last - first) * plane; unread > 0; unread -= plane, x += plane) {
    Size line = rows.position(0, 0) * columns.length + columns.position(0, 0);
    for (Size i = 0; i < rows.count; i++, line += rows.stride * columns.length) {
      for (Size j = 0; j < columns.count; j += lanes) {
        const Size count = columns.count - j < lanes ? columns.count - j : lanes;
        const auto valueAt = [&](Size position) KD_ALWAYS_INLINE {
          return elementsAt<T, stride>(x + position, columns.stride, count, unread - position);
        };
        const Size start = line + j * columns.stride;
        V best = valueAt(start);
        I at{};  // from the window's start
        for (Size p = 0, row = 0; p < height; p++, row += down) {
          for (Size q = p == 0 ? 1 : 0; q < across; q++) {
            const Size offset = row + q * columns.dilation;
            const V value = valueAt(start + offset);
            const I better = ~(value <= best) & (best == best);
            if constexpr (indexed) at = better ? I{} + static_cast<Integer<T>>(offset) : at;
            best = better ? value : best;
          }
        }
        at += apart + static_cast<Integer<T>>(start);
        const Size written = left >= lanes ? lanes : count;
        storeValues(y, best, written);
        if constexpr (indexed) storeIndices<T>(index, at, written);
        y += count;
        if constexpr (indexed) index += count;
        left -= count;
      }
    }
  }
}

template <class T, bool indexed> KD_INLINE bool inside(const MaxPool& c, Size first, Size last) {
  const auto isInside = [](const Axis& axis) {
    const Whole whole(axis);
    return whole.first == 0 && whole.last == axis.count;
  };
  if (c.x.stride > 2 || !isInside(c.y) || !isInside(c.x)) return false;
  const bool isSquare = c.x.kernel == 2 && c.y.kernel == 2;
  if constexpr (kIsDownloaded) {
    if (c.x.stride != 2 || !isSquare) return false;
    maxPoolInside<T, 2, 2, indexed>(c, first, last);
    return true;
  }
  if (c.x.stride == 1) maxPoolInside<T, 1, 0, indexed>(c, first, last);
  else if (isSquare) maxPoolInside<T, 2, 2, indexed>(c, first, last);
  else maxPoolInside<T, 2, 0, indexed>(c, first, last);
  return true;
}

template <class T, bool indexed> KD_INLINE void byStride(const MaxPool& c, Size first, Size last) {
  if constexpr (kFewVariants<T>) return maxPoolPlanes<T, 0, indexed>(c, first, last);
  if (inside<T, indexed>(c, first, last)) return;
  if (c.x.stride == 1) maxPoolPlanes<T, 1, indexed>(c, first, last);
  else if (c.x.stride == 2) maxPoolPlanes<T, 2, indexed>(c, first, last);
  else maxPoolPlanes<T, 0, indexed>(c, first, last);
}

template <class T> void maxPool(const MaxPool& c, Size first, Size last) {
  if (c.index == nullptr) byStride<T, false>(c, first, last);
  else byStride<T, true>(c, first, last);
}

}  // namespace

void fillMaxPool(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) { kernels.maxPool2d[d] = maxPool<T>; });
}

}  // namespace kd::KD_TARGET
