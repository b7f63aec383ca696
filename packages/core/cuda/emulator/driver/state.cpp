#include "state.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unordered_map>

namespace kd_emulator {

State& state() {
  // Never destroyed: the library may be called while the process ends.
  static State* const instance = new State;
  return *instance;
}

Device*& current() {
  static thread_local Device* device = nullptr;
  return device;
}

static std::unordered_map<std::string, const Kernel*>& kernels() {
  static auto* const table = new std::unordered_map<std::string, const Kernel*>;
  return *table;
}

Registration::Registration(const Kernel& kernel) { kernels()[kernel.name] = &kernel; }

const Kernel* findKernel(const char* name) {
  const auto found = kernels().find(name);
  return found == kernels().end() ? nullptr : found->second;
}

int report(int code, const std::string& message) {
  state().message = message;
  if (!state().options.quiet) std::fprintf(stderr, "cuda emulator: %s\n", message.c_str());
  return code;
}

/** A function's name as programs write it: without the version that cuda.h adds. */
static std::string plainName(const std::string& name) {
  const std::size_t end = name.rfind("_v");
  return end == std::string::npos ? name : name.substr(0, end);
}

int injected(const char* function) {
  if (state().options.faults.empty()) return CUDA_SUCCESS;
  const std::string name = plainName(function);
  const std::uint64_t call = ++state().calls[name];
  for (const Fault& fault : state().options.faults) {
    if (fault.function == name && fault.call == call) return fault.code;
  }
  return CUDA_SUCCESS;
}

int unlessCapturing(const char* function) {
  int code = CUDA_SUCCESS;
  for (Stream* stream : state().streams) {
    if (stream->capture == nullptr || stream->mode == CaptureMode::relaxed) continue;
    if (stream->mode == CaptureMode::threadLocal && stream->capturer != std::this_thread::get_id()) continue;
    stream->invalidated = true;
    code = report(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, std::string(function) + ": not permitted while a stream captures");
  }
  return code;
}

std::size_t mostSharedBytes() {
  const int capability = state().options.capability;
  if (capability >= 90 && capability < 120) return 227 << 10;
  if (capability == 80 || capability == 87) return 163 << 10;
  if (capability >= 86) return 99 << 10;
  return 64 << 10;
}

int streamOf(void* handle, Stream*& stream) {
  stream = nullptr;
  const auto number = reinterpret_cast<std::uintptr_t>(handle);
  if (number <= 2) {
    for (Stream* other : state().streams) {
      if (other->capture == nullptr || !other->blocking || other->device != current()) continue;
      other->invalidated = true;
      return report(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, "the default stream was used while a stream captures that waits for it");
    }
    return CUDA_SUCCESS;
  }
  stream = static_cast<Stream*>(handle);
  if (!state().streams.contains(stream)) return report(CUDA_ERROR_INVALID_HANDLE, "expected a stream that exists");
  if (stream->device != current()) {
    return report(CUDA_ERROR_INVALID_HANDLE, "expected a stream of the current context, got one of another device");
  }
  return stream->invalidated ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED : CUDA_SUCCESS;
}

int checkZones(const std::string& after) {
  const std::string broken = brokenAllocation();
  return broken.empty() ? CUDA_SUCCESS : report(CUDA_ERROR_ILLEGAL_ADDRESS, after + ": " + broken);
}

int checkZones(const Kernel& kernel, const std::byte* parameters) {
  const std::string broken = brokenAllocation(parameters, kernel.parameterBytes);
  return broken.empty() ? CUDA_SUCCESS
                        : report(CUDA_ERROR_ILLEGAL_ADDRESS, std::string("kernel ") + kernel.name + ": " + broken);
}

Module::~Module() {
  for (const auto& [name, function] : functions) state().functions.erase(function.get());
}

Recording::~Recording() {
  for (const std::uintptr_t address : memory) {
    Allocation* const allocation = allocationAt(address);
    if (allocation == nullptr) continue;
    if (allocation->live) device->used -= allocation->bytes;
    release(allocation);
  }
}

}  // namespace kd_emulator
