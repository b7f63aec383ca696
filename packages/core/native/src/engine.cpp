// The C interface. Every function takes and returns plain numbers and pointers, and none throws.
#include <cstdint>

#include "decode.h"
#include "threads.h"

#if defined(_WIN32)
#define KD_EXPORT extern "C" __declspec(dllexport)
#else
#define KD_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace kd {

thread_local Failure failure;

Status decode(const double* record, void* memory) {
  Reader reader(record);
  const Kind kind = reader.code<Kind>();
  switch (kind) {
    case Kind::copy:
    case Kind::unary:
    case Kind::binary:
    case Kind::where: return decodePointwise(kind, reader, memory);
    case Kind::reduce:
    case Kind::argReduce:
    case Kind::cumsum:
    case Kind::argsort: return decodeAxis(kind, reader, memory);
    case Kind::matmul: return decodeMatmul(reader, memory);
    default: return decodeIndexing(kind, reader, memory);
  }
}

}  // namespace kd

/** Raised with every change to records or functions that an older loader would misread. */
KD_EXPORT int kd_version() { return 1; }

/** The codes of records, for the loader to compare with its own. */
KD_EXPORT const char* kd_codes() {
#define KD_NAME(name, ...) #name " "
#define KD_DTYPE_NAME(name, text) text " "
  return KD_DTYPES(KD_DTYPE_NAME) "| " KD_KINDS(KD_NAME) "| " KD_UNARY(KD_NAME) "| " KD_BINARY(KD_NAME) "| " KD_REDUCE(KD_NAME);
}

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

/** The index that the last failure on this thread was about. */
KD_EXPORT double kd_failed_index() { return kd::failure.index; }
