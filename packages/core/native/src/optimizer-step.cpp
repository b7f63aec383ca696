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

/** Numbers that change from step to step. */
Size varyingOf(Kind kind) { return kind == Kind::adamStep ? 3 : 1; }

/** Whether the kind keeps so many tensors of each parameter. */
bool keeps(Kind kind, const StepRule& rule, Size kept) {
  switch (kind) {
    case Kind::sgdStep: return kept == (rule.numbers[0] != 0 ? 1 : 0);
    case Kind::adamStep: return kept == 2 || kept == 3;
    case Kind::rmspropStep: return kept == 1 + (rule.numbers[2] != 0 ? 1 : 0) + (rule.flag ? 1 : 0);
    default: return kept == 1;
  }
}

}  // namespace

Status decodeStep(Kind kind, Reader& record, void* memory) {
  StepCall& c = *new (memory) StepCall;
  c.count = record.size(0, kMostTensors);
  const Size kept = record.size(0, 3);
  c.rule.weightDecay = record.number();
  c.rule.maximize = record.flag();
  c.rule.flag = record.flag();
  c.rule.isFirst = record.flag();
  for (double& number : c.rule.numbers) number = record.number();
  record.expect(keeps(kind, c.rule, kept));
  const Reader::Dense varying = record.dense(varyingOf(kind));
  const DType dtype = varying.dtype;
  c.rule.varying = varying.data;
  c.loop = loopOf(kind, static_cast<int>(dtype));
  if (c.loop == nullptr) return Status::unsupported;
  c.call.run = run;
  c.call.bytes = static_cast<Size>(offsetof(StepCall, tensor)) + c.count * static_cast<Size>(sizeof(StepTensor));
  c.cost = kind == Kind::sgdStep ? 0.4 : dtype == DType::float32 ? 1.2 : 3;
  c.elements = 0;
  for (Size t = 0; t < c.count; t++) {
    StepTensor& tensor = c.tensor[t];
    tensor.count = record.size();
    tensor.param = record.dense(dtype, tensor.count);
    tensor.grad = record.dense(dtype, tensor.count);
    for (Size k = 0; k < 3; k++) tensor.kept[k] = k < kept ? record.dense(dtype, tensor.count) : nullptr;
    c.elements += tensor.count;
  }
  return Status::done;
}

}  // namespace kd
