// How a target's kernels come into its table.
#pragma once

#include <type_traits>

#include "../kernels.h"
#include "target.h"

namespace kd::KD_TARGET {

/** Calls fill<T>(number of the dtype) for each of the types; bools are bytes. */
template <class... T, class Fill> void forTypes(Fill fill) {
  const auto one = [&]<class Type>() {
    if constexpr (std::is_same_v<Type, std::uint8_t>) fill.template operator()<Type>(static_cast<int>(DType::boolean));
    fill.template operator()<Type>(static_cast<int>(dtypeOf<Type>));
  };
  (one.template operator()<T>(), ...);
}

void fillPointwise(Kernels& kernels);
void fillReductions(Kernels& kernels);
void fillGemm(Kernels& kernels);
void fillBias(Kernels& kernels);
void fillLines(Kernels& kernels);
void fillConvolution(Kernels& kernels);
void fillConvolutionWeight(Kernels& kernels);
void fillActivationBackward(Kernels& kernels);
void fillSoftmax(Kernels& kernels);
void fillLosses(Kernels& kernels);
void fillLayerNorm(Kernels& kernels);
void fillAttention(Kernels& kernels);
void fillAttentionBackward(Kernels& kernels);
void fillBatchNorm(Kernels& kernels);
void fillMaxPool(Kernels& kernels);
void fillRecurrence(Kernels& kernels);
void fillRecurrenceBackward(Kernels& kernels);
void fillSteps(Kernels& kernels);
const Kernels& table();
}  // namespace kd::KD_TARGET
