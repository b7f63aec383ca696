// Values that must lie in a range.
#include <new>

#include "generated/records.h"

namespace kd {
namespace {

struct RangeCall {
  Call call;
  AssertRangeRecord range;
};
static_assert(sizeof(RangeCall) <= kCallBytes);

/** The limits in the type in which they are compared: the elements' own where it holds them, which takes less time. */
template <class T, class Limit> Status check(const AssertRangeRecord& c) {
  const T* x = static_cast<const T*>(c.input);
  const auto low = static_cast<Limit>(c.low);
  const auto high = static_cast<Limit>(c.high);
  constexpr Size block = 64;
  for (Size start = 0; start < c.elements; start += block) {
    if (c.elements >= block) {
      // The last block begins before the last one ends, so that it is whole.
      const T* const from = x + (c.elements - start >= block ? start : c.elements - block);
      int outside = 0;
      for (Size i = 0; i < block; i++) outside |= (from[i] < low) | (from[i] > high);
      if (outside == 0) continue;
    }
    const Size end = start + block < c.elements ? start + block : c.elements;
    for (Size i = start; i < end; i++) {
      const double value = x[i];
      if (!(value < c.low || value > c.high) || value == c.except) continue;
      failure.value = value;
      failure.index = static_cast<double>(i);
      return Status::range;
    }
  }
  return Status::done;
}

bool isFloat(double x) { return static_cast<double>(static_cast<float>(x)) == x; }

Status run(const Call* self) {
  const AssertRangeRecord& c = reinterpret_cast<const RangeCall*>(self)->range;
  switch (c.dtype) {
    case DType::int32: return check<std::int32_t, double>(c);
    case DType::float32: return isFloat(c.low) && isFloat(c.high) ? check<float, float>(c) : check<float, double>(c);
    case DType::float64: return check<double, double>(c);
    default: return check<std::uint8_t, double>(c);
  }
}

}  // namespace

Status prepare(const AssertRangeRecord& call, void* memory) {
  new (memory) RangeCall{{run, sizeof(RangeCall)}, call};
  return Status::done;
}

}  // namespace kd
