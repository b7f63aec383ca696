// Modules, functions and launches.
#include <cstring>

#include "grid.h"
#include "state.h"

using namespace kd_emulator;

namespace {

constexpr std::size_t mostParameterBytes = 4096;

/** A launch's parameters, for a graph to keep and for kernels to read. */
struct alignas(16) Parameters {
  std::byte bytes[mostParameterBytes];
};

std::string dotted(int tenfold) { return std::to_string(tenfold / 10) + "." + std::to_string(tenfold % 10); }

int load(const char* image, Module*& module, std::string& log) {
  auto fail = [&](int code, const std::string& message) {
    log = message;
    return report(code, message);
  };
  if (std::memcmp(image, "\x7f" "ELF", 4) == 0) {
    return fail(CUDA_ERROR_NO_BINARY_FOR_GPU, "cuModuleLoadData: expected PTX, got a binary");
  }
  std::unique_ptr<Module> loaded(new Module{.device = current(), .ptx = readPtx(image)});
  const Ptx& ptx = loaded->ptx;
  if (!ptx.problem.empty()) return fail(CUDA_ERROR_INVALID_IMAGE, "cuModuleLoadData: " + ptx.problem);
  if (driverForPtx(ptx.version) > state().options.driver) {
    return fail(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "cuModuleLoadData: PTX " + dotted(ptx.version) + " needs driver " +
                                                        std::to_string(driverForPtx(ptx.version)) + ", this is " +
                                                        std::to_string(state().options.driver));
  }
  if (ptx.target > state().options.capability) {
    return fail(CUDA_ERROR_INVALID_PTX, "cuModuleLoadData: PTX for compute capability " + dotted(ptx.target) + ", the device has " +
                                            dotted(state().options.capability));
  }
  module = loaded.release();
  state().modules.insert(module);
  return CUDA_SUCCESS;
}

int findFunction(Module& module, const std::string& name, Function*& function) {
  auto& known = module.functions[name];
  if (known == nullptr) {
    const PtxEntry* entry = nullptr;
    for (const PtxEntry& each : module.ptx.entries) entry = each.name == name ? &each : entry;
    if (entry == nullptr) {
      return report(CUDA_ERROR_NOT_FOUND, "cuModuleGetFunction: the module has no entry " + name);
    }
    const Kernel* const kernel = findKernel(name.c_str());
    if (kernel == nullptr) {
      return report(CUDA_ERROR_NOT_FOUND,
                    "cuModuleGetFunction: " + name + " is not compiled into the emulator; node cuda/emulator/build.mjs builds it anew");
    }
    if (entry->parameterCount != 1 || entry->parameterBytes != kernel->parameterBytes) {
      return report(CUDA_ERROR_INVALID_IMAGE, "cuModuleGetFunction: " + name + " takes " + std::to_string(entry->parameterCount) +
                                                  " parameters of " + std::to_string(entry->parameterBytes) +
                                                  " bytes in PTX, 1 of " + std::to_string(kernel->parameterBytes) +
                                                  " in the emulator: one of them is out of date");
    }
    const std::size_t rest = usualSharedBytes - std::min(usualSharedBytes, entry->sharedBytes);
    known.reset(new Function{&module, *entry, kernel, rest});
    state().functions.insert(known.get());
  }
  function = known.get();
  return CUDA_SUCCESS;
}

Function* ownFunction(void* handle) {
  const auto function = static_cast<Function*>(handle);
  return state().functions.contains(function) ? function : nullptr;
}

/** The bytes that a launch gives, from either form of arguments. */
int readParameters(const Function& function, void** arguments, void** extra, Parameters& parameters) {
  const std::size_t expected = function.kernel->parameterBytes;
  const void* bytes = arguments == nullptr ? nullptr : arguments[0];
  if (arguments == nullptr && extra != nullptr) {
    // Pairs of key and value: 1 buffer, 2 its size; 0 ends them.
    std::size_t size = 0;
    for (int i = 0; extra[i] != nullptr; i += 2) {
      const auto key = reinterpret_cast<std::uintptr_t>(extra[i]);
      if (key == 1) bytes = extra[i + 1];
      if (key == 2) size = *static_cast<const std::size_t*>(extra[i + 1]);
    }
    if (size != expected) {
      return report(CUDA_ERROR_INVALID_VALUE, "cuLaunchKernel: " + function.entry.name + ": expected " + std::to_string(expected) +
                                                  " bytes of parameters, got " + std::to_string(size));
    }
  }
  if (bytes == nullptr) return report(CUDA_ERROR_INVALID_VALUE, "cuLaunchKernel: expected parameters, got none");
  std::memcpy(parameters.bytes, bytes, expected);
  return CUDA_SUCCESS;
}

std::string text(const dim3& size) {
  return "[" + std::to_string(size.x) + ", " + std::to_string(size.y) + ", " + std::to_string(size.z) + "]";
}

int checkLaunch(const Function& function, const dim3& grid, const dim3& block, unsigned sharedBytes) {
  auto fail = [&](const std::string& message) {
    return report(CUDA_ERROR_INVALID_VALUE, "cuLaunchKernel: " + function.entry.name + ": " + message);
  };
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 2147483647u || grid.y > 65535 || grid.z > 65535) {
    return fail("expected a grid from [1, 1, 1] to [2147483647, 65535, 65535], got " + text(grid));
  }
  if (block.x == 0 || block.y == 0 || block.z == 0 || block.x > 1024 || block.y > 1024 || block.z > 64) {
    return fail("expected a block from [1, 1, 1] to [1024, 1024, 64], got " + text(block));
  }
  if (std::uint64_t(block.x) * block.y * block.z > function.entry.maxThreads) {
    return fail("expected a block of at most " + std::to_string(function.entry.maxThreads) + " threads, got " + text(block));
  }
  if (sharedBytes > function.maxDynamicShared) {
    return fail("expected at most " + std::to_string(function.maxDynamicShared) + " bytes of dynamic shared memory, got " +
                std::to_string(sharedBytes));
  }
  return CUDA_SUCCESS;
}

int launch(const Kernel* kernel, bool ownShared, const dim3& grid, const dim3& block, unsigned sharedBytes, const Parameters& parameters) {
  const Outcome outcome = runGrid({kernel, grid, block, sharedBytes, ownShared, parameters.bytes}, state().options.reverse);
  switch (outcome.ending) {
    case Ending::done: return checkZones(*kernel, parameters.bytes);
    case Ending::faulted:
      return report(CUDA_ERROR_ILLEGAL_ADDRESS, outcome.message + " (" + describe(outcome.address) + ")");
    case Ending::diverged:
    case Ending::trapped: return report(CUDA_ERROR_LAUNCH_FAILED, outcome.message);
    case Ending::noMemory: return report(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, outcome.message);
  }
  return CUDA_ERROR_UNKNOWN;
}

}  // namespace

/** Options by cuda.h's CUjit_option: 5 and 6, a buffer for errors and its size; others have no meaning here. */
static int loadModule(const char* function, void** module, const void* image, unsigned count, const int* options, void** values) {
  return call(function, Needs::context, [&]() -> int {
    const int refused = unlessCapturing(function);
    if (refused != CUDA_SUCCESS) return refused;
    if (module == nullptr || image == nullptr) return CUDA_ERROR_INVALID_VALUE;
    Module* loaded = nullptr;
    std::string log;
    const int code = load(static_cast<const char*>(image), loaded, log);
    char* buffer = nullptr;
    std::size_t room = 0;
    for (unsigned i = 0; i < count; i++) {
      if (options[i] == 5) buffer = static_cast<char*>(values[i]);
      if (options[i] == 6) room = reinterpret_cast<std::uintptr_t>(values[i]);
    }
    if (buffer != nullptr && room > 0) buffer[log.copy(buffer, room - 1)] = 0;
    if (code == CUDA_SUCCESS) *module = loaded;
    return code;
  });
}

KD_DRIVER cuModuleLoadDataEx(void** module, const void* image, unsigned count, const int* options, void** values) {
  return loadModule("cuModuleLoadDataEx", module, image, count, options, values);
}

KD_DRIVER cuModuleLoadData(void** module, const void* image) {
  return loadModule("cuModuleLoadData", module, image, 0, nullptr, nullptr);
}

KD_DRIVER cuModuleUnload(void* handle) {
  return call("cuModuleUnload", Needs::context, [&]() -> int {
    Module* const module = static_cast<Module*>(handle);
    if (state().modules.erase(module) == 0) return CUDA_ERROR_INVALID_HANDLE;
    delete module;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuModuleGetFunction(void** function, void* handle, const char* name) {
  return call("cuModuleGetFunction", Needs::context, [&]() -> int {
    Module* const module = static_cast<Module*>(handle);
    if (!state().modules.contains(module)) return CUDA_ERROR_INVALID_HANDLE;
    if (function == nullptr || name == nullptr) return CUDA_ERROR_INVALID_VALUE;
    Function* found = nullptr;
    const int code = findFunction(*module, name, found);
    if (code == CUDA_SUCCESS) *function = found;
    return code;
  });
}

/** Attributes by cuda.h's CUfunction_attribute. */
KD_DRIVER cuFuncGetAttribute(int* value, int attribute, void* handle) {
  return call("cuFuncGetAttribute", Needs::context, [&]() -> int {
    const Function* const function = ownFunction(handle);
    if (function == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    if (value == nullptr) return CUDA_ERROR_INVALID_VALUE;
    switch (attribute) {
      case 0: *value = int(function->entry.maxThreads); break;
      case 1: *value = int(function->entry.sharedBytes); break;
      case 2: *value = 0; break;   // constant memory
      case 3: *value = 0; break;   // local memory
      case 4: *value = 32; break;  // registers: not known here
      case 5: *value = function->module->ptx.version; break;
      case 6: *value = state().options.capability; break;
      case 7: *value = 0; break;  // cache mode
      case 8: *value = int(function->maxDynamicShared); break;
      case 9: *value = -1; break;  // carveout: the default
      default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuFuncSetAttribute(void* handle, int attribute, int value) {
  return call("cuFuncSetAttribute", Needs::context, [&]() -> int {
    Function* const function = ownFunction(handle);
    if (function == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    if (attribute == 9) return value >= -1 && value <= 100 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    if (attribute != 8) return CUDA_ERROR_INVALID_VALUE;
    if (value < 0 || std::size_t(value) + function->entry.sharedBytes > mostSharedBytes()) {
      return report(CUDA_ERROR_INVALID_VALUE, "cuFuncSetAttribute: " + function->entry.name + ": expected at most " +
                                                  std::to_string(mostSharedBytes()) + " bytes of shared memory, got " +
                                                  std::to_string(value) + " dynamic and " +
                                                  std::to_string(function->entry.sharedBytes) + " static");
    }
    function->maxDynamicShared = std::size_t(value);
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuLaunchKernel(void* handle, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,
                         unsigned blockZ, unsigned sharedBytes, void* stream, void** arguments, void** extra) {
  return call("cuLaunchKernel", Needs::context, [&]() -> int {
    const Function* const function = ownFunction(handle);
    if (function == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    if (function->module->device != current()) return CUDA_ERROR_INVALID_CONTEXT;
    const dim3 grid{gridX, gridY, gridZ};
    const dim3 block{blockX, blockY, blockZ};
    const int bad = checkLaunch(*function, grid, block, sharedBytes);
    if (bad != CUDA_SUCCESS) return bad;
    const auto parameters = std::make_shared<Parameters>();
    const int unread = readParameters(*function, arguments, extra, *parameters);
    if (unread != CUDA_SUCCESS) return unread;
    const bool ownShared = function->entry.sharedBytes > 0;
    return submit(stream, NodeKind::kernel, [kernel = function->kernel, ownShared, grid, block, sharedBytes, parameters] {
      return launch(kernel, ownShared, grid, block, sharedBytes, *parameters);
    });
  });
}
