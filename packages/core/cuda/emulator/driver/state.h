// What the emulated driver knows, and the frame that every driver function runs in.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "errors.h"
#include "kernel.h"
#include "memory.h"
#include "ptx.h"

#define KD_DRIVER extern "C" __attribute__((visibility("default"))) int

namespace kd_emulator {

/** A device with its primary context, the only one it has. */
struct Device {
  int index;
  /** How often the primary context is retained; without, it does not exist. */
  int retained = 0;
  /** The error that has made the context useless. */
  int sticky = CUDA_SUCCESS;
  /** Bytes of cuMemAlloc and of graphs. */
  std::size_t used = 0;
  /** Bytes that the pool has given out, and that it holds. */
  std::size_t poolUsed = 0;
  std::size_t poolReserved = 0;
  std::uint64_t poolThreshold = 0;
};

/** One step of a graph, by cuda.h's CUgraphNodeType. */
enum class NodeKind { kernel = 0, copy = 1, set = 2, host = 3, graph = 4, allocate = 10, free = 11 };

struct Node {
  NodeKind kind;
  std::function<int()> run;
};

/** What a capture has recorded; memory that its nodes allocate is its own. */
struct Recording {
  Device* device;
  std::vector<Node> nodes;
  std::vector<std::uintptr_t> memory;
  ~Recording();
};

struct Graph {
  std::shared_ptr<Recording> recording;
};

struct GraphExec {
  std::shared_ptr<Recording> recording;
  bool freesFirst;
};

enum class CaptureMode { global = 0, threadLocal = 1, relaxed = 2 };

struct Stream {
  Device* device;
  bool blocking;
  std::shared_ptr<Recording> capture = nullptr;
  bool invalidated = false;
  CaptureMode mode = CaptureMode::global;
  std::thread::id capturer{};
};

struct Event {
  Device* device;
  bool timed;
  bool recorded = false;
  /** The capture that it was recorded in last. */
  std::weak_ptr<Recording> capture{};
  std::chrono::steady_clock::time_point time{};
};

struct Module;

struct Function {
  Module* module;
  PtxEntry entry;
  const Kernel* kernel;
  /** Raised with cuFuncSetAttribute. */
  std::size_t maxDynamicShared;
};

struct Module {
  Device* device;
  Ptx ptx;
  std::map<std::string, std::unique_ptr<Function>> functions{};
  ~Module();
};

struct Fault {
  std::string function;
  std::uint64_t call;
  int code;
};

struct Options {
  int devices = 1;
  int driver = 12040;
  int capability = 80;
  std::size_t memory = std::size_t(4) << 30;
  bool leaks = false;
  bool quiet = false;
  bool reverse = false;
  std::vector<Fault> faults;
};

struct State {
  std::recursive_mutex mutex;
  bool initialised = false;
  Options options;
  std::vector<std::unique_ptr<Device>> devices;
  std::set<Stream*> streams;
  std::set<Event*> events;
  std::set<Module*> modules;
  std::set<Function*> functions;
  std::set<Graph*> graphs;
  std::set<GraphExec*> execs;
  std::map<std::string, std::uint64_t> calls;
  std::string message;
};

State& state();

/** The device whose context is current in the calling thread. */
Device*& current();

/** Says why a call fails, on stderr and for kindlingEmulatorMessage; returns the code. */
int report(int code, const std::string& message);

/** The code that KINDLING_EMULATOR_FAIL wants from this call, or 0. */
int injected(const char* function);

/** For functions that CUDA does not allow while a stream captures: invalidates the captures that forbid it. */
int unlessCapturing(const char* function);

/** The most shared memory that the device gives a block, by its compute capability. */
std::size_t mostSharedBytes();

/** Shared memory for a block without asking for more, static and dynamic together. */
constexpr std::size_t usualSharedBytes = 48 << 10;

/** The stream of a handle; null for the legacy stream. The code is not 0 when the handle is none, or may not be used now. */
int streamOf(void* handle, Stream*& stream);

/** Gives back what the device's pool holds beyond `keep` bytes and does not use. */
void trimPool(Device& device, std::uint64_t keep);

/** Whether anything was written that no allocation holds. */
int checkZones(const std::string& after);

/** Whether a kernel wrote beside the allocations that its parameters point to. What is elsewhere, the next synchronisation finds. */
int checkZones(const Kernel& kernel, const std::byte* parameters);

/** Runs work at once, or records it where the stream captures. */
template <typename Work>
int submit(void* handle, NodeKind kind, Work work) {
  Stream* stream;
  const int bad = streamOf(handle, stream);
  if (bad != CUDA_SUCCESS) return bad;
  if (stream == nullptr || stream->capture == nullptr) return work();
  stream->capture->nodes.push_back({kind, std::move(work)});
  return CUDA_SUCCESS;
}

enum class Needs { nothing, initialised, context };

/** The frame of a driver function: one at a time, faults as asked for, a broken context stays broken. */
template <typename Body>
int call(const char* function, Needs needs, Body body) {
  const std::lock_guard lock(state().mutex);
  const int fault = injected(function);
  if (needs != Needs::nothing && !state().initialised) return CUDA_ERROR_NOT_INITIALIZED;
  if (needs == Needs::context) {
    if (current() == nullptr || current()->retained == 0) return CUDA_ERROR_INVALID_CONTEXT;
    if (current()->sticky != CUDA_SUCCESS) return current()->sticky;
  }
  const int code = fault != CUDA_SUCCESS ? fault : body();
  if (isSticky(code) && needs == Needs::context) current()->sticky = code;
  return code;
}

}  // namespace kd_emulator
