// Work along one axis of a contiguous [outer, length, inner] tensor.
#include <algorithm>
#include <new>
#include <vector>

#include "chunks.h"
#include "generated/records.h"
#include "threads.h"

namespace kd {
namespace {

struct AxisCall {
  Call call;
  int op;
  DType dtype;
  Size outer;
  Size length;
  Size inner;
  void* out;
  const void* input;
};
static_assert(sizeof(AxisCall) <= kCallBytes);

const AxisCall& of(const Call* self) { return *reinterpret_cast<const AxisCall*>(self); }

template <class F> void byType(DType dtype, F&& f) {
  switch (arithmetic(dtype)) {
    case DType::uint8: return f(std::uint8_t{});
    case DType::int32: return f(std::int32_t{});
    case DType::float32: return f(float{});
    default: return f(double{});
  }
}

template <class T> constexpr bool isNaN(T x) { return x != x; }

// ---- Reductions -----------------------------------------------------------------------------------------------------------

/** Elements of a block of a long reduction. Blocks are reduced apart and then combined, in order, by any number of threads. */
constexpr Size kBlock = 32768;
/** Columns of a task. */
constexpr Size kColumns = 64;
/** Columns of a matrix whose sums have chunks. */
constexpr Size kChunkedColumns = 256;

const Reduction& reductionOf(const AxisCall& c) { return kernels().reduce[c.op][static_cast<int>(c.dtype)]; }

double costOf(const AxisCall& c) { return 0.1 * static_cast<double>(c.outer) * static_cast<double>(c.length) * static_cast<double>(c.inner); }

const char* at(const void* base, Size index, DType dtype) { return static_cast<const char*>(base) + index * bytesOf(dtype); }
char* at(void* base, Size index, DType dtype) { return static_cast<char*>(base) + index * bytesOf(dtype); }

/** The dtype that a reduction writes. */
DType outDType(const AxisCall& c) { return isPredicate(static_cast<Reduce>(c.op)) ? DType::boolean : c.dtype; }

bool isFloatingSum(const AxisCall& c) { return static_cast<Reduce>(c.op) == Reduce::sum && (c.dtype == DType::float32 || c.dtype == DType::float64); }

/** Reduces [blocks, width] partial results to the output's row. */
void combine(const AxisCall& c, Size blocks, Size width, const void* partial, void* out) {
  const Reduction& reduction = reductionOf(c);
  const DType partialDType = reduction.partial;
  const auto& loops = kernels();
  const Reduction& again = loops.reduce[c.op][static_cast<int>(partialDType)];
  if (arithmetic(partialDType) == arithmetic(outDType(c))) {
    again.columns(blocks, width, 0, width, partial, out);
    return;
  }
  void* totals = scratch(2, static_cast<std::size_t>(width * bytesOf(partialDType)));
  again.columns(blocks, width, 0, width, partial, totals);
  loops.convert[static_cast<int>(partialDType)][static_cast<int>(outDType(c))](width, out, totals, nullptr, nullptr, nullptr);
}

/** Few long lines: each in blocks. */
void reduceLongRows(const AxisCall& c) {
  const Reduction& reduction = reductionOf(c);
  const Size blocks = (c.length + kBlock - 1) / kBlock;
  const DType partialDType = reduction.partial;
  void* partial = scratch(3, static_cast<std::size_t>(blocks * bytesOf(partialDType)));
  for (Size o = 0; o < c.outer; o++) {
    const auto block = [&](Size b) {
      const Size first = b * kBlock;
      reduction.partialRows(1, std::min(kBlock, c.length - first), at(c.input, o * c.length + first, c.dtype), at(partial, b, partialDType));
    };
    if (worthSharing(costOf(c) / static_cast<double>(c.outer))) parallel(blocks, block);
    else for (Size b = 0; b < blocks; b++) block(b);
    combine(c, blocks, 1, partial, at(c.out, o, outDType(c)));
  }
}

/** One tall and narrow matrix: its rows in blocks. */
void reduceTallColumns(const AxisCall& c, Size rows) {
  const Reduction& reduction = reductionOf(c);
  const Size blocks = (c.length + rows - 1) / rows;
  const DType partialDType = reduction.partial;
  void* partial = scratch(3, static_cast<std::size_t>(blocks * c.inner * bytesOf(partialDType)));
  for (Size o = 0; o < c.outer; o++) {
    const auto block = [&](Size b) {
      const Size first = b * rows;
      reduction.partialColumns(std::min(rows, c.length - first), c.inner, 0, c.inner,
                               at(c.input, (o * c.length + first) * c.inner, c.dtype), at(partial, b * c.inner, partialDType));
    };
    if (worthSharing(costOf(c) / static_cast<double>(c.outer))) {
      const Size share = std::max<Size>(1, kBlock / (rows * c.inner));
      parallel((blocks + share - 1) / share, [&](Size task) {
        for (Size b = task * share; b < std::min(blocks, (task + 1) * share); b++) block(b);
      });
    } else {
      for (Size b = 0; b < blocks; b++) block(b);
    }
    combine(c, blocks, c.inner, partial, at(c.out, o * c.inner, outDType(c)));
  }
}

/** Totals of columns, in the dtype of partial sums. */
Status runColumnTotals(const Call* self) {
  const AxisCall& c = of(self);
  reductionOf(c).partialColumns(c.length, c.inner, 0, c.inner, c.input, c.out);
  return Status::done;
}

Status runReduce(const Call* self) {
  const AxisCall& c = of(self);
  const Reduction& reduction = reductionOf(c);
  if (c.inner == 1) {
    if (c.length >= 2 * kBlock && c.outer < 16) {
      reduceLongRows(c);
    } else if (worthSharing(costOf(c))) {
      const Size rows = std::max<Size>(1, kBlock / c.length);
      parallel((c.outer + rows - 1) / rows, [&](Size task) {
        const Size first = task * rows;
        reduction.rows(std::min(rows, c.outer - first), c.length, at(c.input, first * c.length, c.dtype), at(c.out, first, outDType(c)));
      });
    } else {
      reduction.rows(c.outer, c.length, c.input, c.out);
    }
    return Status::done;
  }
  const Size across = (c.inner + kColumns - 1) / kColumns;
  if (isFloatingSum(c) && c.outer == 1 && c.inner <= kChunkedColumns && c.length > chunkOf(c.length)) {
    reduceTallColumns(c, chunkOf(c.length));
    return Status::done;
  }
  if (c.length * c.inner >= 2 * kBlock && c.outer * across < 16) {
    reduceTallColumns(c, std::max<Size>(64, kBlock / c.inner));
    return Status::done;
  }
  const auto columns = [&](Size task) {
    const Size o = task / across;
    const Size first = task % across * kColumns;
    reduction.columns(c.length, c.inner, first, std::min(first + kColumns, c.inner), at(c.input, o * c.length * c.inner, c.dtype),
                      at(c.out, o * c.inner, outDType(c)));
  };
  if (worthSharing(costOf(c))) parallel(c.outer * across, columns);
  else for (Size task = 0; task < c.outer * across; task++) columns(task);
  return Status::done;
}

// ---- Positions and running sums -----------------------------------------------------------------------------------------

/** Calls f(first position, line number) for every line along the axis, in parallel where it pays. */
template <class F> void forEachLine(const AxisCall& c, double cost, F&& f) {
  const Size lines = c.outer * c.inner;
  const auto line = [&](Size l) { f(l / c.inner * c.length * c.inner + l % c.inner, l); };
  const double total = cost * static_cast<double>(lines) * static_cast<double>(c.length);
  if (!worthSharing(total)) {
    for (Size l = 0; l < lines; l++) line(l);
    return;
  }
  const Size tasks = std::min<Size>(lines, 64);
  const Size share = (lines + tasks - 1) / tasks;
  parallel((lines + share - 1) / share, [&](Size task) {
    for (Size l = task * share; l < std::min(lines, (task + 1) * share); l++) line(l);
  });
}

/** The first largest (smallest) of a line; the first NaN wins over all. */
template <class T, bool largest> Size extremum(const T* x, Size step, Size length) {
  Size best = 0;
  T bestValue = *x;
  for (Size i = 1; i < length && !isNaN(bestValue); i++) {
    const T value = x[i * step];
    if ((largest ? value > bestValue : value < bestValue) || isNaN(value)) {
      best = i;
      bestValue = value;
    }
  }
  return best;
}

Status runArgReduce(const Call* self) {
  const AxisCall& c = of(self);
  auto* out = static_cast<std::int32_t*>(c.out);
  byType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* x = static_cast<const T*>(c.input);
    forEachLine(c, 0.7, [&](Size first, Size line) {
      const bool largest = static_cast<Reduce>(c.op) == Reduce::max;
      const Size best = largest ? extremum<T, true>(x + first, c.inner, c.length) : extremum<T, false>(x + first, c.inner, c.length);
      out[line] = static_cast<std::int32_t>(best);
    });
  });
  return Status::done;
}

/** Running sums are in double for floats, and wrap around for integers. */
template <class T> struct TotalOf { using Type = double; };
template <> struct TotalOf<std::uint8_t> { using Type = std::uint32_t; };
template <> struct TotalOf<std::int32_t> { using Type = std::uint32_t; };

Status runCumsum(const Call* self) {
  const AxisCall& c = of(self);
  byType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    using Total = typename TotalOf<T>::Type;
    const T* x = static_cast<const T*>(c.input);
    T* y = static_cast<T*>(c.out);
    forEachLine(c, 1.5, [&](Size first, Size) {
      Total total = 0;
      for (Size i = 0, p = first; i < c.length; i++, p += c.inner) {
        total += static_cast<Total>(x[p]);
        y[p] = static_cast<T>(total);
      }
    });
  });
  return Status::done;
}

/** An unsigned key whose order is the element's: NaN above all, −0 equal to +0. */
std::uint64_t keyOf(std::uint8_t x) { return x; }
std::uint64_t keyOf(std::int32_t x) { return static_cast<std::uint32_t>(x) ^ 0x80000000u; }
std::uint64_t keyOf(float x) {
  if (isNaN(x)) return UINT32_MAX;
  std::uint32_t word;
  x += 0.0f;
  std::memcpy(&word, &x, sizeof word);
  return (word >> 31) != 0 ? ~word : word | 0x80000000u;
}
std::uint64_t keyOf(double x) {
  if (isNaN(x)) return UINT64_MAX;
  std::uint64_t word;
  x += 0.0;
  std::memcpy(&word, &x, sizeof word);
  return (word >> 63) != 0 ? ~word : word | (std::uint64_t{1} << 63);
}

struct Entry {
  std::uint64_t key;
  std::int32_t position;
};

/** Stable by the position, which settles ties. */
void sortEntries(Entry* entries, Size count) {
  const auto isBefore = [](const Entry& a, const Entry& b) { return a.key != b.key ? a.key < b.key : a.position < b.position; };
#if defined(__wasm__)
  // Slower, in a quarter of the code.
  std::make_heap(entries, entries + count, isBefore);
  std::sort_heap(entries, entries + count, isBefore);
#else
  std::sort(entries, entries + count, isBefore);
#endif
}

Status runArgsort(const Call* self) {
  const AxisCall& c = of(self);
  auto* out = static_cast<std::int32_t*>(c.out);
  const std::uint64_t flip = c.op != 0 ? UINT64_MAX : 0;  // descending
  byType(c.dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* x = static_cast<const T*>(c.input);
    forEachLine(c, 20, [&](Size first, Size) {
      auto* entries = static_cast<Entry*>(scratch(2, static_cast<std::size_t>(c.length) * sizeof(Entry)));
      for (Size i = 0; i < c.length; i++) entries[i] = {keyOf(x[first + i * c.inner]) ^ flip, static_cast<std::int32_t>(i)};
      sortEntries(entries, c.length);
      for (Size i = 0; i < c.length; i++) out[first + i * c.inner] = entries[i].position;
    });
  });
  return Status::done;
}

template <class Record> Status prepareAny(const Record& call, int op, Status (*run)(const Call* self), void* memory) {
  AxisCall& c = *new (memory) AxisCall;
  c.call.bytes = sizeof(AxisCall);
  c.call.run = elementCount(call.outer, call.length, call.inner) == 0 ? runNothing : run;
  c.op = op;
  c.dtype = call.dtype;
  c.outer = call.outer;
  c.length = call.length;
  c.inner = call.inner;
  c.out = call.out;
  c.input = call.input;
  return Status::done;
}

}  // namespace

Status prepare(const ReduceRecord& call, void* memory) { return prepareAny(call, static_cast<int>(call.op), runReduce, memory); }

Status prepareColumnTotals(Reader& record, void* memory) {
  AxisCall& c = *new (memory) AxisCall;
  c.call = {runColumnTotals, sizeof(AxisCall)};
  c.op = static_cast<int>(Reduce::sum);
  c.outer = 1;
  c.length = record.size(1);
  c.inner = record.size(1, kChunkedColumns);
  const Operand out = record.dense(c.inner);
  const Operand input = record.dense(elementCount(c.length, c.inner));
  c.dtype = input.dtype;
  c.out = out.data;
  c.input = input.data;
  record.expect(isFloatingSum(c) && out.dtype == reductionOf(c).partial);
  return record.valid() && record.atEnd() ? Status::done : Status::malformed;
}

Status prepare(const ArgReduceRecord& call, void* memory) {
  return prepareAny(call, static_cast<int>(call.op), runArgReduce, memory);
}
Status prepare(const CumsumRecord& call, void* memory) { return prepareAny(call, 0, runCumsum, memory); }
Status prepare(const ArgsortRecord& call, void* memory) { return prepareAny(call, call.descending ? 1 : 0, runArgsort, memory); }

}  // namespace kd
