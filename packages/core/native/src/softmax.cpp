// Softmax along the middle axis of [outer, length, inner], its logarithm, and their gradients.
#include <new>

#include "generated/records.h"
#include "rows.h"

namespace kd {
namespace {

struct SoftmaxCall {
  Call call;
  bool backward;
  DType dtype;
  bool logarithm;
  Size outer;
  Size length;
  Size inner;
  void* out;
  const void* first;   // x, or ∂L/∂y
  const void* second;  // y, for the gradient
};
static_assert(sizeof(SoftmaxCall) <= kCallBytes);

void onRows(const SoftmaxCall& c, Size rows, const void* first, const void* second, void* out) {
  const int d = static_cast<int>(c.dtype);
  if (c.backward) kernels().softmaxBackward[d][c.logarithm](rows, c.length, first, second, out);
  else kernels().softmax[d][c.logarithm](rows, c.length, first, out);
}

/** The columns [column, column + count) of a [length, inner] matrix as rows. */
template <class T> void gather(const SoftmaxCall& c, Size column, Size count, const T* matrix, T* rows) {
  for (Size l = 0; l < c.length; l++) {
    for (Size i = 0; i < count; i++) rows[i * c.length + l] = matrix[l * c.inner + column + i];
  }
}

/** Columns are worked on in bundles, as rows. */
template <class T> void onColumns(const SoftmaxCall& c) {
  constexpr Size bundle = 16;
  const Size across = (c.inner + bundle - 1) / bundle;
  const double cost = 3.0 * static_cast<double>(c.length * bundle);
  forEachRowBlock(c.outer * across, cost, [&](Size start, Size tasks) {
    T* rows = static_cast<T*>(scratch(2, sizeof(T) * static_cast<std::size_t>(3 * bundle * c.length)));
    T* second = rows + bundle * c.length;
    T* results = second + bundle * c.length;
    for (Size task = start; task < start + tasks; task++) {
      const Size matrix = task / across * c.length * c.inner;
      const Size column = task % across * bundle;
      const Size count = std::min(bundle, c.inner - column);
      gather(c, column, count, static_cast<const T*>(c.first) + matrix, rows);
      if (c.backward) gather(c, column, count, static_cast<const T*>(c.second) + matrix, second);
      onRows(c, count, rows, second, results);
      T* out = static_cast<T*>(c.out) + matrix + column;
      for (Size l = 0; l < c.length; l++) {
        for (Size i = 0; i < count; i++) out[l * c.inner + i] = results[i * c.length + l];
      }
    }
  });
}

Status run(const Call* self) {
  const SoftmaxCall& c = *reinterpret_cast<const SoftmaxCall*>(self);
  if (c.inner > 1) {
    if (c.dtype == DType::float32) onColumns<float>(c);
    else onColumns<double>(c);
    return Status::done;
  }
  const Size bytes = bytesOf(c.dtype);
  const double cost = (c.dtype == DType::float32 ? 1.5 : 10) * static_cast<double>(c.length) + 10;
  forEachRowBlock(c.outer, cost, [&](Size start, Size count) {
    const Size first = start * c.length;
    onRows(c, count, at(c.first, first, bytes), c.backward ? at(c.second, first, bytes) : nullptr, at(c.out, first, bytes));
  });
  return Status::done;
}

template <class Record> SoftmaxCall& prepareAny(const Record& call, void* memory) {
  SoftmaxCall& c = *new (memory) SoftmaxCall;
  c.call.bytes = sizeof(SoftmaxCall);
  c.call.run = elementCount(call.outer, call.length, call.inner) == 0 ? runNothing : run;
  c.dtype = call.dtype;
  c.logarithm = call.log;
  c.outer = call.outer;
  c.length = call.length;
  c.inner = call.inner;
  c.out = call.out;
  return c;
}

}  // namespace

Status prepare(const SoftmaxRecord& call, void* memory) {
  SoftmaxCall& c = prepareAny(call, memory);
  c.backward = false;
  c.first = call.input;
  return Status::done;
}

Status prepare(const SoftmaxBackwardRecord& call, void* memory) {
  SoftmaxCall& c = prepareAny(call, memory);
  c.backward = true;
  c.first = call.grad;
  c.second = call.y;
  return Status::done;
}

}  // namespace kd
