#include "fill.h"
#include "fold.h"

namespace kd::KD_TARGET {
namespace {

template <Reduce op, class T, class Total, class Out>
void rowsLoop(Size rows, Size length, const void* input, void* out) {
  const T* x = static_cast<const T*>(input);
  Out* y = static_cast<Out*>(out);
  for (Size r = 0; r < rows; r++, x += length) y[r] = static_cast<Out>(fold<op, T, Total>(x, length));
}

constexpr Size kChunk = 64;

/** Elements that are added up one by one in less time than loops of vectors begin and end. */
constexpr Size kFew = 32;

/** Totals of so many vectors of columns side by side, which stay in registers from the first row to the last. */
template <Reduce op, class T, class Total, int vectors> KD_INLINE void columnTotals(Size length, Size width, const T* x, Total* totals) {
  constexpr Size lanes = kLanes<Total>;
  Vector<Total> total[vectors];
#pragma GCC unroll 4
  for (int v = 0; v < vectors; v++) total[v] = broadcast(identity<op, Total>());
  for (Size l = 0; l < length; l++, x += width) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) total[v] = combined<op>(total[v], valueAt<Vector<Total>>(x + v * lanes));
  }
#pragma GCC unroll 4
  for (int v = 0; v < vectors; v++) store(totals + v * lanes, total[v]);
}

template <Reduce op, class T, class Total, class Out>
void columnsLoop(Size length, Size width, Size first, Size last, const void* input, void* out) {
  Out* y = static_cast<Out*>(out);
  if (!kIsDownloaded && length * (last - first) <= kFew) {
    for (Size i = first; i < last; i++) {
      const T* x = static_cast<const T*>(input) + i;
      Total total = identity<op, Total>();
      for (Size l = 0; l < length; l++) total = combined<op>(total, static_cast<Total>(x[l * width]));
      y[i] = static_cast<Out>(total);
    }
    return;
  }
  for (; first < last; first += kChunk) {
    const Size count = last - first < kChunk ? last - first : kChunk;
    const T* x = static_cast<const T*>(input) + first;
    Total totals[kChunk];
    if constexpr (!kIsDownloaded && std::is_floating_point_v<T>) {
      constexpr Size lanes = kLanes<Total>;
      if (count % lanes == 0) {
        Size i = 0;
        for (; i + 4 * lanes <= count; i += 4 * lanes) columnTotals<op, T, Total, 4>(length, width, x + i, totals + i);
        for (; i + 2 * lanes <= count; i += 2 * lanes) columnTotals<op, T, Total, 2>(length, width, x + i, totals + i);
        for (; i < count; i += lanes) columnTotals<op, T, Total, 1>(length, width, x + i, totals + i);
        for (i = 0; i < count; i++) y[first + i] = static_cast<Out>(totals[i]);
        continue;
      }
    }
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

/** Columns of narrow matrices: eight rows count as one, which is wide enough for vectors. */
template <Reduce op, class T, class Total, class Out>
void narrowColumnsLoop(Size length, Size width, Size first, Size last, const void* input, void* out) {
  constexpr Size rows = 8;
  if (width * rows > kChunk || length < 2 * rows || last - first != width) {
    return columnsLoop<op, T, Total, Out>(length, width, first, last, input, out);
  }
  const T* x = static_cast<const T*>(input);
  Out* y = static_cast<Out*>(out);
  const Size groups = length / rows;
  Total totals[kChunk];
  columnsLoop<op, T, Total, Total>(groups, rows * width, 0, rows * width, x, totals);
  for (Size i = 0; i < width; i++) {
    Total total = totals[i];
    for (Size r = 1; r < rows; r++) total = combined<op>(total, totals[r * width + i]);
    for (Size l = groups * rows; l < length; l++) total = combined<op>(total, static_cast<Total>(x[l * width + i]));
    y[i] = static_cast<Out>(total);
  }
}

template <bool all, class T> void anyAllRows(Size rows, Size length, const void* input, void* out) {
  const T* x = static_cast<const T*>(input);
  auto* y = static_cast<std::uint8_t*>(out);
  for (Size r = 0; r < rows; r++, x += length) {
    int found = 0;
    for (Size i = 0; i < length; i++) found |= all ? x[i] == T(0) : x[i] != T(0);
    y[r] = static_cast<std::uint8_t>(all ? !found : found);
  }
}

template <bool all, class T>
void anyAllColumns(Size length, Size width, Size first, Size last, const void* input, void* out) {
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
    return {anyAllRows<all, T>, anyAllColumns<all, T>, anyAllRows<all, T>, anyAllColumns<all, T>, DType::uint8};
  } else {
    using Total = typename TotalOf<op, T>::Type;
    // Sums of integers are the same in any order.
    constexpr bool few = kFewVariants<T> && !std::is_floating_point_v<T>;
    constexpr auto columns = few ? columnsLoop<op, T, Total, T> : narrowColumnsLoop<op, T, Total, T>;
    constexpr auto partialColumns = few ? columnsLoop<op, T, Total, Total> : narrowColumnsLoop<op, T, Total, Total>;
    return {rowsLoop<op, T, Total, T>, columns, rowsLoop<op, T, Total, Total>, partialColumns, dtypeOf<Total>};
  }
}

template <Reduce op> void fillOp(Kernels& kernels) {
  forTypes<std::uint8_t, std::int32_t, float, double>([&]<class T>(int d) {
    kernels.reduce[static_cast<int>(op)][d] = reductionOf<op, T>();
  });
}

}  // namespace

void fillReductions(Kernels& kernels) {
#define KD_FILL(op) fillOp<Reduce::op>(kernels);
  KD_REDUCE_OPS(KD_FILL)
#undef KD_FILL
}

}  // namespace kd::KD_TARGET
