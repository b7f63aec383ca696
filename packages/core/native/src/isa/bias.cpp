#include "fill.h"
#include "vector.h"

namespace kd::KD_TARGET {
namespace {

/** Rows narrower than a vector, taken `kLanes` at a time: part of a vector that is stored and loaded again at once is slow. */
template <class T> Size addToNarrow(Size rows, Size n, const T* bias, T* out) {
  constexpr Size lanes = kLanes<T>;
  if (rows < lanes) return 0;
  T pattern[lanes * lanes];
  for (Size r = 0; r < lanes; r++) std::memcpy(pattern + r * n, bias, sizeof(T) * n);
  Size r = 0;
  for (; r + lanes <= rows; r += lanes, out += lanes * n) {
    for (Size i = 0; i < lanes * n; i += lanes) store(out + i, load(out + i) + load(pattern + i));
  }
  return r;
}

/** Each of `rows` rows of `n` elements += bias. */
template <class T> void addBias(Size rows, Size n, const void* bias, void* out) {
  constexpr Size lanes = kLanes<T>;
  const T* b = static_cast<const T*>(bias);
  T* y = static_cast<T*>(out);
  const Size whole = n / lanes * lanes;
  const Size rest = n - whole;
  const Vector<T> last = loadPart(b + whole, rest);
  const Size done = n < lanes ? addToNarrow(rows, n, b, y) : 0;
  y += done * n;
  for (Size r = done; r < rows; r++, y += n) {
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
