#pragma once

#include "../kernels.h"
#include "target.h"

namespace kd::KD_TARGET {
void fillPointwise(Kernels& kernels);
void fillReductions(Kernels& kernels);
void fillProducts(Kernels& kernels);
const Kernels& table();
}  // namespace kd::KD_TARGET
