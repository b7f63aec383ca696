#include <cstdint>
#include <new>

#include "generated/records.h"
#include "reductions.h"

namespace kd {
namespace {

using Handle = std::intptr_t;

/** A library's function. One that takes its handles as int reads the lower half of each. */
using Function = int (*)(const void* send, void* receive, int count, Handle datatype, Handle op, Handle communicator);

/**
 * What another thread watches: the calls that were begun and ended, an odd number while one waits for other processes; which function it
 * is (0); of how many elements.
 */
struct Waits {
  volatile std::uint32_t changes, function, count;
};

struct Reduction {
  DType dtype;
  Function function;
  const void* inPlace;
  Handle datatype;
  Handle op;
  Handle communicator;
  Waits* waits;
};

constexpr int kMaxReductions = 256;
Reduction reductions[kMaxReductions];
int registered = 0;

struct AllReduceCall {
  Call call;
  Reduction reduction;
  int count;
  void* x;
};
static_assert(sizeof(AllReduceCall) <= kCallBytes);

Status run(const Call* self) {
  const auto& c = *reinterpret_cast<const AllReduceCall*>(self);
  const Reduction& r = c.reduction;
  Waits& waits = *r.waits;
  waits.function = 0;
  waits.count = static_cast<std::uint32_t>(c.count);
  waits.changes = waits.changes + 1;
  const int code = r.function(r.inPlace, c.x, c.count, r.datatype, r.op, r.communicator);
  waits.changes = waits.changes + 1;
  if (code == 0) return Status::done;
  failure.value = code;
  return Status::foreign;
}

}  // namespace

int registerReduction(DType dtype, double address, double inPlace, double datatype, double op, double communicator, double waits) {
  if (registered == kMaxReductions) return -1;
  const auto handle = [](double value) { return static_cast<Handle>(value); };
  reductions[registered] = {dtype,
                            reinterpret_cast<Function>(handle(address)),
                            reinterpret_cast<const void*>(handle(inPlace)),
                            handle(datatype),
                            handle(op),
                            handle(communicator),
                            reinterpret_cast<Waits*>(handle(waits))};
  return registered++;
}

Status prepare(const AllReduceRecord& call, void* memory) {
  if (call.reduction >= registered || reductions[call.reduction].dtype != call.dtype) return Status::malformed;
  new (memory) AllReduceCall{{run, sizeof(AllReduceCall)}, reductions[call.reduction], static_cast<int>(call.count), call.x};
  return Status::done;
}

}  // namespace kd
