// A pool of threads that sleeps when idle. Work is cut into tasks by its size alone, never by the number of threads, so that results
// do not depend on it.
#pragma once

#include <type_traits>

#include "types.h"

namespace kd {

/** Threads that share work, the caller's among them. Takes effect with the next parallel call. */
void setThreadCount(int count);
int threadCount();

/** Calls body(context, task) for tasks 0 … count − 1, on this thread alone inside of another task. */
void runTasks(Size count, void (*body)(void* context, Size task), void* context);

/** Whether splitting is worth its cost: roughly `nanoseconds` of work for one thread. */
bool worthSharing(double nanoseconds);

template <class Body> static inline void parallel(Size count, Body&& body) {
  using Plain = std::remove_cvref_t<Body>;
  runTasks(count, [](void* context, Size task) { (*static_cast<Plain*>(context))(task); }, const_cast<Plain*>(&body));
}

/** Memory of this thread for one purpose, 64-byte aligned; a later call for the same slot takes it back. */
void* scratch(int slot, std::size_t bytes);

}  // namespace kd
