// Cross-entropy of rows of class scores, with its gradient.
#include <new>

#include "decode.h"
#include "rows.h"

namespace kd {
namespace {

struct CrossEntropyCall {
  Call call;
  DType dtype;
  DType targetDType;
  Size rows;
  Size classes;
  double ignored;
  const void* target;
  const void* scores;  // x, or its log softmax
  const void* grad;    // of the losses
  Size gradStep;       // elements
  void* losses;
  void* out;  // log softmax, or ∂L/∂x
  void* counted;
};
static_assert(sizeof(CrossEntropyCall) <= kCallBytes);

const CrossEntropyCall& of(const Call* self) { return *reinterpret_cast<const CrossEntropyCall*>(self); }

/** The class of a row, or −1 where it does not count. */
Size classOf(const CrossEntropyCall& c, Size row) {
  const Size target = c.targetDType == DType::int32 ? Size{static_cast<const std::int32_t*>(c.target)[row]}
                                                    : Size{static_cast<const std::uint8_t*>(c.target)[row]};
  return static_cast<double>(target) == c.ignored || target < 0 || target >= c.classes ? -1 : target;
}

double costOf(const CrossEntropyCall& c) {
  return (c.dtype == DType::float32 ? 1.5 : 10) * static_cast<double>(c.classes) + 10;
}

template <class T> Status run(const Call* self) {
  const CrossEntropyCall& c = of(self);
  const auto softmax = kernels().softmax[static_cast<int>(c.dtype)][1];
  const T* x = static_cast<const T*>(c.scores);
  T* logs = static_cast<T*>(c.out);
  T* losses = static_cast<T*>(c.losses);
  inRowBlocks(c.rows, costOf(c), [&](Size first, Size count) {
    softmax(count, c.classes, x + first * c.classes, logs + first * c.classes);
    for (Size r = first; r < first + count; r++) {
      const Size target = classOf(c, r);
      losses[r] = target < 0 ? T(0) : -logs[r * c.classes + target];
    }
  });
  Size counted = 0;
  for (Size r = 0; r < c.rows; r++) counted += classOf(c, r) >= 0;
  *static_cast<T*>(c.counted) = static_cast<T>(counted);
  return Status::done;
}

Status runBackward(const Call* self) {
  const CrossEntropyCall& c = of(self);
  const auto slopes = kernels().crossEntropySlopes[static_cast<int>(c.dtype)];
  const Size bytes = bytesOf(c.dtype);
  inRowBlocks(c.rows, costOf(c), [&](Size first, Size count) {
    for (Size r = first; r < first + count; r++) {
      const Size target = classOf(c, r);
      char* out = at(c.out, r * c.classes, bytes);
      if (target < 0) std::memset(out, 0, static_cast<std::size_t>(c.classes * bytes));
      else slopes(c.classes, target, at(c.scores, r * c.classes, bytes), at(c.grad, r * c.gradStep, bytes), out);
    }
  });
  return Status::done;
}

}  // namespace

Status decodeCrossEntropy(Kind kind, Reader& record, void* memory) {
  CrossEntropyCall& c = *new (memory) CrossEntropyCall;
  c.call.bytes = sizeof(CrossEntropyCall);
  c.rows = record.size();
  c.classes = record.size(1);
  c.ignored = record.number();
  const Size count = elements(c.rows, c.classes);
  const Reader::Dense scores = record.dense(count);
  c.dtype = scores.dtype;
  c.scores = scores.data;
  if (isInteger(c.dtype)) return Status::unsupported;
  const Reader::Dense target = record.dense(c.rows);
  c.targetDType = target.dtype;
  c.target = target.data;
  if (c.targetDType != DType::int32 && c.targetDType != DType::uint8) return Status::unsupported;
  c.out = record.dense(c.dtype, count);
  if (kind == Kind::crossEntropy) {
    c.losses = record.dense(c.dtype, c.rows);
    c.counted = record.dense(c.dtype, 1);
    c.call.run = c.dtype == DType::float32 ? run<float> : run<double>;
  } else {
    record.expect(record.dtype() == c.dtype);
    const Reader::Place grad = record.place();
    c.gradStep = record.whole();
    const double reach = static_cast<double>(c.rows - 1) * static_cast<double>(c.gradStep);
    c.grad = c.rows > 0 ? record.within(grad, c.dtype, reach < 0 ? reach : 0, reach < 0 ? 0 : reach) : nullptr;
    c.call.run = runBackward;
  }
  return Status::done;
}

}  // namespace kd
