#include "shared-tasks.h"

#include <atomic>
#include <new>

#include "generated/records.h"
#include "threads.h"

namespace kd {
namespace {

Status run(const Call* self) {
  const auto& c = *reinterpret_cast<const SharedTasks*>(self);
  const char* const start = reinterpret_cast<const char*>(self);
  std::atomic<Status> worst{Status::done};
  parallel(c.tasks, [&](Size task) {
    const char* next = start + (task == 0 ? callStep(sizeof(SharedTasks)) : c.end[task - 1]);
    while (next < start + c.end[task]) {
      const auto* call = reinterpret_cast<const Call*>(next);
      next += callStep(call->bytes);
      const Status status = call->run(call);
      if (status != Status::done) worst.store(status, std::memory_order_relaxed);
    }
  });
  return worst.load(std::memory_order_relaxed);
}

}  // namespace

SharedTasks* SharedTasks::of(Call* call) { return call->run == run ? reinterpret_cast<SharedTasks*>(call) : nullptr; }

void SharedTasks::place(Size bytes) {
  placed++;
  for (Size task = 0; task < tasks; task++) {
    if (last[task] == placed) end[task] = bytes;
  }
  call.bytes = bytes;
}

Status prepareSharedTasks(Reader& record, void* memory) {
  SharedTasks& c = *new (memory) SharedTasks;
  c.call = {run, sizeof(SharedTasks)};
  c.placed = 0;
  c.tasks = record.size(1, SharedTasks::kMaxTasks);
  Size calls = 0;
  for (Size task = 0; task < c.tasks; task++) {
    calls += record.size(1, 1 << 20);
    c.last[task] = calls;
    c.end[task] = 0;
  }
  return record.valid() && record.atEnd() ? Status::done : Status::malformed;
}

}  // namespace kd
