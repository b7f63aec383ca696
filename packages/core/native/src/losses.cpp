// Losses of pairs of elements, summed over all of them, and their gradients.
#include <new>

#include "generated/records.h"
#include "rows.h"

namespace kd {
namespace {

struct LossCall {
  Call call;
  Loss loss;
  DType dtype;
  Size count;
  double divisor;
  double cost;
  const void* x;
  const void* y;
  const void* grad;
  void* out;
};
static_assert(sizeof(LossCall) <= kCallBytes);

const LossCall& of(const Call* self) { return *reinterpret_cast<const LossCall*>(self); }

/** Elements that are summed apart, whatever the number of threads. */
constexpr Size kBlock = 16384;

/** Rounded before it is divided, as a sum and a quotient of tensors would be. */
template <class T> Status run(const Call* self) {
  const LossCall& c = of(self);
  const Size blocks = (c.count + kBlock - 1) / kBlock;
  const auto sumOf = [&](Size b) {
    const Size first = b * kBlock;
    return c.loss.sum(std::min(kBlock, c.count - first), static_cast<const T*>(c.x) + first, static_cast<const T*>(c.y) + first);
  };
  double total = 0;
  if (blocks > 1 && worthSharing(c.cost * static_cast<double>(c.count))) {
    double* sums = static_cast<double*>(scratch(3, sizeof(double) * static_cast<std::size_t>(blocks)));
    parallel(blocks, [&](Size b) { sums[b] = sumOf(b); });
    for (Size b = 0; b < blocks; b++) total += sums[b];
  } else {
    for (Size b = 0; b < blocks; b++) total += sumOf(b);
  }
  *static_cast<T*>(c.out) = static_cast<T>(total) / static_cast<T>(c.divisor);
  return Status::done;
}

Status runBackward(const Call* self) {
  const LossCall& c = of(self);
  const Size bytes = bytesOf(c.dtype);
  forEachRowBlock(c.count, c.cost, [&](Size first, Size count) {
    c.loss.gradient(count, at(c.x, first, bytes), at(c.y, first, bytes), c.grad, c.divisor, at(c.out, first, bytes));
  });
  return Status::done;
}

/** What a loss and its gradient have in common. `cost` is that of an element in nanoseconds. */
template <class Record> LossCall& prepareLoss(const Record& call, const Loss* losses, double cost, void* memory) {
  LossCall& c = *new (memory) LossCall;
  c.call.bytes = sizeof(LossCall);
  c.loss = losses[static_cast<int>(call.dtype)];
  c.dtype = call.dtype;
  c.count = call.elements;
  c.divisor = call.divisor;
  c.cost = cost;
  c.x = call.x;
  c.y = call.y;
  c.out = call.out;
  c.call.run = call.dtype == DType::float32 ? run<float> : run<double>;
  return c;
}

template <class Record> Status prepareBackward(const Record& call, const Loss* losses, double cost, void* memory) {
  LossCall& c = prepareLoss(call, losses, cost, memory);
  c.grad = call.grad;
  c.call.run = runBackward;
  return Status::done;
}

}  // namespace

Status prepare(const MseRecord& call, void* memory) {
  prepareLoss(call, kernels().mse, 0.3, memory);
  return Status::done;
}

Status prepare(const MseBackwardRecord& call, void* memory) { return prepareBackward(call, kernels().mse, 0.3, memory); }

Status prepare(const BceRecord& call, void* memory) {
  prepareLoss(call, kernels().bce, call.dtype == DType::float32 ? 3 : 15, memory);
  return Status::done;
}

Status prepare(const BceBackwardRecord& call, void* memory) { return prepareBackward(call, kernels().bce, 1, memory); }

}  // namespace kd
