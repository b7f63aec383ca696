// cuInit, devices, contexts and errors.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "state.h"

using namespace kd_emulator;

namespace {

long long setting(const char* name, long long otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr || *text == 0 ? otherwise : std::atoll(text);
}

/** "cuMemAllocAsync:3=2,cuLaunchKernel:5=719" */
std::vector<Fault> readFaults(const char* text) {
  std::vector<Fault> faults;
  while (text != nullptr && *text != 0) {
    char function[64];
    unsigned long long call;
    int code;
    int used = 0;
    if (std::sscanf(text, " %63[^:,=]:%llu=%d%n", function, &call, &code, &used) == 3) {
      faults.push_back({function, call, code});
      text += used;
    } else {
      report(0, std::string("KINDLING_EMULATOR_FAIL: expected function:call=code, got ") + text);
      break;
    }
    while (*text == ',' || *text == ' ' || *text == ';') text++;
  }
  return faults;
}

void readOptions() {
  Options& options = state().options;
  options.quiet = setting("KINDLING_EMULATOR_QUIET", 0) != 0;
  options.devices = int(setting("KINDLING_EMULATOR_DEVICES", 1));
  options.driver = int(setting("KINDLING_EMULATOR_DRIVER", 12040));
  options.capability = int(setting("KINDLING_EMULATOR_CAPABILITY", 80));
  options.memory = std::size_t(setting("KINDLING_EMULATOR_MEMORY", 4ll << 30));
  options.leaks = setting("KINDLING_EMULATOR_LEAKS", 0) != 0;
  const char* order = std::getenv("KINDLING_EMULATOR_ORDER");
  options.reverse = order != nullptr && std::strcmp(order, "reverse") == 0;
  options.faults = readFaults(std::getenv("KINDLING_EMULATOR_FAIL"));
  state().calls.clear();
}

Device* deviceOf(int index) {
  const bool known = index >= 0 && index < state().options.devices && std::size_t(index) < state().devices.size();
  return known ? state().devices[std::size_t(index)].get() : nullptr;
}

/** What is still there of a device, or of all and the host for null. */
std::string leaks(const Device* device) {
  std::string list = listLive(device == nullptr ? -1 : device->index);
  auto count = [&](const auto& set, const char* what) {
    std::size_t number = 0;
    for (const auto* entry : set) number += device == nullptr || entry->device == device ? 1 : 0;
    if (number > 0) list += "  " + std::to_string(number) + " " + what + "\n";
  };
  count(state().streams, "streams");
  count(state().events, "events");
  count(state().modules, "modules");
  if (device == nullptr) {
    if (!state().graphs.empty()) list += "  " + std::to_string(state().graphs.size()) + " graphs\n";
    if (!state().execs.empty()) list += "  " + std::to_string(state().execs.size()) + " executable graphs\n";
  }
  return list;
}

void reportLeaks() {
  const std::lock_guard lock(state().mutex);
  if (!state().options.leaks) return;
  const std::string list = leaks(nullptr);
  std::fprintf(stderr, "cuda emulator: %s%s", list.empty() ? "nothing leaked\n" : "leaked:\n", list.c_str());
}

/** Ends a primary context with all that is in it. */
void destroyContext(Device& device) {
  auto drop = [&](auto& set) {
    for (auto next = set.begin(); next != set.end();) {
      auto* const entry = *next;
      ++next;
      if (entry->device != &device) continue;
      set.erase(entry);
      delete entry;
    }
  };
  for (auto next = state().execs.begin(); next != state().execs.end();) {
    GraphExec* const exec = *next;
    ++next;
    if (exec->recording->device != &device) continue;
    state().execs.erase(exec);
    delete exec;
  }
  for (auto next = state().graphs.begin(); next != state().graphs.end();) {
    Graph* const graph = *next;
    ++next;
    if (graph->recording->device != &device) continue;
    state().graphs.erase(graph);
    delete graph;
  }
  drop(state().streams);
  drop(state().events);
  drop(state().modules);
  releaseAll(device.index);
  const int index = device.index;
  device = Device{.index = index};
}

/** By cuda.h's CUdevice_attribute; the figures that do not matter here are those of an A100. */
int attribute(int which, int device) {
  const int capability = state().options.capability;
  switch (which) {
    case 1: return 1024;         // threads per block
    case 2:
    case 3: return 1024;         // block x, y
    case 4: return 64;           // block z
    case 5: return 2147483647;   // grid x
    case 6:
    case 7: return 65535;        // grid y, z
    case 8: return int(usualSharedBytes);
    case 9: return 65536;        // constant memory
    case 10: return 32;          // warp
    case 12: return 65536;       // registers per block
    case 13: return 1410000;     // clock, kHz
    case 14: return 512;         // texture alignment
    case 16: return 4;           // multiprocessors
    case 18: return 0;           // integrated
    case 19: return 1;           // can map host memory
    case 20: return 0;           // compute mode
    case 31: return 1;           // concurrent kernels
    case 33: return device + 1;  // PCI bus
    case 34: return 0;           // PCI device
    case 36: return 1215000;     // memory clock, kHz
    case 37: return 5120;        // memory bus, bits
    case 38: return 4 << 20;     // L2
    case 39: return capability == 75 ? 1024 : capability >= 86 && capability < 90 ? 1536 : 2048;
    case 40: return 2;           // copy engines
    case 41: return 1;           // unified addressing
    case 75: return capability / 10;
    case 76: return capability % 10;
    case 81: return int(mostSharedBytes()) + 1024;
    case 82: return 65536;       // registers per multiprocessor
    case 83: return 1;           // managed memory
    case 95: return 1;           // cooperative launch
    case 97: return int(mostSharedBytes());
    case 115: return 1;          // memory pools
    default: return -1;
  }
}

const char* nameOfResult(int code) {
  switch (code) {
#define KD_RESULT(number, name, text) \
  case number: return #name;
    KD_RESULTS(KD_RESULT)
#undef KD_RESULT
    default: return nullptr;
  }
}

const char* textOfResult(int code) {
  switch (code) {
#define KD_RESULT(number, name, text) \
  case number: return text;
    KD_RESULTS(KD_RESULT)
#undef KD_RESULT
    default: return nullptr;
  }
}

}  // namespace

/** Reads the environment, every time it is called: settings and counts of calls begin anew. */
KD_DRIVER cuInit(unsigned flags) {
  const std::lock_guard lock(state().mutex);
  readOptions();
  return call("cuInit", Needs::nothing, [&]() -> int {
    if (flags != 0) return CUDA_ERROR_INVALID_VALUE;
    static const bool registered = std::atexit(reportLeaks) == 0;
    (void)registered;
    while (int(state().devices.size()) < state().options.devices) {
      state().devices.push_back(std::make_unique<Device>(Device{.index = int(state().devices.size())}));
    }
    state().initialised = state().options.devices > 0;
    return state().initialised ? CUDA_SUCCESS : CUDA_ERROR_NO_DEVICE;
  });
}

KD_DRIVER cuDriverGetVersion(int* version) {
  return call("cuDriverGetVersion", Needs::nothing, [&]() -> int {
    if (version == nullptr) return CUDA_ERROR_INVALID_VALUE;
    // Allowed before cuInit.
    *version = state().initialised ? state().options.driver : int(setting("KINDLING_EMULATOR_DRIVER", 12040));
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuDeviceGetCount(int* count) {
  return call("cuDeviceGetCount", Needs::initialised, [&]() -> int {
    if (count == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *count = state().options.devices;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuDeviceGet(int* device, int ordinal) {
  return call("cuDeviceGet", Needs::initialised, [&]() -> int {
    if (device == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (deviceOf(ordinal) == nullptr) return CUDA_ERROR_INVALID_DEVICE;
    *device = ordinal;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuDeviceGetName(char* name, int length, int device) {
  return call("cuDeviceGetName", Needs::initialised, [&]() -> int {
    if (name == nullptr || length <= 0) return CUDA_ERROR_INVALID_VALUE;
    if (deviceOf(device) == nullptr) return CUDA_ERROR_INVALID_DEVICE;
    std::snprintf(name, std::size_t(length), "Kindling emulated device");
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuDeviceGetUuid_v2(unsigned char* uuid, int device) {
  return call("cuDeviceGetUuid_v2", Needs::initialised, [&]() -> int {
    if (uuid == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (deviceOf(device) == nullptr) return CUDA_ERROR_INVALID_DEVICE;
    std::memset(uuid, device, 16);
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuDeviceGetAttribute(int* value, int which, int device) {
  return call("cuDeviceGetAttribute", Needs::initialised, [&]() -> int {
    if (deviceOf(device) == nullptr) return CUDA_ERROR_INVALID_DEVICE;
    const int found = attribute(which, device);
    if (value == nullptr || found < 0) return CUDA_ERROR_INVALID_VALUE;
    *value = found;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuDeviceTotalMem_v2(std::size_t* bytes, int device) {
  return call("cuDeviceTotalMem_v2", Needs::initialised, [&]() -> int {
    if (bytes == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (deviceOf(device) == nullptr) return CUDA_ERROR_INVALID_DEVICE;
    *bytes = state().options.memory;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuDevicePrimaryCtxRetain(void** context, int device) {
  return call("cuDevicePrimaryCtxRetain", Needs::initialised, [&]() -> int {
    if (context == nullptr) return CUDA_ERROR_INVALID_VALUE;
    Device* const found = deviceOf(device);
    if (found == nullptr) return CUDA_ERROR_INVALID_DEVICE;
    found->retained++;
    *context = found;
    return CUDA_SUCCESS;
  });
}

/** The last release ends the context, a broken one too. */
KD_DRIVER cuDevicePrimaryCtxRelease_v2(int device) {
  return call("cuDevicePrimaryCtxRelease_v2", Needs::initialised, [&]() -> int {
    Device* const found = deviceOf(device);
    if (found == nullptr) return CUDA_ERROR_INVALID_DEVICE;
    if (found->retained == 0) return CUDA_ERROR_INVALID_CONTEXT;
    if (--found->retained > 0) return CUDA_SUCCESS;
    const std::string list = state().options.leaks ? leaks(found) : "";
    if (!list.empty()) {
      std::fprintf(stderr, "cuda emulator: device %d's context ends with:\n%s", device, list.c_str());
    }
    destroyContext(*found);
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuDevicePrimaryCtxReset_v2(int device) {
  return call("cuDevicePrimaryCtxReset_v2", Needs::initialised, [&]() -> int {
    Device* const found = deviceOf(device);
    if (found == nullptr) return CUDA_ERROR_INVALID_DEVICE;
    const int retained = found->retained;
    destroyContext(*found);
    found->retained = retained;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuCtxSetCurrent(void* context) {
  return call("cuCtxSetCurrent", Needs::initialised, [&]() -> int {
    Device* found = nullptr;
    for (const auto& device : state().devices) found = device.get() == context ? device.get() : found;
    if (context != nullptr && (found == nullptr || found->retained == 0)) return CUDA_ERROR_INVALID_CONTEXT;
    current() = found;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuCtxGetCurrent(void** context) {
  return call("cuCtxGetCurrent", Needs::initialised, [&]() -> int {
    if (context == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *context = current();
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuCtxGetDevice(int* device) {
  return call("cuCtxGetDevice", Needs::context, [&]() -> int {
    if (device == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *device = current()->index;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuCtxSynchronize() {
  return call("cuCtxSynchronize", Needs::context, [&]() -> int {
    const int refused = unlessCapturing("cuCtxSynchronize");
    if (refused != CUDA_SUCCESS) return refused;
    trimPool(*current(), current()->poolThreshold);
    return checkZones("cuCtxSynchronize");
  });
}

KD_DRIVER cuGetErrorName(int code, const char** name) {
  if (name == nullptr) return CUDA_ERROR_INVALID_VALUE;
  *name = nameOfResult(code);
  return *name == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

KD_DRIVER cuGetErrorString(int code, const char** text) {
  if (text == nullptr) return CUDA_ERROR_INVALID_VALUE;
  *text = textOfResult(code);
  return *text == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

/** Why the last call failed that the emulator had more to say of than a code; not part of the driver. */
extern "C" __attribute__((visibility("default"))) const char* kindlingEmulatorMessage() {
  const std::lock_guard lock(state().mutex);
  static std::string text;
  text = state().message;
  return text.c_str();
}
