// Device memory, pools, pinned host memory, copies.
#include <cstring>

#include "state.h"

using namespace kd_emulator;

namespace {

/** Pools hand out memory in pieces of this. */
constexpr std::size_t granule = 512;

std::size_t granules(std::size_t bytes) { return (bytes + granule - 1) / granule * granule; }

/** Takes bytes of a device's memory for a use; gives back what the pool only holds, where needed. */
bool reserve(Device& device, std::size_t bytes) {
  const std::size_t total = state().options.memory;
  if (device.used + device.poolReserved + bytes > total) trimPool(device, 0);
  return device.used + device.poolReserved + bytes <= total;
}

int outOfMemory(const char* function, std::size_t bytes) {
  const Device& device = *current();
  return report(CUDA_ERROR_OUT_OF_MEMORY, std::string(function) + ": " + std::to_string(bytes) + " bytes asked for, " +
                                              std::to_string(device.used + device.poolUsed) + " of " +
                                              std::to_string(state().options.memory) + " in use");
}

int expectDevice(const char* function, std::uint64_t address, std::size_t bytes) {
  if (contained(address, bytes)) return CUDA_SUCCESS;
  return report(CUDA_ERROR_INVALID_VALUE, std::string(function) + ": expected " + std::to_string(bytes) +
                                              " bytes in one allocation, got " + describe(address));
}

int expectHost(const char* function, const void* pointer) {
  const Allocation* allocation = allocationOf(reinterpret_cast<std::uintptr_t>(pointer));
  if (pointer != nullptr && (allocation == nullptr || allocation->origin == Origin::host)) return CUDA_SUCCESS;
  return report(CUDA_ERROR_INVALID_VALUE, std::string(function) + ": expected host memory, got " +
                                              (pointer == nullptr ? "null" : "device memory"));
}

int copy(const char* function, void* to, const void* from, std::size_t bytes, bool toDevice, bool fromDevice) {
  if (bytes == 0) return CUDA_SUCCESS;
  const int badTo =
      toDevice ? expectDevice(function, reinterpret_cast<std::uintptr_t>(to), bytes) : expectHost(function, to);
  if (badTo != CUDA_SUCCESS) return badTo;
  const int badFrom =
      fromDevice ? expectDevice(function, reinterpret_cast<std::uintptr_t>(from), bytes) : expectHost(function, from);
  if (badFrom != CUDA_SUCCESS) return badFrom;
  std::memmove(to, from, bytes);
  return CUDA_SUCCESS;
}

void* pointer(std::uint64_t address) { return reinterpret_cast<void*>(address); }

/** Checks an allocation that is to be freed; null when there is none. */
Allocation* toFree(const char* function, std::uint64_t address, int& code) {
  Allocation* const allocation = allocationAt(address);
  if (allocation == nullptr || allocation->origin == Origin::host || !allocation->live) {
    code = report(CUDA_ERROR_INVALID_VALUE,
                  std::string(function) + ": expected an allocation's first byte, got " + describe(address));
    return nullptr;
  }
  const std::string broken = brokenAllocation(*allocation);
  code = broken.empty() ? CUDA_SUCCESS : report(CUDA_ERROR_ILLEGAL_ADDRESS, std::string(function) + ": " + broken);
  return allocation;
}

/** Ends a live allocation of whatever kind. */
void free(Allocation* allocation) {
  Device& device = *state().devices[std::size_t(allocation->device)];
  switch (allocation->origin) {
    case Origin::device:
      device.used -= allocation->bytes;
      release(allocation);
      break;
    case Origin::deviceAsync:
      device.poolUsed -= granules(allocation->bytes);
      release(allocation);
      break;
    case Origin::graph:
      device.used -= allocation->bytes;
      allocation->live = false;
      scramble(allocation);
      break;
    case Origin::host: break;
  }
}

/** In a capture, memory that the graph owns, and a node that makes it live. */
int allocateInGraph(std::uint64_t* address, std::size_t bytes, Recording& recording) {
  Allocation* const allocation = allocate(bytes, Origin::graph, current()->index);
  if (allocation == nullptr) return outOfMemory("cuMemAllocAsync", bytes);
  allocation->live = false;
  const std::uintptr_t first = allocation->address;
  recording.memory.push_back(first);
  recording.nodes.push_back({NodeKind::allocate, [first, device = current()]() -> int {
                               Allocation* const own = allocationAt(first);
                               if (own->live) {
                                 return report(CUDA_ERROR_INVALID_VALUE,
                                               "cuGraphLaunch: memory that the graph allocates has not been freed since");
                               }
                               if (!reserve(*device, own->bytes)) return outOfMemory("cuGraphLaunch", own->bytes);
                               device->used += own->bytes;
                               own->live = true;
                               scramble(own);
                               return CUDA_SUCCESS;
                             }});
  *address = first;
  return CUDA_SUCCESS;
}

int allocateAsync(std::uint64_t* address, std::size_t bytes, void* handle) {
  Stream* stream;
  const int bad = streamOf(handle, stream);
  if (bad != CUDA_SUCCESS) return bad;
  if (address == nullptr || bytes == 0) return CUDA_ERROR_INVALID_VALUE;
  if (stream != nullptr && stream->capture != nullptr) return allocateInGraph(address, bytes, *stream->capture);
  Device& device = *current();
  const std::size_t needed = granules(bytes);
  const std::size_t spare = device.poolReserved - device.poolUsed;
  if (needed > spare && !reserve(device, needed - spare)) {
    const std::size_t held = device.poolReserved - device.poolUsed;
    if (needed > held && !reserve(device, needed - held)) return outOfMemory("cuMemAllocAsync", bytes);
  }
  Allocation* const allocation = allocate(bytes, Origin::deviceAsync, device.index);
  if (allocation == nullptr) return outOfMemory("cuMemAllocAsync", bytes);
  device.poolUsed += needed;
  device.poolReserved = std::max(device.poolReserved, device.poolUsed);
  *address = allocation->address;
  return CUDA_SUCCESS;
}

}  // namespace

namespace kd_emulator {

void trimPool(Device& device, std::uint64_t keep) {
  if (device.poolReserved > keep) device.poolReserved = std::max<std::size_t>(device.poolUsed, keep);
}

}  // namespace kd_emulator

KD_DRIVER cuMemAlloc_v2(std::uint64_t* address, std::size_t bytes) {
  return call("cuMemAlloc_v2", Needs::context, [&]() -> int {
    const int refused = unlessCapturing("cuMemAlloc");
    if (refused != CUDA_SUCCESS) return refused;
    if (address == nullptr || bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    if (!reserve(*current(), bytes)) return outOfMemory("cuMemAlloc", bytes);
    Allocation* const allocation = allocate(bytes, Origin::device, current()->index);
    if (allocation == nullptr) return outOfMemory("cuMemAlloc", bytes);
    current()->used += bytes;
    *address = allocation->address;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuMemFree_v2(std::uint64_t address) {
  return call("cuMemFree_v2", Needs::context, [&]() -> int {
    const int refused = unlessCapturing("cuMemFree");
    if (refused != CUDA_SUCCESS || address == 0) return refused;
    int code;
    Allocation* const allocation = toFree("cuMemFree", address, code);
    if (allocation != nullptr) free(allocation);
    return code;
  });
}

KD_DRIVER cuMemAllocAsync(std::uint64_t* address, std::size_t bytes, void* stream) {
  return call("cuMemAllocAsync", Needs::context, [&] { return allocateAsync(address, bytes, stream); });
}

KD_DRIVER cuMemAllocFromPoolAsync(std::uint64_t* address, std::size_t bytes, void* pool, void* stream) {
  return call("cuMemAllocFromPoolAsync", Needs::context, [&]() -> int {
    return pool == current() ? allocateAsync(address, bytes, stream) : CUDA_ERROR_INVALID_VALUE;
  });
}

KD_DRIVER cuMemFreeAsync(std::uint64_t address, void* handle) {
  return call("cuMemFreeAsync", Needs::context, [&]() -> int {
    if (address == 0) return CUDA_ERROR_INVALID_VALUE;
    Stream* stream;
    const int bad = streamOf(handle, stream);
    if (bad != CUDA_SUCCESS) return bad;
    const Allocation* const allocation = allocationAt(address);
    if (stream != nullptr && stream->capture != nullptr && (allocation == nullptr || allocation->origin != Origin::graph)) {
      return report(CUDA_ERROR_INVALID_VALUE,
                    "cuMemFreeAsync: expected memory that a graph allocates while a stream captures, got " + describe(address));
    }
    return submit(handle, NodeKind::free, [address]() -> int {
      int code;
      Allocation* const freed = toFree("cuMemFreeAsync", address, code);
      if (freed != nullptr) free(freed);
      return code;
    });
  });
}

KD_DRIVER cuMemAllocHost_v2(void** memory, std::size_t bytes) {
  return call("cuMemAllocHost_v2", Needs::context, [&]() -> int {
    const int refused = unlessCapturing("cuMemAllocHost");
    if (refused != CUDA_SUCCESS) return refused;
    if (memory == nullptr || bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    Allocation* const allocation = allocate(bytes, Origin::host, current()->index);
    if (allocation == nullptr) return CUDA_ERROR_OUT_OF_MEMORY;
    *memory = pointer(allocation->address);
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuMemHostAlloc(void** memory, std::size_t bytes, unsigned) { return cuMemAllocHost_v2(memory, bytes); }

KD_DRIVER cuMemFreeHost(void* memory) {
  return call("cuMemFreeHost", Needs::context, [&]() -> int {
    const int refused = unlessCapturing("cuMemFreeHost");
    if (refused != CUDA_SUCCESS) return refused;
    Allocation* const allocation = allocationAt(reinterpret_cast<std::uintptr_t>(memory));
    if (allocation == nullptr || allocation->origin != Origin::host) return CUDA_ERROR_INVALID_VALUE;
    const std::string broken = brokenAllocation(*allocation);
    release(allocation);
    return broken.empty() ? CUDA_SUCCESS : report(CUDA_ERROR_ILLEGAL_ADDRESS, "cuMemFreeHost: " + broken);
  });
}

KD_DRIVER cuMemcpyHtoD_v2(std::uint64_t to, const void* from, std::size_t bytes) {
  return call("cuMemcpyHtoD_v2", Needs::context, [&]() -> int {
    const int refused = unlessCapturing("cuMemcpyHtoD");
    return refused != CUDA_SUCCESS ? refused : copy("cuMemcpyHtoD", pointer(to), from, bytes, true, false);
  });
}

KD_DRIVER cuMemcpyDtoH_v2(void* to, std::uint64_t from, std::size_t bytes) {
  return call("cuMemcpyDtoH_v2", Needs::context, [&]() -> int {
    const int refused = unlessCapturing("cuMemcpyDtoH");
    return refused != CUDA_SUCCESS ? refused : copy("cuMemcpyDtoH", to, pointer(from), bytes, false, true);
  });
}

KD_DRIVER cuMemcpyDtoD_v2(std::uint64_t to, std::uint64_t from, std::size_t bytes) {
  return call("cuMemcpyDtoD_v2", Needs::context, [&]() -> int {
    const int refused = unlessCapturing("cuMemcpyDtoD");
    return refused != CUDA_SUCCESS ? refused : copy("cuMemcpyDtoD", pointer(to), pointer(from), bytes, true, true);
  });
}

KD_DRIVER cuMemcpyHtoDAsync_v2(std::uint64_t to, const void* from, std::size_t bytes, void* stream) {
  return call("cuMemcpyHtoDAsync_v2", Needs::context, [&] {
    return submit(stream, NodeKind::copy, [=] { return copy("cuMemcpyHtoDAsync", pointer(to), from, bytes, true, false); });
  });
}

KD_DRIVER cuMemcpyDtoHAsync_v2(void* to, std::uint64_t from, std::size_t bytes, void* stream) {
  return call("cuMemcpyDtoHAsync_v2", Needs::context, [&] {
    return submit(stream, NodeKind::copy, [=] { return copy("cuMemcpyDtoHAsync", to, pointer(from), bytes, false, true); });
  });
}

KD_DRIVER cuMemcpyDtoDAsync_v2(std::uint64_t to, std::uint64_t from, std::size_t bytes, void* stream) {
  return call("cuMemcpyDtoDAsync_v2", Needs::context, [&] {
    return submit(stream, NodeKind::copy,
                  [=] { return copy("cuMemcpyDtoDAsync", pointer(to), pointer(from), bytes, true, true); });
  });
}

/** Fills `count` values of a type. */
template <typename T>
static int fill(const char* function, std::uint64_t to, T value, std::size_t count, void* stream) {
  return call(function, Needs::context, [&]() -> int {
    if (to % sizeof(T) != 0) return CUDA_ERROR_INVALID_VALUE;
    return submit(stream, NodeKind::set, [=]() -> int {
      if (count == 0) return CUDA_SUCCESS;
      const int bad = expectDevice(function, to, count * sizeof(T));
      if (bad != CUDA_SUCCESS) return bad;
      T* const first = static_cast<T*>(pointer(to));
      for (std::size_t i = 0; i < count; i++) first[i] = value;
      return CUDA_SUCCESS;
    });
  });
}

KD_DRIVER cuMemsetD8Async(std::uint64_t to, unsigned char value, std::size_t count, void* stream) {
  return fill("cuMemsetD8Async", to, value, count, stream);
}

KD_DRIVER cuMemsetD16Async(std::uint64_t to, unsigned short value, std::size_t count, void* stream) {
  return fill("cuMemsetD16Async", to, value, count, stream);
}

KD_DRIVER cuMemsetD32Async(std::uint64_t to, unsigned value, std::size_t count, void* stream) {
  return fill("cuMemsetD32Async", to, value, count, stream);
}

KD_DRIVER cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
  return call("cuMemGetInfo_v2", Needs::context, [&]() -> int {
    if (free == nullptr || total == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *total = state().options.memory;
    const std::size_t taken = current()->used + current()->poolReserved;
    *free = *total > taken ? *total - taken : 0;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuDeviceGetDefaultMemPool(void** pool, int device) {
  return call("cuDeviceGetDefaultMemPool", Needs::initialised, [&]() -> int {
    if (pool == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (device < 0 || device >= state().options.devices) return CUDA_ERROR_INVALID_DEVICE;
    *pool = state().devices[std::size_t(device)].get();
    return CUDA_SUCCESS;
  });
}

static Device* poolOf(void* pool) {
  for (const auto& device : state().devices) {
    if (device.get() == pool) return device.get();
  }
  return nullptr;
}

/** Attributes by cuda.h's CUmemPool_attribute: 1 to 3 reuse, 4 release threshold, 5 and 6 reserved, 7 and 8 used. */
KD_DRIVER cuMemPoolSetAttribute(void* pool, int attribute, void* value) {
  return call("cuMemPoolSetAttribute", Needs::initialised, [&]() -> int {
    Device* const device = poolOf(pool);
    if (device == nullptr || value == nullptr || attribute < 1 || attribute > 8) return CUDA_ERROR_INVALID_VALUE;
    if (attribute == 4) std::memcpy(&device->poolThreshold, value, 8);
    return attribute == 5 || attribute == 7 ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
  });
}

KD_DRIVER cuMemPoolGetAttribute(void* pool, int attribute, void* value) {
  return call("cuMemPoolGetAttribute", Needs::initialised, [&]() -> int {
    const Device* const device = poolOf(pool);
    if (device == nullptr || value == nullptr) return CUDA_ERROR_INVALID_VALUE;
    std::uint64_t found;
    switch (attribute) {
      case 4: found = device->poolThreshold; break;
      case 5: found = device->poolReserved; break;
      case 7: found = device->poolUsed; break;
      default: return CUDA_ERROR_INVALID_VALUE;
    }
    std::memcpy(value, &found, 8);
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuMemPoolTrimTo(void* pool, std::size_t keep) {
  return call("cuMemPoolTrimTo", Needs::initialised, [&]() -> int {
    Device* const device = poolOf(pool);
    if (device == nullptr) return CUDA_ERROR_INVALID_VALUE;
    trimPool(*device, keep);
    return CUDA_SUCCESS;
  });
}
