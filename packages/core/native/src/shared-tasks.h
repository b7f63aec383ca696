// Lists of calls of a graph that threads may do at the same time.
#pragma once

#include "call.h"

namespace kd {

/** The call before so many others of a graph, which are its tasks: it runs them, and its bytes are those of all of them. */
struct SharedTasks {
  static constexpr Size kMaxTasks = 64;

  Call call;
  Size tasks;
  /** Where the calls of each task end, counted in calls. */
  Size last[kMaxTasks];
  /** Where they end, in bytes from here. */
  Size end[kMaxTasks];
  /** Calls that are in their place. */
  Size placed;

  /** The call's tasks, or null where it is another call. */
  static SharedTasks* of(Call* call);
  bool isComplete() const { return placed == last[tasks - 1]; }
  /** Notes that the next call lies in its place, up to `bytes` from here. */
  void place(Size bytes);
};

}  // namespace kd
