#include "fill.h"
#include "vector.h"

namespace kd::KD_TARGET {
namespace {

/** Each of `rows` rows of `n` elements += bias. */
template <class T> void addBias(Size rows, Size n, const void* bias, void* out) {
  constexpr Size lanes = kLanes<T>;
  const T* b = static_cast<const T*>(bias);
  T* y = static_cast<T*>(out);
  const Size whole = n / lanes * lanes;
  const Size rest = n - whole;
  const Vector<T> last = loadPart(b + whole, rest);
  for (Size r = 0; r < rows; r++, y += n) {
    for (Size i = 0; i < whole; i += lanes) store(y + i, load(y + i) + load(b + i));
    if (rest > 0) storePart(y + whole, loadPart(y + whole, rest) + last, rest);
  }
}

}  // namespace

void fillBias(Kernels& kernels) {
  kernels.addBias[static_cast<int>(DType::uint8)] = addBias<std::uint8_t>;
  kernels.addBias[static_cast<int>(DType::int32)] = addBias<std::int32_t>;
  kernels.addBias[static_cast<int>(DType::float32)] = addBias<float>;
  kernels.addBias[static_cast<int>(DType::float64)] = addBias<double>;
}

}  // namespace kd::KD_TARGET
