// Rows that are worked on one by one.
#pragma once

#include <algorithm>

#include "threads.h"

namespace kd {

/** Calls work(first, count) for blocks of rows, in parallel where it pays; `cost` is that of a row in nanoseconds. */
template <class Work> void forEachRowBlock(Size rows, double cost, Work&& work) {
  if (!worthSharing(cost * static_cast<double>(rows))) return work(0, rows);
  const Size block = std::max<Size>(1, static_cast<Size>(8000 / cost));
  parallel((rows + block - 1) / block, [&](Size task) { work(task * block, std::min(block, rows - task * block)); });
}

/** The place of an element. */
static inline const char* at(const void* base, Size index, Size bytes) { return static_cast<const char*>(base) + index * bytes; }
static inline char* at(void* base, Size index, Size bytes) { return static_cast<char*>(base) + index * bytes; }

}  // namespace kd
