// Steps of optimizers on several parameters at once.
#include <cstddef>
#include <new>

#include "generated/records.h"
#include "rows.h"

namespace kd {
namespace {

template <class Attributes> struct StepCall {
  Call call;
  StepLoop<Attributes> loop;
  Attributes rule;
  const void* scalars;
  Size elements;
  DType dtype;
  double cost;
  StepTensor tensor[kMaxTensors];
};

template <class Attributes> Status run(const Call* self) {
  const auto& c = *reinterpret_cast<const StepCall<Attributes>*>(self);
  const Size count = c.rule.count;
  if (!worthSharing(c.cost * static_cast<double>(c.elements))) {
    for (Size t = 0; t < count; t++) c.loop(c.rule, c.scalars, c.tensor[t], 0, c.tensor[t].count);
    return Status::done;
  }
  constexpr Size block = 8192;
  Size blocks = 0;
  for (Size t = 0; t < count; t++) blocks += (c.tensor[t].count + block - 1) / block;
  parallel(blocks, [&](Size task) {
    Size t = 0;
    for (; task * block >= c.tensor[t].count; t++) task -= (c.tensor[t].count + block - 1) / block;
    c.loop(c.rule, c.scalars, c.tensor[t], task * block, std::min((task + 1) * block, c.tensor[t].count));
  });
  return Status::done;
}

/** `state` are the lists of the state of each parameter; `cost` is that of an element in nanoseconds. */
template <class Attributes, class Record, class... Lists>
Status prepareStep(const Record& call, const StepLoop<Attributes>* loops, double cost, void* memory, const Lists&... state) {
  using Step = StepCall<Attributes>;
  static_assert(sizeof(Step) <= kCallBytes);
  Step& c = *new (memory) Step;
  c.call.run = run<Attributes>;
  c.call.bytes = static_cast<Size>(offsetof(Step, tensor)) + call.count * static_cast<Size>(sizeof(StepTensor));
  c.loop = loops[static_cast<int>(call.dtype)];
  c.rule = call;
  c.scalars = call.scalars;
  c.dtype = call.dtype;
  c.cost = cost;
  c.elements = 0;
  for (Size t = 0; t < call.count; t++) {
    c.tensor[t] = {call.elements[t], call.grads[t], call.params[t], {state[t]...}};
    c.elements += call.elements[t];
  }
  return Status::done;
}

/** A gradient that is a column times a row. */
struct Product {
  Size tensor;
  Operand a;
  Operand b;
};

template <class Attributes> Status place(const Product* products, Size count, void* memory) {
  auto& c = *reinterpret_cast<StepCall<Attributes>*>(memory);
  for (const Product* product = products; product < products + count; product++) {
    const auto& [index, a, b] = *product;
    if (index >= c.rule.count || a.dtype != c.dtype || b.dtype != c.dtype) return Status::malformed;
    StepTensor& tensor = c.tensor[index];
    if (elementCount(a.count, b.count) != tensor.count) return Status::malformed;
    if (tensor.count == 0) continue;
    tensor.a = a.data;
    tensor.b = b.data;
    tensor.columns = b.count;
  }
  return Status::done;
}

double costOf(DType dtype) { return dtype == DType::float32 ? 0.5 : 3; }

}  // namespace

Status prepare(const SgdStepRecord& call, void* memory) {
  return prepareStep(call, kernels().sgdStep, 0.4, memory, call.momentumBuffer);
}

Status prepare(const AdamStepRecord& call, void* memory) {
  return prepareStep(call, kernels().adamStep, costOf(call.dtype), memory, call.m, call.v, call.maxV);
}

Status prepare(const RmspropStepRecord& call, void* memory) {
  return prepareStep(call, kernels().rmspropStep, costOf(call.dtype), memory, call.squareAverage, call.momentumBuffer,
                     call.gradAverage);
}

Status prepare(const AdagradStepRecord& call, void* memory) {
  return prepareStep(call, kernels().adagradStep, costOf(call.dtype), memory, call.sum);
}

Status prepareStepOfProducts(Reader& record, void* memory) {
  Product products[kMaxTensors];
  const Size count = record.size(1, kMaxTensors);
  if (!record.valid()) return Status::malformed;
  for (Size i = 0; i < count; i++) {
    products[i].tensor = record.size(0, kMaxTensors - 1);
    products[i].a = record.dense();
    products[i].b = record.dense();
  }
  const auto kind = static_cast<Kind>(record.code(kKindCount));
  if (!record.valid()) return Status::malformed;
  const auto placed = [&](auto place) {
    const Status status = prepareKind(kind, record, memory);
    return status == Status::done ? place(products, count, memory) : status;
  };
  switch (kind) {
    case Kind::sgdStep: return placed(place<SgdStepAttributes>);
    case Kind::adamStep: return placed(place<AdamStepAttributes>);
    case Kind::rmspropStep: return placed(place<RmspropStepAttributes>);
    case Kind::adagradStep: return placed(place<AdagradStepAttributes>);
    default: return Status::malformed;
  }
}

}  // namespace kd
