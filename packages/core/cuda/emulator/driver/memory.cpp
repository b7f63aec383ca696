#include "memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <vector>

#include "sanitizer.h"

namespace kd_emulator {

namespace {

/** CUDA promises at least this. */
constexpr std::size_t alignment = 256;
/** Bytes before an allocation that are watched. */
constexpr std::size_t zone = 256;
constexpr unsigned char pattern = 0xff;
constexpr std::size_t quarantined = 512;

std::map<std::uintptr_t, Allocation> allocations;
std::deque<Allocation> quarantine;
std::uint64_t counter;

std::size_t pageBytes() {
  static const std::size_t bytes = std::size_t(sysconf(_SC_PAGESIZE));
  return bytes;
}

std::size_t roundUp(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

const char* nameOf(Origin origin) {
  switch (origin) {
    case Origin::device: return "cuMemAlloc";
    case Origin::deviceAsync: return "cuMemAllocAsync";
    case Origin::graph: return "cuMemAllocAsync in a graph";
    case Origin::host: return "cuMemAllocHost";
  }
  return "";
}

std::string text(const Allocation& allocation) {
  return "allocation " + std::to_string(allocation.number) + " (" + std::to_string(allocation.bytes) + " bytes, " +
         nameOf(allocation.origin) + ")";
}

/** The watched bytes before an allocation and those up to the page that cannot be touched. */
std::byte* zoneBegin(const Allocation& allocation) {
  std::byte* const data = reinterpret_cast<std::byte*>(allocation.address);
  return data - std::min<std::size_t>(zone, std::size_t(data - (allocation.mapping + pageBytes())));
}
std::byte* zoneEnd(const Allocation& allocation) { return allocation.mapping + allocation.mapped - pageBytes(); }

#if !KD_SANITIZED
bool whole(const std::byte* begin, const std::byte* end) {
  return begin == end || (*begin == std::byte{pattern} && std::memcmp(begin, begin + 1, std::size_t(end - begin) - 1) == 0);
}
#endif

}  // namespace

/** Allocations with pages that cannot be touched: a system has so many mappings for a process (65,530 on Linux), three for each. */
constexpr std::size_t kGuarded = 10000;

Allocation* allocate(std::size_t bytes, Origin origin, int device) {
  const std::size_t page = pageBytes();
  const std::size_t room = roundUp(bytes, alignment);
  const std::size_t mapped = roundUp(room, page) + 2 * page;
  void* mapping = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return nullptr;
  auto* const first = static_cast<std::byte*>(mapping);
  std::memset(first + page, pattern, mapped - 2 * page);
  if (allocations.size() < kGuarded) {
    mprotect(first, page, PROT_NONE);
    mprotect(first + mapped - page, page, PROT_NONE);
  }
  std::byte* const data = first + mapped - page - room;
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  poison(first + page, mapped - 2 * page);
  unpoison(data, bytes);
  auto& entry = allocations[address];
  entry = {address, bytes, origin, device, ++counter, true, first, mapped};
  return &entry;
}

Allocation* allocationAt(std::uintptr_t address) {
  const auto found = allocations.find(address);
  return found == allocations.end() ? nullptr : &found->second;
}

Allocation* allocationOf(std::uintptr_t address) {
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin()) return nullptr;
  Allocation& allocation = (--after)->second;
  return address - allocation.address < allocation.bytes ? &allocation : nullptr;
}

bool contained(std::uintptr_t address, std::size_t bytes) {
  const Allocation* allocation = allocationOf(address);
  return allocation != nullptr && allocation->live && bytes <= allocation->bytes - (address - allocation->address);
}

void release(Allocation* allocation) {
  const Allocation freed = *allocation;
  allocations.erase(freed.address);
  mprotect(freed.mapping, freed.mapped, PROT_NONE);
  madvise(freed.mapping, freed.mapped, MADV_DONTNEED);
  poison(freed.mapping, freed.mapped);
  quarantine.push_back(freed);
  if (quarantine.size() > quarantined) {
    const Allocation& oldest = quarantine.front();
    unpoison(oldest.mapping, oldest.mapped);
    munmap(oldest.mapping, oldest.mapped);
    quarantine.pop_front();
  }
}

void scramble(Allocation* allocation) {
  std::memset(reinterpret_cast<void*>(allocation->address), pattern, allocation->bytes);
}

std::string brokenAllocation([[maybe_unused]] Allocation& allocation) {
#if !KD_SANITIZED
  std::byte* const data = reinterpret_cast<std::byte*>(allocation.address);
  std::byte* const before = zoneBegin(allocation);
  std::byte* const after = data + allocation.bytes;
  std::byte* const end = zoneEnd(allocation);
  const bool wholeBefore = whole(before, data);
  if (wholeBefore && whole(after, end)) return "";
  std::memset(before, pattern, std::size_t(data - before));
  std::memset(after, pattern, std::size_t(end - after));
  return std::string("bytes ") + (wholeBefore ? "after" : "before") + " " + text(allocation) + " were written";
#else
  return "";
#endif
}

std::string brokenAllocation() {
  for (auto& [address, allocation] : allocations) {
    std::string broken = brokenAllocation(allocation);
    if (!broken.empty()) return broken;
  }
  return "";
}

std::string brokenAllocation(const std::byte* parameters, std::size_t bytes) {
  std::uintptr_t word;
  for (std::size_t at = 0; at + sizeof word <= bytes; at += sizeof word) {
    std::memcpy(&word, parameters + at, sizeof word);
    Allocation* const allocation = allocationOf(word);
    if (allocation == nullptr) continue;
    std::string broken = brokenAllocation(*allocation);
    if (!broken.empty()) return broken;
  }
  return "";
}

std::string describe(std::uintptr_t address) {
  auto near = [address](const Allocation& allocation) {
    const auto first = reinterpret_cast<std::uintptr_t>(allocation.mapping);
    return address >= first && address < first + allocation.mapped;
  };
  auto offset = [address](const Allocation& allocation) {
    const auto distance = std::int64_t(address) - std::int64_t(allocation.address);
    return "byte " + std::to_string(distance) + " of ";
  };
  for (const auto& [begin, allocation] : allocations) {
    if (near(allocation)) return offset(allocation) + text(allocation);
  }
  for (auto freed = quarantine.rbegin(); freed != quarantine.rend(); ++freed) {
    if (near(*freed)) return offset(*freed) + text(*freed) + ", which has been freed";
  }
  char hex[64];
  snprintf(hex, sizeof hex, "0x%llx, which is in no allocation", static_cast<unsigned long long>(address));
  return hex;
}

std::string listLive(int device) {
  constexpr std::size_t most = 20;
  std::vector<const Allocation*> live;
  for (const auto& [address, allocation] : allocations) {
    if (device < 0 || allocation.device == device) live.push_back(&allocation);
  }
  std::sort(live.begin(), live.end(), [](const auto* a, const auto* b) { return a->number < b->number; });
  std::string list;
  for (std::size_t i = 0; i < live.size() && i < most; i++) list += "  " + text(*live[i]) + "\n";
  if (live.size() > most) list += "  and " + std::to_string(live.size() - most) + " more\n";
  return list;
}

void releaseAll(int device) {
  for (auto next = allocations.begin(); next != allocations.end();) {
    Allocation& allocation = next->second;
    ++next;
    if (allocation.device == device) release(&allocation);
  }
}

}  // namespace kd_emulator
