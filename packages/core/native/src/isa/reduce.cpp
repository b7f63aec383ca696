#include <type_traits>

#include "fill.h"
#include "vector.h"

namespace kd::KD_TARGET {
namespace {

/** Combines scalars or vectors alike. Once a maximum is NaN it stays so. */
template <Reduce op, class V> KD_INLINE V combined(V total, V x) {
  if constexpr (op == Reduce::sum) return total + x;
  else if constexpr (op == Reduce::prod) return total * x;
  else if constexpr (op == Reduce::max) return (x > total) | (x != x) ? x : total;
  else return (x < total) | (x != x) ? x : total;
}

template <Reduce op, class T> constexpr T identity() {
  if constexpr (op == Reduce::sum) return T(0);
  else if constexpr (op == Reduce::prod) return T(1);
  else if constexpr (std::is_floating_point_v<T>) return op == Reduce::max ? -__builtin_inf() : __builtin_inf();
  else if constexpr (std::is_same_v<T, std::uint8_t>) return op == Reduce::max ? 0 : 255;
  else return op == Reduce::max ? INT32_MIN : INT32_MAX;
}

/** What totals are kept in: double for floats, so that the length of a sum costs no accuracy. */
template <Reduce op, class T> struct TotalOf {
  using Type = T;
};
template <> struct TotalOf<Reduce::sum, float> { using Type = double; };
template <> struct TotalOf<Reduce::prod, float> { using Type = double; };
template <> struct TotalOf<Reduce::sum, std::uint8_t> { using Type = std::int32_t; };
template <> struct TotalOf<Reduce::prod, std::uint8_t> { using Type = std::int32_t; };

/** As many elements as a vector of totals has lanes, converted to totals. */
template <class Total, class T> KD_INLINE Vector<Total> loadTotals(const T* p) {
  if constexpr (std::is_same_v<T, Total>) {
    return load(p);
  } else {
    typedef T Narrow __attribute__((vector_size(sizeof(T) * kLanes<Total>), aligned(alignof(T)), may_alias));
    return __builtin_convertvector(*reinterpret_cast<const Narrow*>(p), Vector<Total>);
  }
}

template <Reduce op, class T, class Total> KD_INLINE Total fold(const T* x, Size length) {
  constexpr int lanes = kLanes<Total>;
  constexpr int ways = 4;
  Size i = 0;
  Total total = identity<op, Total>();
  if (length >= lanes) {
    Vector<Total> totals[ways];
    for (auto& way : totals) way = broadcast(identity<op, Total>());
    for (; i + lanes * ways <= length; i += lanes * ways) {
      for (int w = 0; w < ways; w++) totals[w] = combined<op>(totals[w], loadTotals<Total>(x + i + w * lanes));
    }
    for (; i + lanes <= length; i += lanes) totals[0] = combined<op>(totals[0], loadTotals<Total>(x + i));
    const Vector<Total> all = combined<op>(combined<op>(totals[0], totals[1]), combined<op>(totals[2], totals[3]));
    Total values[lanes];
    store(values, all);
    for (int width = lanes / 2; width > 0; width /= 2) {
      for (int l = 0; l < width; l++) values[l] = combined<op>(values[l], values[l + width]);
    }
    total = values[0];
  }
  for (; i < length; i++) total = combined<op>(total, static_cast<Total>(x[i]));
  return total;
}

template <Reduce op, class T, class Total, class Out>
void rowsLoop(Size rows, Size length, const void* input, void* out) {
  const T* x = static_cast<const T*>(input);
  Out* y = static_cast<Out*>(out);
  for (Size r = 0; r < rows; r++, x += length) y[r] = static_cast<Out>(fold<op, T, Total>(x, length));
}

template <Reduce op, class T, class Total, class Out>
void columnsLoop(Size length, Size width, Size first, Size last, const void* input, void* out) {
  constexpr Size kChunk = 64;
  Out* y = static_cast<Out*>(out);
  for (; first < last; first += kChunk) {
    const Size count = last - first < kChunk ? last - first : kChunk;
    const T* x = static_cast<const T*>(input) + first;
    Total totals[kChunk];
    for (Size i = 0; i < count; i++) totals[i] = identity<op, Total>();
    Size l = 0;
    for (; l + 4 <= length; l += 4, x += 4 * width) {
      for (Size i = 0; i < count; i++) {
        Total total = combined<op>(totals[i], static_cast<Total>(x[i]));
        total = combined<op>(total, static_cast<Total>(x[i + width]));
        total = combined<op>(total, static_cast<Total>(x[i + 2 * width]));
        totals[i] = combined<op>(total, static_cast<Total>(x[i + 3 * width]));
      }
    }
    for (; l < length; l++, x += width) {
      for (Size i = 0; i < count; i++) totals[i] = combined<op>(totals[i], static_cast<Total>(x[i]));
    }
    for (Size i = 0; i < count; i++) y[first + i] = static_cast<Out>(totals[i]);
  }
}

template <bool all, class T> void quantifyRows(Size rows, Size length, const void* input, void* out) {
  const T* x = static_cast<const T*>(input);
  auto* y = static_cast<std::uint8_t*>(out);
  for (Size r = 0; r < rows; r++, x += length) {
    int found = 0;
    for (Size i = 0; i < length; i++) found |= all ? x[i] == T(0) : x[i] != T(0);
    y[r] = static_cast<std::uint8_t>(all ? !found : found);
  }
}

template <bool all, class T>
void quantifyColumns(Size length, Size width, Size first, Size last, const void* input, void* out) {
  auto* y = static_cast<std::uint8_t*>(out);
  for (Size i = first; i < last; i++) y[i] = all;
  for (Size l = 0; l < length; l++) {
    const T* x = static_cast<const T*>(input) + l * width;
    KD_INDEPENDENT
    for (Size i = first; i < last; i++) {
      const auto truth = static_cast<std::uint8_t>(x[i] != T(0));
      y[i] = all ? y[i] & truth : y[i] | truth;
    }
  }
}

template <Reduce op, class T> constexpr Reduction reductionOf() {
  if constexpr (isPredicate(op)) {
    constexpr bool all = op == Reduce::all;
    return {quantifyRows<all, T>, quantifyColumns<all, T>, quantifyRows<all, T>, quantifyColumns<all, T>, DType::uint8};
  } else {
    using Total = typename TotalOf<op, T>::Type;
    return {rowsLoop<op, T, Total, T>, columnsLoop<op, T, Total, T>, rowsLoop<op, T, Total, Total>,
            columnsLoop<op, T, Total, Total>, dtypeOf<Total>};
  }
}

template <class T> void fillDType(Kernels& kernels, DType dtype) {
#define KD_FILL(op) kernels.reduce[static_cast<int>(Reduce::op)][static_cast<int>(dtype)] = reductionOf<Reduce::op, T>();
  KD_REDUCE(KD_FILL)
#undef KD_FILL
}

}  // namespace

void fillReductions(Kernels& kernels) {
  fillDType<std::uint8_t>(kernels, DType::boolean);
  fillDType<std::uint8_t>(kernels, DType::uint8);
  fillDType<std::int32_t>(kernels, DType::int32);
  fillDType<float>(kernels, DType::float32);
  fillDType<double>(kernels, DType::float64);
}

}  // namespace kd::KD_TARGET
