// Normalisation of channels over samples and positions, and its gradients. A channel is worked on as a whole, so that results do not
// depend on the number of threads.
#include <new>

#include "generated/records.h"
#include "rows.h"

namespace kd {
namespace {

struct BatchNormCall {
  Call call;
  DType dtype;
  BatchNorm norm;
};
static_assert(sizeof(BatchNormCall) <= kCallBytes);

/** Channels of a task: where they lie element by element, as many as a line of the cache holds. */
Size blockOf(const BatchNorm& c, double cost) {
  const Size least = c.length == 1 ? 16 : 1;
  return std::max<Size>(least, static_cast<Size>(8000 / cost));
}

template <class Channels> Status overChannels(const BatchNorm& c, Channels channels, double perElement) {
  const double cost = perElement * static_cast<double>(c.samples * c.length) + 5;
  const Size block = blockOf(c, cost);
  const Size blocks = (c.channels + block - 1) / block;
  if (blocks < 2 || !worthSharing(cost * static_cast<double>(c.channels))) channels(c, 0, c.channels);
  else parallel(blocks, [&](Size b) { channels(c, b * block, std::min(c.channels, (b + 1) * block)); });
  return Status::done;
}

Status run(const Call* self) {
  const auto& c = *reinterpret_cast<const BatchNormCall*>(self);
  return overChannels(c.norm, kernels().batchNorm[static_cast<int>(c.dtype)], 0.5);
}

Status runBackward(const Call* self) {
  const auto& c = *reinterpret_cast<const BatchNormCall*>(self);
  return overChannels(c.norm, kernels().batchNormBackward[static_cast<int>(c.dtype)], 0.7);
}

}  // namespace

Status prepare(const BatchNormRecord& call, void* memory) {
  BatchNormCall& c = *new (memory) BatchNormCall;
  c.call.bytes = sizeof(BatchNormCall);
  c.call.run = run;
  c.dtype = call.dtype;
  c.norm = {.samples = call.samples, .channels = call.channels, .length = call.length, .eps = call.eps, .momentum = call.momentum,
            .x = call.x, .weight = call.weight, .bias = call.bias, .grad = nullptr, .mean = call.mean, .variance = call.variance,
            .runningMean = call.runningMean, .runningVar = call.runningVar, .out = call.y, .weightGrad = nullptr, .biasGrad = nullptr};
  return Status::done;
}

Status prepare(const BatchNormBackwardRecord& call, void* memory) {
  BatchNormCall& c = *new (memory) BatchNormCall;
  c.call.bytes = sizeof(BatchNormCall);
  c.call.run = runBackward;
  c.dtype = call.dtype;
  c.norm = {.samples = call.samples, .channels = call.channels, .length = call.length, .eps = call.eps, .momentum = 0,
            .x = call.x, .weight = call.weight, .bias = nullptr, .grad = call.grad, .mean = const_cast<void*>(call.mean),
            .variance = const_cast<void*>(call.variance), .runningMean = nullptr, .runningVar = nullptr, .out = call.xGrad,
            .weightGrad = call.weightGrad, .biasGrad = call.biasGrad};
  return Status::done;
}

}  // namespace kd
