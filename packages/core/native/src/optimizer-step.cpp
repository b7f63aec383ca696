// Steps of optimizers on several parameters at once.
#include <cstddef>
#include <new>

#include "decode.h"
#include "rows.h"

namespace kd {
namespace {

/** Parameters that one call takes (MOST_TENSORS in kernels.ts). */
constexpr Size kMostTensors = 32;

struct StepCall {
  Call call;
  StepLoop loop;
  StepRule rule;
  Size count;
  Size elements;
  double cost;
  StepTensor tensor[kMostTensors];
};
static_assert(sizeof(StepCall) <= kCallBytes);

const StepCall& of(const Call* self) { return *reinterpret_cast<const StepCall*>(self); }

Status run(const Call* self) {
  const StepCall& c = of(self);
  if (!worthSharing(c.cost * static_cast<double>(c.elements))) {
    for (Size t = 0; t < c.count; t++) c.loop(c.rule, c.tensor[t], 0, c.tensor[t].count);
    return Status::done;
  }
  constexpr Size block = 8192;
  Size blocks = 0;
  for (Size t = 0; t < c.count; t++) blocks += (c.tensor[t].count + block - 1) / block;
  parallel(blocks, [&](Size task) {
    Size t = 0;
    for (; task * block >= c.tensor[t].count; t++) task -= (c.tensor[t].count + block - 1) / block;
    c.loop(c.rule, c.tensor[t], task * block, std::min((task + 1) * block, c.tensor[t].count));
  });
  return Status::done;
}

StepLoop loopOf(Kind kind, int dtype) {
  switch (kind) {
    case Kind::sgdStep: return kernels().sgdStep[dtype];
    case Kind::adamStep: return kernels().adamStep[dtype];
    case Kind::rmspropStep: return kernels().rmspropStep[dtype];
    default: return kernels().adagradStep[dtype];
  }
}

}  // namespace

Status decodeStep(Kind kind, Reader record, void* memory) {
  StepCall& c = *new (memory) StepCall;
  const DType dtype = record.code<DType>();
  c.loop = loopOf(kind, static_cast<int>(dtype));
  c.count = record.size();
  if (c.loop == nullptr || c.count > kMostTensors) return Status::unsupported;
  c.call.run = run;
  c.call.bytes = static_cast<Size>(offsetof(StepCall, tensor)) + c.count * static_cast<Size>(sizeof(StepTensor));
  c.cost = kind == Kind::sgdStep ? 0.4 : dtype == DType::float32 ? 1.2 : 3;
  c.rule.weightDecay = record.number();
  c.rule.maximize = record.flag();
  c.rule.flag = record.flag();
  c.rule.isFirst = record.flag();
  for (double& number : c.rule.numbers) number = record.number();
  c.rule.varying = record.address();
  c.elements = 0;
  for (Size t = 0; t < c.count; t++) {
    StepTensor& tensor = c.tensor[t];
    tensor.count = record.size();
    tensor.param = record.address();
    tensor.grad = record.address();
    for (void*& kept : tensor.kept) kept = record.address();
    c.elements += tensor.count;
  }
  return Status::done;
}

}  // namespace kd
