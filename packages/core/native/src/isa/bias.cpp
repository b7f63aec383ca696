#include "bias.h"

#include "fill.h"

namespace kd::KD_TARGET {
namespace {

template <class T> void addBias(Size rows, Size n, const void* bias, void* out) {
  addToRows(rows, n, static_cast<const T*>(bias), static_cast<T*>(out), n);
}

}  // namespace

void fillBias(Kernels& kernels) {
  kernels.addBias[static_cast<int>(DType::uint8)] = addBias<std::uint8_t>;
  kernels.addBias[static_cast<int>(DType::int32)] = addBias<std::int32_t>;
  kernels.addBias[static_cast<int>(DType::float32)] = addBias<float>;
  kernels.addBias[static_cast<int>(DType::float64)] = addBias<double>;
}

}  // namespace kd::KD_TARGET
