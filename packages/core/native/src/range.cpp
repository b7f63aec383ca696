// Values that must lie in a range.
#include <new>

#include "decode.h"

namespace kd {
namespace {

struct RangeCall {
  Call call;
  DType dtype;
  Size count;
  double low;
  double high;
  double except;
  const void* input;
};
static_assert(sizeof(RangeCall) <= kCallBytes);

template <class T> Status check(const RangeCall& c) {
  const T* x = static_cast<const T*>(c.input);
  constexpr Size block = 256;
  for (Size start = 0; start < c.count; start += block) {
    const Size end = start + block < c.count ? start + block : c.count;
    int outside = 0;
    for (Size i = start; i < end; i++) outside |= (x[i] < c.low) | (x[i] > c.high);
    if (outside == 0) continue;
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

Status run(const Call* self) {
  const RangeCall& c = *reinterpret_cast<const RangeCall*>(self);
  switch (c.dtype) {
    case DType::int32: return check<std::int32_t>(c);
    case DType::float32: return check<float>(c);
    case DType::float64: return check<double>(c);
    default: return check<std::uint8_t>(c);
  }
}

}  // namespace

Status decodeRange(Reader record, void* memory) {
  RangeCall& c = *new (memory) RangeCall;
  c.call.bytes = sizeof(RangeCall);
  c.call.run = run;
  c.dtype = record.code<DType>();
  c.count = record.size();
  c.low = record.number();
  c.high = record.number();
  c.except = record.number();
  c.input = record.address();
  return Status::done;
}

}  // namespace kd
