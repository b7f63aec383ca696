#include "fill.h"

#define KD_TEXT(name) #name
#define KD_NAME(name) KD_TEXT(name)

namespace kd::KD_TARGET {

const Kernels& table() {
  static Kernels kernels;
  if (kernels.name == nullptr) {
    fillPointwise(kernels);
    fillReductions(kernels);
    fillGemm(kernels);
    fillBias(kernels);
    fillLines(kernels);
    fillConvolution(kernels);
    fillConvolutionWeight(kernels);
    fillActivationBackward(kernels);
    fillSoftmax(kernels);
    fillLosses(kernels);
    fillLayerNorm(kernels);
    fillAttention(kernels);
    fillAttentionBackward(kernels);
    fillBatchNorm(kernels);
    fillMaxPool(kernels);
    fillRecurrence(kernels);
    fillRecurrenceBackward(kernels);
    fillSteps(kernels);
    kernels.name = KD_NAME(KD_TARGET);
  }
  return kernels;
}

}  // namespace kd::KD_TARGET
