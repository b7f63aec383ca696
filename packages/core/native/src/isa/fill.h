#pragma once

#include "../kernels.h"
#include "target.h"

namespace kd::KD_TARGET {
void fillPointwise(Kernels& kernels);
void fillReductions(Kernels& kernels);
void fillGemm(Kernels& kernels);
void fillBias(Kernels& kernels);
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
