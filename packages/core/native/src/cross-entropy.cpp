// Cross-entropy of rows of class scores, with its gradient.
#include <new>

#include "generated/records.h"
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
  forEachRowBlock(c.rows, costOf(c), [&](Size first, Size count) {
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
  const auto gradient = kernels().crossEntropyBackward[static_cast<int>(c.dtype)];
  const Size bytes = bytesOf(c.dtype);
  forEachRowBlock(c.rows, costOf(c), [&](Size first, Size count) {
    for (Size r = first; r < first + count; r++) {
      const Size target = classOf(c, r);
      char* out = at(c.out, r * c.classes, bytes);
      if (target < 0) std::memset(out, 0, static_cast<std::size_t>(c.classes * bytes));
      else gradient(c.classes, target, at(c.scores, r * c.classes, bytes), at(c.grad, r * c.gradStep, bytes), out);
    }
  });
  return Status::done;
}

template <class Record> CrossEntropyCall& prepareAny(const Record& call, void* memory) {
  CrossEntropyCall& c = *new (memory) CrossEntropyCall;
  c.call.bytes = sizeof(CrossEntropyCall);
  c.dtype = call.dtype;
  c.targetDType = call.targetDType;
  c.rows = call.rows;
  c.classes = call.classes;
  c.ignored = call.ignoreIndex;
  c.target = call.target;
  return c;
}

}  // namespace

Status prepare(const CrossEntropyRecord& call, void* memory) {
  CrossEntropyCall& c = prepareAny(call, memory);
  c.call.run = call.dtype == DType::float32 ? run<float> : run<double>;
  c.scores = call.x;
  c.losses = call.losses;
  c.out = call.logProbabilities;
  c.counted = call.count;
  return Status::done;
}

Status prepare(const CrossEntropyBackwardRecord& call, void* memory) {
  CrossEntropyCall& c = prepareAny(call, memory);
  c.call.run = runBackward;
  c.scores = call.logProbabilities;
  c.grad = call.grad;
  c.gradStep = call.gradStrides[0];
  c.out = call.out;
  return Status::done;
}

}  // namespace kd
