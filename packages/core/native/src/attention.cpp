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

/** A matrix of head `index` of all. */
template <class M> void move(const AttentionCall& c, M& matrix, const Steps& steps, Size index) {
  if (matrix.data == nullptr) return;
  const Size offset = index / c.heads * steps.batch + index % c.heads * steps.head;
  matrix.data = const_cast<char*>(static_cast<const char*>(matrix.data)) + offset * bytesOf(c.dtype);
}

AttentionHead headOf(const AttentionCall& c, Size index) {
  AttentionHead head = c.head;
  move(c, head.query, c.query, index);
  move(c, head.key, c.key, index);
  move(c, head.value, c.value, index);
  move(c, head.mask, c.mask, index);
  move(c, head.out, c.out, index);
  move(c, head.grad, c.grad, index);
  move(c, head.queryGrad, c.queryGrad, index);
  move(c, head.keyGrad, c.keyGrad, index);
  move(c, head.valueGrad, c.valueGrad, index);
  const Size row = index * head.length * bytesOf(c.dtype);
  head.maximum = static_cast<char*>(head.maximum) + row;
  head.total = static_cast<char*>(head.total) + row;
  return head;
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
    for (Size task = start; task < start + count; task++) attend(headOf(c, task / tasks), task % tasks * kAttentionQueries);
  });
  return Status::done;
}

Status runBackward(const Call* self) {
  const AttentionCall& c = *reinterpret_cast<const AttentionCall*>(self);
  const auto attend = kernels().attentionBackward[static_cast<int>(c.dtype)];
  forEachRowBlock(c.batch * c.heads, 3 * costOf(c, c.head.length), [&](Size start, Size count) {
    for (Size head = start; head < start + count; head++) attend(headOf(c, head));
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
