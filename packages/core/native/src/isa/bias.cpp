#include "bias.h"

#include "fill.h"

namespace kd::KD_TARGET {
namespace {

template <class T> void addBias(Size rows, Size n, const void* bias, void* out) {
  addToRows(rows, n, static_cast<const T*>(bias), static_cast<T*>(out), n);
}

}  // namespace

void fillBias(Kernels& kernels) {
  forTypes<std::uint8_t, std::int32_t, float, double>([&]<class T>(int d) { kernels.addBias[d] = addBias<T>; });
}

}  // namespace kd::KD_TARGET
