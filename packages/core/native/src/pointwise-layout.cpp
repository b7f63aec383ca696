#include "pointwise-layout.h"

#include <cmath>

namespace kd {
namespace {

constexpr int kMaxRawRank = 64;

constexpr Size absolute(Size x) { return x < 0 ? -x : x; }

}  // namespace

Status readLayout(PointwiseCall& c, int operands, Reader& record) {
  const double raw = record.number();
  if (raw > kMaxRawRank) return Status::rank;
  record.expect(raw >= 0 && raw == std::trunc(raw));
  if (!record.valid()) return Status::malformed;
  const int rawRank = static_cast<int>(raw);
  Size sizes[kMaxRawRank];
  Size strides[4][kMaxRawRank];
  bool empty = false;
  for (int d = 0; d < rawRank; d++) {
    sizes[d] = record.size();
    empty |= sizes[d] == 0;
  }
  for (int i = 0; i < operands; i++) {
    Slot& slot = c.slot[i];
    const Size dtype = record.size(i == 0 ? 0 : -1, kDTypeCount - 1);
    if (dtype < 0) {
      c.numbers[i] = record.number();
      slot.data = nullptr;
      for (int d = 0; d < rawRank; d++) strides[i][d] = 0;
      continue;
    }
    slot.dtype = static_cast<DType>(dtype);
    const Reader::BufferView view = record.bufferView();
    double first = 0;
    double last = 0;
    for (int d = 0; d < rawRank; d++) {
      const Size stride = record.integer();
      const double reach = static_cast<double>(sizes[d] - 1) * static_cast<double>(stride);
      (reach < 0 ? first : last) += reach;
      strides[i][d] = stride * bytesOf(slot.dtype);
    }
    slot.data = empty ? view.start : record.within(view, slot.dtype, first, last);
  }
  if (!record.valid()) return Status::malformed;
  if (empty) {
    c.slots = operands;
    c.rank = 0;
    return Status::done;
  }
  int order[kMaxRawRank];
  int rank = 0;
  for (int d = 0; d < rawRank; d++) {
    if (sizes[d] == 1) continue;
    int place = rank++;
    for (; place > 0 && absolute(strides[0][order[place - 1]]) < absolute(strides[0][d]); place--) order[place] = order[place - 1];
    order[place] = d;
  }
  int merged = 0;
  for (int n = 0; n < rank; n++) {
    const int axis = order[n];
    bool continues = merged > 0;
    for (int i = 0; i < operands && continues; i++) {
      continues = c.slot[i].strides[merged - 1] == strides[i][axis] * sizes[axis];
    }
    if (!continues && merged == kMaxRank) return Status::rank;
    const int target = continues ? merged - 1 : merged++;
    c.sizes[target] = continues ? c.sizes[target] * sizes[axis] : sizes[axis];
    for (int i = 0; i < operands; i++) c.slot[i].strides[target] = strides[i][axis];
  }
  if (merged == 0) {
    merged = 1;
    c.sizes[0] = 1;
    for (int i = 0; i < operands; i++) c.slot[i].strides[0] = isNumber(c.slot[i]) ? 0 : bytesOf(c.slot[i].dtype);
  }
  c.rank = merged;
  c.slots = operands;
  c.outside = operands;
  c.steps = 0;
  return Status::done;
}

}  // namespace kd
