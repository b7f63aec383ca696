// Attention of queries to keys, head by head, and its gradients.
#include <new>

#include "generated/records.h"
#include "rows.h"

namespace kd {
namespace {

/** Where the matrices of a head begin: elements from one of the batch, and from one head, to the next. */
struct Steps {
  Size batch;
  Size head;
};

struct AttentionCall {
  Call call;
  DType dtype;
  Size batch;
  Size heads;
  AttentionHead head;
  Steps query, key, value, mask, out, grad, queryGrad, keyGrad, valueGrad;
};
static_assert(sizeof(AttentionCall) <= kCallBytes);

/** Makes `head` the head `index` of all. */
void place(const AttentionCall& c, Size index, AttentionHead& head) {
  const Size bytes = bytesOf(c.dtype);
  const Size sample = index / c.heads;
  const Size number = index % c.heads;
  const auto move = [&](auto matrix, const Steps& steps) {
    const auto& first = c.head.*matrix;
    if (first.data == nullptr) return;
    (head.*matrix).data = const_cast<char*>(at(first.data, sample * steps.batch + number * steps.head, bytes));
  };
  move(&AttentionHead::query, c.query);
  move(&AttentionHead::key, c.key);
  move(&AttentionHead::value, c.value);
  move(&AttentionHead::mask, c.mask);
  move(&AttentionHead::out, c.out);
  move(&AttentionHead::grad, c.grad);
  move(&AttentionHead::queryGrad, c.queryGrad);
  move(&AttentionHead::keyGrad, c.keyGrad);
  move(&AttentionHead::valueGrad, c.valueGrad);
  head.maximum = at(c.head.maximum, index * head.length, bytes);
  head.total = at(c.head.total, index * head.length, bytes);
}

/** Nanoseconds that so many queries of a head take, about. */
double costOf(const AttentionCall& c, Size queries) {
  const AttentionHead& h = c.head;
  const double perScore = 1 + 0.05 * static_cast<double>(h.size + h.valueSize);
  return 50 + (c.dtype == DType::float32 ? 1 : 8) * perScore * static_cast<double>(queries) * static_cast<double>(h.keys);
}

Status runForward(const Call* self) {
  const AttentionCall& c = *reinterpret_cast<const AttentionCall*>(self);
  const Size tasks = (c.head.length + kAttentionQueries - 1) / kAttentionQueries;
  const double cost = costOf(c, std::min(c.head.length, kAttentionQueries));
  const auto attend = kernels().attention[static_cast<int>(c.dtype)];
  forEachRowBlock(c.batch * c.heads * tasks, cost, [&](Size start, Size count) {
    AttentionHead head = c.head;
    for (Size task = start; task < start + count; task++) {
      place(c, task / tasks, head);
      attend(head, task % tasks * kAttentionQueries);
    }
  });
  return Status::done;
}

Status runBackward(const Call* self) {
  const AttentionCall& c = *reinterpret_cast<const AttentionCall*>(self);
  const auto attend = kernels().attentionBackward[static_cast<int>(c.dtype)];
  forEachRowBlock(c.batch * c.heads, 3 * costOf(c, c.head.length), [&](Size start, Size count) {
    AttentionHead head = c.head;
    for (Size index = start; index < start + count; index++) {
      place(c, index, head);
      attend(head);
    }
  });
  return Status::done;
}

template <class M, class Data> void take(M& matrix, Steps& steps, Data* data, const Size (&strides)[4]) {
  matrix = {data, strides[2], strides[3]};
  steps = {strides[0], strides[1]};
}

template <class Record> AttentionCall& prepareAny(const Record& call, void* memory, Status (*run)(const Call*)) {
  AttentionCall& c = *new (memory) AttentionCall{};
  c.call.bytes = sizeof(AttentionCall);
  c.call.run = elementCount(call.batch, call.heads) == 0 ? runNothing : run;
  c.dtype = call.dtype;
  c.batch = call.batch;
  c.heads = call.heads;
  AttentionHead& h = c.head;
  h.length = call.length;
  h.keys = call.keys;
  h.size = call.size;
  h.valueSize = call.valueSize;
  h.scale = call.scale;
  h.causal = call.causal;
  take(h.query, c.query, call.query, call.queryStrides);
  take(h.key, c.key, call.key, call.keyStrides);
  take(h.value, c.value, call.value, call.valueStrides);
  if (call.mask != nullptr) take(h.mask, c.mask, call.mask, call.maskStrides);
  h.maximum = const_cast<void*>(static_cast<const void*>(call.maximum));
  h.total = const_cast<void*>(static_cast<const void*>(call.total));
  take(h.out, c.out, const_cast<void*>(static_cast<const void*>(call.out)), call.outStrides);
  return c;
}

}  // namespace

Status prepare(const ScaledDotProductAttentionRecord& call, void* memory) {
  prepareAny(call, memory, runForward);
  return Status::done;
}

Status prepare(const ScaledDotProductAttentionBackwardRecord& call, void* memory) {
  AttentionCall& c = prepareAny(call, memory, runBackward);
  take(c.head.grad, c.grad, call.grad, call.gradStrides);
  take(c.head.queryGrad, c.queryGrad, call.queryGrad, call.queryGradStrides);
  take(c.head.keyGrad, c.keyGrad, call.keyGrad, call.keyGradStrides);
  take(c.head.valueGrad, c.valueGrad, call.valueGrad, call.valueGradStrides);
  return Status::done;
}

}  // namespace kd
