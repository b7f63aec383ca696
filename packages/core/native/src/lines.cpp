// Calls of recorded steps on narrow matrices that lie as lines, each of which has one element of all rows.
#include <new>

#include "generated/records.h"

namespace kd {

#if defined(__wasm__)

Status prepareLines(Reader&, void*) { return Status::unsupported; }

#else

namespace {

enum class LinesOp : int { fromRows = 0, product = 1, sums = 2, totals = 3 };

struct LinesCall {
  Call call;
  LineProduct product;
  void* out;
  const float* a;
  const float* b;
  Size aStep;
  Size bStep;
  Size m;
  Size n;
  Size rows;
};
static_assert(sizeof(LinesCall) <= kCallBytes);

const LinesCall& of(const Call* self) { return *reinterpret_cast<const LinesCall*>(self); }

Status runFromRows(const Call* self) {
  const LinesCall& c = of(self);
  kernels().lines.fromRows(static_cast<float*>(c.out), c.bStep, c.a, c.aStep, c.rows, c.n);
  return Status::done;
}

Status runProduct(const Call* self) {
  kernels().lines.multiply(of(self).product);
  return Status::done;
}

Status runSums(const Call* self) {
  const LinesCall& c = of(self);
  kernels().lines.sums(static_cast<float*>(c.out), c.a, c.aStep, c.b, c.bStep, c.m, c.n, c.rows);
  return Status::done;
}

template <class T> Status runTotals(const Call* self) {
  const LinesCall& c = of(self);
  double totals[kLineWidth];
  kernels().lines.totals(totals, c.a, c.aStep, c.n, c.rows);
  for (Size i = 0; i < c.n; i++) static_cast<T*>(c.out)[i] = static_cast<T>(totals[i]);
  return Status::done;
}

}  // namespace

Status prepareLines(Reader& record, void* memory) {
  if (kernels().lines.multiply == nullptr) return Status::unsupported;
  LinesCall& c = *new (memory) LinesCall{};
  c.call.bytes = sizeof(LinesCall);
  const auto op = static_cast<LinesOp>(record.code(4));
  c.rows = record.size(kFewestRows);
  const Size step = record.size(c.rows);
  record.expect(step % kLineUnit == 0);
  c.m = record.size(1, kLineWidth);
  c.n = record.size(1, kLineWidth);
  const auto floats = [&](Size count) {
    const Operand operand = record.dense(count);
    record.expect(operand.dtype == DType::float32);
    return static_cast<float*>(operand.data);
  };
  // A single line has no gap behind it.
  const auto lines = [&](Size width) { return floats(width == 1 ? c.rows : elementCount(width, step)); };
  switch (op) {
    case LinesOp::fromRows:
      c.call.run = runFromRows;
      c.out = lines(c.n);
      c.bStep = step;
      c.aStep = c.n;
      c.a = floats(elementCount(c.rows, c.n));
      break;
    case LinesOp::product: {
      c.call.run = runProduct;
      const bool isTransposed = record.flag();
      c.product = {lines(c.n), step, nullptr, 0, 0, nullptr, nullptr, step, c.n, c.m, c.rows};
      c.product.x = lines(c.m);
      const Strided<2> w = isTransposed ? record.strided<2>({c.n, c.m}) : record.strided<2>({c.m, c.n});
      record.expect(w.dtype == DType::float32);
      c.product.w = static_cast<const float*>(w.data);
      c.product.wRow = w.strides[isTransposed ? 0 : 1];
      c.product.wColumn = w.strides[isTransposed ? 1 : 0];
      if (!record.isOmitted()) c.product.bias = floats(c.n);
      break;
    }
    case LinesOp::sums:
      c.call.run = runSums;
      c.out = floats(elementCount(c.m, c.n));
      c.a = lines(c.m);
      c.b = lines(c.n);
      c.aStep = c.bStep = step;
      break;
    case LinesOp::totals: {
      const Operand out = record.dense(c.n);
      record.expect(out.dtype == DType::float32 || out.dtype == DType::float64);
      c.call.run = out.dtype == DType::float32 ? runTotals<float> : runTotals<double>;
      c.out = out.data;
      c.a = lines(c.n);
      c.aStep = step;
      break;
    }
  }
  return record.valid() && record.atEnd() ? Status::done : Status::malformed;
}

#endif

}  // namespace kd
