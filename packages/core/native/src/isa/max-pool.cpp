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

template <class T, bool indexed> KD_INLINE void byStride(const MaxPool& c, Size first, Size last) {
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
  kernels.maxPool2d[static_cast<int>(DType::float32)] = maxPool<float>;
  kernels.maxPool2d[static_cast<int>(DType::float64)] = maxPool<double>;
}

}  // namespace kd::KD_TARGET
