// Layer normalisation of rows, and its gradients.
#include <new>

#include "chunks.h"
#include "generated/records.h"
#include "rows.h"

namespace kd {
namespace {

struct LayerNormCall {
  Call call;
  LayerNorm norm;
  DType dtype;
  Size rows;
  void* weightGrad;  // null where none is asked for
  void* biasGrad;
};
static_assert(sizeof(LayerNormCall) <= kCallBytes);

const LayerNormCall& of(const Call* self) { return *reinterpret_cast<const LayerNormCall*>(self); }

double costOf(const LayerNormCall& c) { return 0.6 * static_cast<double>(c.norm.length) + 15; }

Status run(const Call* self) {
  const LayerNormCall& c = of(self);
  const auto rows = kernels().layerNorm[static_cast<int>(c.dtype)];
  forEachRowBlock(c.rows, costOf(c), [&](Size first, Size count) { rows(c.norm, first, first + count); });
  return Status::done;
}

/** Elements of the rows of a block, about, and its least rows. */
constexpr Size kBlock = 32768;
constexpr Size kBlockRows = 16;

/** Gradients of weight and bias are summed by blocks of rows, chunks unless those are large, and then over the blocks. */
template <class T> Status runBackward(const Call* self) {
  const LayerNormCall& c = of(self);
  const auto gradient = kernels().layerNormBackward[static_cast<int>(c.dtype)];
  const Size length = c.norm.length;
  if (c.weightGrad == nullptr) {
    forEachRowBlock(c.rows, costOf(c), [&](Size first, Size count) { gradient(c.norm, first, first + count, nullptr); });
    return Status::done;
  }
  const Size block = std::max<Size>(1, std::min(chunkOf(c.rows), std::max(kBlockRows, kBlock / length)));
  const Size blocks = std::max<Size>(1, (c.rows + block - 1) / block);
  const Size width = 2 * length;
  T* sums = static_cast<T*>(scratch(3, sizeof(T) * static_cast<std::size_t>(blocks * width)));
  const auto one = [&](Size b) {
    double* const exact = static_cast<double*>(scratch(0, sizeof(double) * static_cast<std::size_t>(width)));
    std::fill_n(exact, width, 0.0);
    gradient(c.norm, b * block, std::min(c.rows, (b + 1) * block), exact);
    for (Size i = 0; i < width; i++) sums[b * width + i] = static_cast<T>(exact[i]);
  };
  if (blocks > 1 && worthSharing(costOf(c) * static_cast<double>(c.rows))) parallel(blocks, one);
  else for (Size b = 0; b < blocks; b++) one(b);
  for (Size b = 1; b < blocks; b++) {
    for (Size i = 0; i < width; i++) sums[i] += sums[b * width + i];
  }
  const auto bytes = sizeof(T) * static_cast<std::size_t>(length);
  std::memcpy(c.weightGrad, sums, bytes);
  if (c.biasGrad != nullptr) std::memcpy(c.biasGrad, sums + length, bytes);
  return Status::done;
}

}  // namespace

Status prepare(const LayerNormRecord& call, void* memory) {
  LayerNormCall& c = *new (memory) LayerNormCall;
  c.call.bytes = sizeof(LayerNormCall);
  c.call.run = run;
  c.dtype = call.dtype;
  c.rows = call.rows;
  c.norm = {.length = call.length, .eps = call.eps, .x = call.x, .weight = call.weight, .bias = call.bias, .grad = nullptr,
            .mean = call.mean, .rstd = call.rstd, .out = call.y};
  return Status::done;
}

Status prepare(const LayerNormBackwardRecord& call, void* memory) {
  LayerNormCall& c = *new (memory) LayerNormCall;
  c.call.bytes = sizeof(LayerNormCall);
  c.call.run = call.dtype == DType::float32 ? runBackward<float> : runBackward<double>;
  c.dtype = call.dtype;
  c.rows = call.rows;
  c.norm = {.length = call.length, .eps = 0, .x = call.x, .weight = call.weight, .bias = nullptr, .grad = call.grad,
            .mean = const_cast<void*>(call.mean), .rstd = const_cast<void*>(call.rstd), .out = call.xGrad};
  c.weightGrad = call.weightGrad;
  c.biasGrad = call.biasGrad;
  return Status::done;
}

}  // namespace kd
