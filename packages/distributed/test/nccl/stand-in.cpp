// A stand-in for NCCL's library over the emulated CUDA driver, whose device memory the host reaches. Processes exchange through a file in
// the folder STAND_IN_FOLDER. Operations are enqueued as host functions, so that a stream keeps its order and a graph holds them.
//
// STAND_IN_FAIL=ncclAllReduce:2=3 makes the second call since it was set answer 3; ncclCommGetAsyncError's number is the state that it tells.
// STAND_IN_VERSION is what ncclGetVersion tells.
#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "exchange.h"

#define API extern "C" __attribute__((visibility("default")))

namespace {

enum Result { success = 0, unhandledCudaError = 1, systemError = 2, invalidArgument = 4, invalidUsage = 5 };

struct UniqueId {
  char internal[128];
};

struct Communicator {
  Exchange exchange;
};

std::string lastError;

int fail(int code, const std::string& why) {
  lastError = "stand-in: " + why;
  return code;
}

/** The code that STAND_IN_FAIL wants from this call, or 0. */
int injected(const char* function) {
  static std::map<std::string, int> calls;
  static std::string before;
  const char* text = std::getenv("STAND_IN_FAIL");
  if (text == nullptr) text = "";
  if (before != text) calls.clear();
  before = text;
  const int call = ++calls[function];
  char name[64];
  int wanted = 0;
  int code = 0;
  if (std::sscanf(text, "%63[^:]:%d=%d", name, &wanted, &code) != 3) return success;
  if (std::string(function) != name || call != wanted) return success;
  return fail(code, "asked to fail");
}

template <typename F>
F driver(const char* name) {
  static void* library = ::dlopen(std::getenv("KINDLING_CUDA_LIBRARY"), RTLD_NOW);
  return library == nullptr ? nullptr : reinterpret_cast<F>(::dlsym(library, name));
}

std::size_t bytesOf(int datatype) {
  switch (datatype) {
    case 0: case 1: return 1;
    case 2: case 7: return 4;
    case 8: return 8;
    default: return 0;
  }
}

template <typename T>
void reduceInto(T* total, const T* part, std::size_t count, int op) {
  for (std::size_t i = 0; i < count; i++) {
    switch (op) {
      case 0: total[i] = T(total[i] + part[i]); break;
      case 1: total[i] = T(total[i] * part[i]); break;
      case 2: total[i] = std::max(total[i], part[i]); break;
      default: total[i] = std::min(total[i], part[i]);
    }
  }
}

void reduceBytes(char* total, const char* part, std::size_t bytes, int datatype, int op) {
  switch (datatype) {
    case 2: reduceInto(reinterpret_cast<std::int32_t*>(total), reinterpret_cast<const std::int32_t*>(part), bytes / 4, op); break;
    case 7: reduceInto(reinterpret_cast<float*>(total), reinterpret_cast<const float*>(part), bytes / 4, op); break;
    case 8: reduceInto(reinterpret_cast<double*>(total), reinterpret_cast<const double*>(part), bytes / 8, op); break;
    default: reduceInto(reinterpret_cast<std::uint8_t*>(total), reinterpret_cast<const std::uint8_t*>(part), bytes, op);
  }
}

struct Operation {
  enum Kind { allReduce, broadcast, reduce, allGather, reduceScatter, send, receive } kind;
  Communicator* communicator;
  const char* from;
  char* to;
  std::size_t bytes;
  int datatype;
  int op;
  /** The root, or the other process of a message. */
  int peer;
};

/** Elements [at, at + part) of a reduction over all, as they lie in the slots. */
void reduceSlots(Exchange& e, char* to, std::size_t part, const Operation& o) {
  std::memcpy(to, e.slot(0), part);
  for (int r = 1; r < e.size; r++) reduceBytes(to, e.slot(r), part, o.datatype, o.op);
}

void runCollective(const Operation& o) {
  Exchange& e = o.communicator->exchange;
  const int parts = o.kind == Operation::reduceScatter ? e.size : 1;
  for (int p = 0; p < parts; p++) {
    for (std::size_t at = 0; at < o.bytes; at += kChunk) {
      const std::size_t part = std::min(kChunk, o.bytes - at);
      std::memcpy(e.slot(e.rank), o.from + p * o.bytes + at, part);
      e.barrier();
      switch (o.kind) {
        case Operation::allReduce: reduceSlots(e, o.to + at, part, o); break;
        case Operation::broadcast: std::memcpy(o.to + at, e.slot(o.peer), part); break;
        case Operation::reduce: if (e.rank == o.peer) reduceSlots(e, o.to + at, part, o); break;
        case Operation::reduceScatter: if (e.rank == p) reduceSlots(e, o.to + at, part, o); break;
        default:
          for (int r = 0; r < e.size; r++) std::memcpy(o.to + r * o.bytes + at, e.slot(r), part);
      }
      e.barrier();
    }
  }
}

/** Messages of one group go on side by side. */
void runMessages(std::vector<Operation> messages) {
  while (!messages.empty()) {
    std::size_t moved = 0;
    for (Operation& o : messages) {
      Exchange& e = o.communicator->exchange;
      std::size_t part;
      if (o.kind == Operation::send) o.from += part = e.send(o.from, o.bytes, o.peer);
      else o.to += part = e.receive(o.to, o.bytes, o.peer);
      o.bytes -= part;
      moved += part;
    }
    std::erase_if(messages, [](const Operation& o) { return o.bytes == 0; });
    if (moved == 0) Exchange::pause();
  }
}

void run(void* data) {
  const auto& operations = *static_cast<std::vector<Operation>*>(data);
  if (operations[0].kind < Operation::send) runCollective(operations[0]);
  else runMessages(operations);
}

/** Lives on, as a graph may do it again. */
int submit(const std::vector<Operation>& operations, void* stream) {
  static std::vector<std::unique_ptr<std::vector<Operation>>> all;
  all.push_back(std::make_unique<std::vector<Operation>>(operations));
  const auto launch = driver<int (*)(void*, void (*)(void*), void*)>("cuLaunchHostFunc");
  if (launch == nullptr || launch(stream, run, all.back().get()) != 0) return fail(unhandledCudaError, "cuLaunchHostFunc");
  return success;
}

int depth = 0;
std::vector<Operation> grouped;
void* groupedStream = nullptr;

int enqueue(const char* function, Operation o, std::size_t count, void* stream) {
  const int code = injected(function);
  if (code != success) return code;
  const std::size_t width = bytesOf(o.datatype);
  if (width == 0 || o.communicator == nullptr) return fail(invalidArgument, "a datatype or communicator that is none");
  const int size = o.communicator->exchange.size;
  const bool isMessage = o.kind >= Operation::send;
  if (o.peer < 0 || o.peer >= size || (isMessage && o.peer == o.communicator->exchange.rank))
    return fail(invalidArgument, "a rank that is none");
  o.bytes = count * width;
  if (depth == 0) return submit({o}, stream);
  if (!isMessage) return fail(invalidUsage, "only messages are grouped here");
  grouped.push_back(o);
  groupedStream = stream;
  return success;
}

const char* bytes(const void* p) { return static_cast<const char*>(p); }
char* bytes(void* p) { return static_cast<char*>(p); }

}  // namespace

API int ncclGetVersion(int* version) {
  const char* text = std::getenv("STAND_IN_VERSION");
  *version = text == nullptr ? 22305 : std::atoi(text);
  return success;
}

API const char* ncclGetErrorString(int code) { return code == systemError ? "unhandled system error" : "another error"; }

API const char* ncclGetLastError(void*) { return lastError.c_str(); }

API int ncclGetUniqueId(UniqueId* id) {
  const int code = injected("ncclGetUniqueId");
  if (code != success) return code;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  std::memset(id->internal, 0, sizeof id->internal);
  std::snprintf(id->internal, sizeof id->internal, "nccl-%d-%lld%09ld", int(::getpid()), static_cast<long long>(now.tv_sec), now.tv_nsec);
  return success;
}

API int ncclCommInitRank(Communicator** out, int size, UniqueId id, int rank) {
  const int code = injected("ncclCommInitRank");
  if (code != success) return code;
  void* context = nullptr;
  const auto currentContext = driver<int (*)(void**)>("cuCtxGetCurrent");
  if (currentContext == nullptr || currentContext(&context) != 0 || context == nullptr) return fail(unhandledCudaError, "no current context");
  const char* folder = std::getenv("STAND_IN_FOLDER");
  if (folder == nullptr || size > kMaxRanks) return fail(systemError, "no STAND_IN_FOLDER, or too many processes");
  auto made = std::unique_ptr<Communicator>(new Communicator{{std::string(folder) + "/" + id.internal, rank, size}});
  if (!made->exchange.works()) return fail(systemError, "no file to exchange by");
  made->exchange.barrier();
  *out = made.release();
  return success;
}

API int ncclCommDestroy(Communicator* communicator) {
  delete communicator;
  return injected("ncclCommDestroy");
}

API int ncclCommAbort(Communicator*) { return success; }

API int ncclCommGetAsyncError(Communicator*, int* state) {
  *state = injected("ncclCommGetAsyncError");
  return success;
}

API int ncclAllReduce(const void* from, void* to, std::size_t count, int datatype, int op, Communicator* c, void* stream) {
  return enqueue("ncclAllReduce", {Operation::allReduce, c, bytes(from), bytes(to), 0, datatype, op, 0}, count, stream);
}

API int ncclBroadcast(const void* from, void* to, std::size_t count, int datatype, int root, Communicator* c, void* stream) {
  return enqueue("ncclBroadcast", {Operation::broadcast, c, bytes(from), bytes(to), 0, datatype, 0, root}, count, stream);
}

API int ncclReduce(const void* from, void* to, std::size_t count, int datatype, int op, int root, Communicator* c, void* stream) {
  return enqueue("ncclReduce", {Operation::reduce, c, bytes(from), bytes(to), 0, datatype, op, root}, count, stream);
}

API int ncclAllGather(const void* from, void* to, std::size_t count, int datatype, Communicator* c, void* stream) {
  return enqueue("ncclAllGather", {Operation::allGather, c, bytes(from), bytes(to), 0, datatype, 0, 0}, count, stream);
}

API int ncclReduceScatter(const void* from, void* to, std::size_t count, int datatype, int op, Communicator* c, void* stream) {
  return enqueue("ncclReduceScatter", {Operation::reduceScatter, c, bytes(from), bytes(to), 0, datatype, op, 0}, count, stream);
}

API int ncclSend(const void* from, std::size_t count, int datatype, int peer, Communicator* c, void* stream) {
  return enqueue("ncclSend", {Operation::send, c, bytes(from), nullptr, 0, datatype, 0, peer}, count, stream);
}

API int ncclRecv(void* to, std::size_t count, int datatype, int peer, Communicator* c, void* stream) {
  return enqueue("ncclRecv", {Operation::receive, c, nullptr, bytes(to), 0, datatype, 0, peer}, count, stream);
}

API int ncclGroupStart() {
  depth++;
  return success;
}

API int ncclGroupEnd() {
  if (--depth > 0 || grouped.empty()) return success;
  const std::vector<Operation> messages = std::move(grouped);
  grouped.clear();
  return submit(messages, groupedStream);
}
