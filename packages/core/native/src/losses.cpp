// Losses of pairs of elements, summed over all of them, and their gradients.
#include <new>

#include "decode.h"
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
  inRowBlocks(c.count, c.cost, [&](Size first, Size count) {
    c.loss.slopes(count, at(c.x, first, bytes), at(c.y, first, bytes), c.grad, c.divisor, at(c.out, first, bytes));
  });
  return Status::done;
}

}  // namespace

Status decodeLoss(Kind kind, Reader& record, void* memory) {
  LossCall& c = *new (memory) LossCall;
  c.call.bytes = sizeof(LossCall);
  const bool squares = kind == Kind::mse || kind == Kind::mseBackward;
  const bool backward = kind == Kind::mseBackward || kind == Kind::bceBackward;
  c.count = record.size();
  c.divisor = record.number();
  const Reader::Dense out = record.dense(backward ? c.count : 1);
  c.dtype = out.dtype;
  c.out = out.data;
  if (isInteger(c.dtype)) return Status::unsupported;
  c.loss = (squares ? kernels().mse : kernels().bce)[static_cast<int>(c.dtype)];
  c.cost = squares ? 0.3 : backward ? 1 : c.dtype == DType::float32 ? 3 : 15;
  c.x = record.dense(c.dtype, c.count);
  c.y = record.dense(c.dtype, c.count);
  if (backward) c.grad = record.dense(c.dtype, 1);
  c.call.run = backward ? runBackward : c.dtype == DType::float32 ? run<float> : run<double>;
  return Status::done;
}

}  // namespace kd
