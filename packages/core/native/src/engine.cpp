// The C interface. Every function takes and returns plain numbers and pointers, and none throws.
#include <cstdint>

#include "chunks.h"
#include "generated/records.h"
#include "reductions.h"
#include "shared-tasks.h"
#include "threads.h"

#if defined(_WIN32)
#define KD_EXPORT extern "C" __declspec(dllexport)
#else
#define KD_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace kd {

thread_local Failure failure;

Status runNothing(const Call*) { return Status::done; }

Status decode(const double* record, void* memory) {
  Reader reader(record);
  const auto kind = static_cast<Kind>(reader.code(kKindCount));
  if (!reader.valid()) return Status::malformed;
  const Status status = prepareKind(kind, reader, memory);
  const bool whole = reader.valid() && (status != Status::done || reader.atEnd());
  return whole ? status : Status::malformed;
}

namespace {

Status replay(const char* memory) {
  const auto& graph = *reinterpret_cast<const Graph*>(memory);
  const char* next = memory + sizeof(Graph);
  for (Size i = 0; i < graph.count; i++) {
    const auto* call = reinterpret_cast<const Call*>(next);
    next += callStep(call->bytes);
    const Status status = call->run(call);
    if (status == Status::done) continue;
    failure.call = i;
    return status;
  }
  return Status::done;
}

}  // namespace
}  // namespace kd

/** Raised with every change to records or functions that an older loader would misread. */
KD_EXPORT int kd_version() { return 7; }

/** The codes of records, for the loader to compare with its own. */
KD_EXPORT const char* kd_codes() { return kd::kCodes; }

/** Chooses the kernels of an instruction set, or the best for an empty name; 0 when they do not run here. */
KD_EXPORT int kd_select(const char* name) { return kd::selectKernels(name != nullptr && *name != 0 ? name : nullptr) != nullptr; }

/** The instruction set in use. */
KD_EXPORT const char* kd_selected() { return kd::kernels().name; }

KD_EXPORT void kd_set_threads(int count) { kd::setThreadCount(count); }

KD_EXPORT int kd_threads() { return kd::threadCount(); }

/** Where an array lies, for records to hold. */
KD_EXPORT double kd_address(const void* pointer) { return static_cast<double>(reinterpret_cast<std::uintptr_t>(pointer)); }

/** Runs the record at an address; the result is a kd::Status. */
KD_EXPORT int kd_execute(double record) {
  alignas(64) char memory[kd::kCallBytes];
  const kd::Status status = kd::decode(reinterpret_cast<const double*>(static_cast<std::uintptr_t>(record)), memory);
  if (status != kd::Status::done) return static_cast<int>(status);
  const auto* call = reinterpret_cast<const kd::Call*>(memory);
  return static_cast<int>(call->run(call));
}

/** Rows of a chunk of a sum over rows. */
KD_EXPORT double kd_chunk(double rows) {
  return rows >= 0 && rows <= kd::kMaxSize ? static_cast<double>(kd::chunkOf(static_cast<kd::Size>(rows))) : rows;
}

/**
 * Prepares a graph of `count` records in `capacity` bytes of memory at an address. The result is the
 * bytes used, or minus a kd::Status; kd_failed_call is the call it is about: tasks that are shared are one.
 */
KD_EXPORT double kd_prepare(double records, double count, double memory, double capacity) {
  const auto* record = reinterpret_cast<const double*>(static_cast<std::uintptr_t>(records));
  char* const start = reinterpret_cast<char*>(static_cast<std::uintptr_t>(memory));
  auto& graph = *reinterpret_cast<kd::Graph*>(start);
  graph.count = 0;
  kd::Size used = sizeof(kd::Graph);
  kd::SharedTasks* open = nullptr;
  for (kd::Size i = 0; i < static_cast<kd::Size>(count); i++) {
    if (open == nullptr) kd::failure.call = graph.count++;
    if (used + kd::kCallBytes > static_cast<kd::Size>(capacity)) return -static_cast<double>(kd::Status::memory);
    const kd::Status status = kd::decode(record, start + used);
    if (status != kd::Status::done) return -static_cast<double>(status);
    auto* const call = reinterpret_cast<kd::Call*>(start + used);
    kd::SharedTasks* const tasks = kd::SharedTasks::of(call);
    used += kd::callStep(call->bytes);
    record += 1 + static_cast<kd::Size>(*record);
    if (open == nullptr) {
      open = tasks;
      continue;
    }
    if (tasks != nullptr) return -static_cast<double>(kd::Status::malformed);
    open->place(used - (reinterpret_cast<char*>(open) - start));
    if (open->isComplete()) open = nullptr;
  }
  return open == nullptr ? static_cast<double>(used) : -static_cast<double>(kd::Status::malformed);
}

/** Replays a graph once. The result is a kd::Status; kd_failed_call is the call it is about. */
KD_EXPORT int kd_replay(double memory) {
  return static_cast<int>(kd::replay(reinterpret_cast<const char*>(static_cast<std::uintptr_t>(memory))));
}

/**
 * Replays a graph `times` times. The table at `copies` has three words a line: the address of a buffer of the graph, the address of
 * an array of `times` such buffers, and the bytes of one. By the first `before` lines, element i of the array is copied into the buffer
 * before run i; by the `after` lines that follow, the buffer is copied into element i after it.
 */
KD_EXPORT int kd_repeat(double memory, int times, double copies, int before, int after) {
  struct Copy {
    double buffer;
    double array;
    double bytes;
  };
  const auto at = [](double address) { return reinterpret_cast<char*>(static_cast<std::uintptr_t>(address)); };
  const auto* const in = reinterpret_cast<const Copy*>(at(copies));
  const auto* const out = in + before;
  for (int time = 0; time < times; time++) {
    for (const Copy* copy = in; copy < out; copy++) {
      const auto bytes = static_cast<std::size_t>(copy->bytes);
      std::memcpy(at(copy->buffer), at(copy->array) + time * bytes, bytes);
    }
    const kd::Status status = kd::replay(at(memory));
    if (status != kd::Status::done) return static_cast<int>(status);
    for (const Copy* copy = out; copy < out + after; copy++) {
      const auto bytes = static_cast<std::size_t>(copy->bytes);
      std::memcpy(at(copy->array) + time * bytes, at(copy->buffer), bytes);
    }
  }
  return 0;
}

#if !defined(__wasm__)
/** Elements of a row at most that recorded steps work on as lines; 0 where they do not. */
KD_EXPORT int kd_line_width() { return kd::kernels().lines.multiply == nullptr ? 0 : static_cast<int>(kd::kLineWidth); }

/** Registers a function for calls of the kind allReduce. The result is its number, or −1 where there is no room. */
KD_EXPORT int kd_register_reduction(int dtype, double address, double inPlace, double datatype, double op, double communicator,
                                    double waits) {
  return kd::registerReduction(static_cast<kd::DType>(dtype), address, inPlace, datatype, op, communicator, waits);
}
#endif

/** The index in its graph of the call that failed last on this thread. */
KD_EXPORT int kd_failed_call() { return static_cast<int>(kd::failure.call); }

/** The value that the last failure on this thread was about. */
KD_EXPORT double kd_failed_value() { return kd::failure.value; }

/** The index, or the position, that the last failure on this thread was about. */
KD_EXPORT double kd_failed_index() { return kd::failure.index; }
