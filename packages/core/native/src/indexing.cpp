// Rows and elements picked from, and added at, positions of the middle axis of [outer, length, inner].
#include <new>

#include "generated/records.h"
#include "threads.h"

namespace kd {
namespace {

struct IndexingCall {
  Call call;
  DType dtype;
  Size outer;
  Size length;
  Size inner;
  Size count;
  void* out;
  const void* input;
  const std::int32_t* index;
};
static_assert(sizeof(IndexingCall) <= kCallBytes);

const IndexingCall& of(const Call* self) { return *reinterpret_cast<const IndexingCall*>(self); }

/** Checks indices before anything is written. */
Status checked(const IndexingCall& c, Size indices) {
  for (Size i = 0; i < indices; i++) {
    if (c.index[i] >= 0 && c.index[i] < c.length) continue;
    failure.index = c.index[i];
    return Status::index;
  }
  return Status::done;
}

Status runIndexSelect(const Call* self) {
  const IndexingCall& c = of(self);
  if (const Status status = checked(c, c.count); status != Status::done) return status;
  const Size bytes = c.inner * bytesOf(c.dtype);
  const auto* input = static_cast<const char*>(c.input);
  auto* out = static_cast<char*>(c.out);
  const auto row = [&](Size r) {
    const Size o = r / c.count;
    const char* source = input + (o * c.length + c.index[r % c.count]) * bytes;
    if (bytes == 4) std::memcpy(out + r * 4, source, 4);
    else std::memcpy(out + r * bytes, source, static_cast<std::size_t>(bytes));
  };
  const Size rows = c.outer * c.count;
  if (!worthSharing(static_cast<double>(rows) * (5 + 0.1 * static_cast<double>(bytes)))) {
    for (Size r = 0; r < rows; r++) row(r);
    return Status::done;
  }
  constexpr Size share = 16;
  parallel((rows + share - 1) / share, [&](Size task) {
    for (Size r = task * share; r < rows && r < (task + 1) * share; r++) row(r);
  });
  return Status::done;
}

template <class F> void bySize(DType dtype, F&& f) {
  switch (bytesOf(dtype)) {
    case 1: return f(std::uint8_t{});
    case 4: return f(std::uint32_t{});
    default: return f(std::uint64_t{});
  }
}

template <class F> void byType(DType dtype, F&& f) {
  switch (arithmetic(dtype)) {
    case DType::uint8: return f(std::uint8_t{});
    case DType::int32: return f(std::uint32_t{});
    case DType::float32: return f(float{});
    default: return f(double{});
  }
}

/** Calls f(p, q) with each position p of an index like the elements, and the position q in [outer, length, inner] that it names. */
template <class F> void forEachIndex(const IndexingCall& c, F&& f) {
  Size p = 0;
  for (Size o = 0; o < c.outer; o++) {
    const Size base = o * c.length * c.inner;
    for (Size k = 0; k < c.count; k++) {
      for (Size i = 0; i < c.inner; i++, p++) f(p, base + c.index[p] * c.inner + i);
    }
  }
}

Status runGather(const Call* self) {
  const IndexingCall& c = of(self);
  if (const Status status = checked(c, c.outer * c.count * c.inner); status != Status::done) return status;
  bySize(c.dtype, [&](auto unit) {
    using T = decltype(unit);
    const T* x = static_cast<const T*>(c.input);
    T* y = static_cast<T*>(c.out);
    forEachIndex(c, [&](Size p, Size q) { y[p] = x[q]; });
  });
  return Status::done;
}

/** Elements of a row that are added in less time one by one than in vectors. */
[[maybe_unused]] constexpr Size kShortRow = 8;

/** Sums are added in the order of the source, so that they are the same on every run. */
Status runIndexAdd(const Call* self) {
  const IndexingCall& c = of(self);
  if (const Status status = checked(c, c.count); status != Status::done) return status;
#if !defined(__wasm__)
  if (c.inner > kShortRow) {
    const Size bytes = c.inner * bytesOf(c.dtype);
    const auto add = kernels().addBias[static_cast<int>(arithmetic(c.dtype))];
    const auto* source = static_cast<const char*>(c.input);
    auto* out = static_cast<char*>(c.out);
    for (Size o = 0; o < c.outer; o++, out += c.length * bytes) {
      for (Size k = 0; k < c.count; k++, source += bytes) add(1, c.inner, source, out + c.index[k] * bytes);
    }
    return Status::done;
  }
#endif
  byType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* x = static_cast<const T*>(c.input);
    T* y = static_cast<T*>(c.out);
    for (Size o = 0; o < c.outer; o++) {
      for (Size k = 0; k < c.count; k++, x += c.inner) {
        T* target = y + (o * c.length + c.index[k]) * c.inner;
        for (Size i = 0; i < c.inner; i++) target[i] = static_cast<T>(target[i] + x[i]);
      }
    }
  });
  return Status::done;
}

Status runScatterAdd(const Call* self) {
  const IndexingCall& c = of(self);
  if (const Status status = checked(c, c.outer * c.count * c.inner); status != Status::done) return status;
  byType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* x = static_cast<const T*>(c.input);
    T* y = static_cast<T*>(c.out);
    forEachIndex(c, [&](Size p, Size q) { y[q] = static_cast<T>(y[q] + x[p]); });
  });
  return Status::done;
}

template <class Record>
Status prepareAny(const Record& call, const void* input, Status (*run)(const Call* self), void* memory) {
  IndexingCall& c = *new (memory) IndexingCall;
  c.call.bytes = sizeof(IndexingCall);
  c.call.run = run;
  c.dtype = call.dtype;
  c.outer = call.outer;
  c.length = call.length;
  c.inner = call.inner;
  c.count = call.count;
  c.out = call.out;
  c.input = input;
  c.index = call.index;
  return Status::done;
}

}  // namespace

Status prepare(const IndexSelectRecord& call, void* memory) { return prepareAny(call, call.input, runIndexSelect, memory); }
Status prepare(const IndexAddRecord& call, void* memory) { return prepareAny(call, call.source, runIndexAdd, memory); }
Status prepare(const GatherRecord& call, void* memory) { return prepareAny(call, call.input, runGather, memory); }
Status prepare(const ScatterAddRecord& call, void* memory) { return prepareAny(call, call.source, runScatterAdd, memory); }

}  // namespace kd
