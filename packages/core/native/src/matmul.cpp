#include <cmath>
#include <new>

#include "generated/records.h"
#include "rows.h"

namespace kd {
namespace {

struct MatmulCall {
  Call call;
  bool (*multiply)(const Gemm&);
  Gemm gemm;
  Size batch;
  Size outStep;  // bytes from one matrix to the next
  Size aStep;
  Size bStep;
  void (*add)(Size rows, Size n, const void* bias, void* out);
  Size rowBytes;
};
static_assert(sizeof(MatmulCall) <= kCallBytes);

const MatmulCall& of(const Call* self) { return *reinterpret_cast<const MatmulCall*>(self); }

Status runOne(const Call* self) {
  const MatmulCall& c = of(self);
  c.multiply(c.gemm);
  return Status::done;
}

void addBias(const MatmulCall& c, void* out) {
  const Size n = c.gemm.n;
  forEachRowBlock(c.gemm.m, 3 + 0.1 * static_cast<double>(n), [&](Size first, Size count) {
    c.add(count, n, c.gemm.bias, at(out, first, c.rowBytes));
  });
}

Status runBiased(const Call* self) {
  const MatmulCall& c = of(self);
  if (!c.multiply(c.gemm)) addBias(c, c.gemm.out);
  return Status::done;
}

Status runBatch(const Call* self) {
  const MatmulCall& c = of(self);
  const auto one = [&](Size i) {
    Gemm gemm = c.gemm;
    gemm.out = static_cast<char*>(gemm.out) + i * c.outStep;
    gemm.a.data = static_cast<const char*>(gemm.a.data) + i * c.aStep;
    gemm.b.data = static_cast<const char*>(gemm.b.data) + i * c.bStep;
    if (!c.multiply(gemm) && gemm.bias != nullptr) addBias(c, gemm.out);
  };
  const double cost = 0.02 * static_cast<double>(c.gemm.m) * static_cast<double>(c.gemm.n) * static_cast<double>(c.gemm.k);
  // Large matrices are shared one by one, small ones as a whole.
  const bool share = cost < 200000 && worthSharing((cost + 50) * static_cast<double>(c.batch));
  if (share) parallel(c.batch, one);
  else for (Size i = 0; i < c.batch; i++) one(i);
  return Status::done;
}

Matrix matrixOf(const void* data, Size lineStep, bool transposed) {
  return transposed ? Matrix{data, 1, lineStep} : Matrix{data, lineStep, 1};
}

}  // namespace

Status prepare(const MatmulRecord& call, void* memory) {
  MatmulCall& c = *new (memory) MatmulCall;
  const int dtype = static_cast<int>(call.dtype);
  const Size bytes = bytesOf(call.dtype);
  c.call.bytes = sizeof(MatmulCall);
  c.batch = call.batch;
  c.multiply = kernels().gemm[dtype];
  if (c.multiply == nullptr) return Status::unsupported;
  c.gemm = {call.out, matrixOf(call.a, call.aStrides[1], call.transposeA), matrixOf(call.b, call.bStrides[1], call.transposeB),
               call.m,   call.n, call.k, call.bias};
  c.outStep = elementCount(call.m, call.n, bytes);
  c.aStep = call.aStrides[0] * bytes;
  c.bStep = call.bStrides[0] * bytes;
  c.add = kernels().addBias[dtype];
  c.rowBytes = elementCount(call.n, bytes);
  c.call.run = c.batch > 1 ? runBatch : call.bias != nullptr ? runBiased : runOne;
  if (elementCount(call.batch, call.m, call.n) == 0) c.call.run = runNothing;
  return Status::done;
}

}  // namespace kd
