#include <cmath>
#include <new>

#include "decode.h"
#include "rows.h"

namespace kd {
namespace {

struct MatmulCall {
  Call call;
  bool (*multiply)(const Product&);
  Product product;
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
  c.multiply(c.product);
  return Status::done;
}

void addBias(const MatmulCall& c, void* out) {
  const Size n = c.product.n;
  inRowBlocks(c.product.m, 3 + 0.1 * static_cast<double>(n), [&](Size first, Size count) {
    c.add(count, n, c.product.bias, at(out, first, c.rowBytes));
  });
}

Status runBiased(const Call* self) {
  const MatmulCall& c = of(self);
  if (!c.multiply(c.product)) addBias(c, c.product.out);
  return Status::done;
}

Status runBatch(const Call* self) {
  const MatmulCall& c = of(self);
  const auto one = [&](Size i) {
    Product product = c.product;
    product.out = static_cast<char*>(product.out) + i * c.outStep;
    product.a.data = static_cast<const char*>(product.a.data) + i * c.aStep;
    product.b.data = static_cast<const char*>(product.b.data) + i * c.bStep;
    if (!c.multiply(product) && product.bias != nullptr) addBias(c, product.out);
  };
  const double cost = 0.02 * static_cast<double>(c.product.m) * static_cast<double>(c.product.n) * static_cast<double>(c.product.k);
  // Large matrices are shared one by one, small ones as a whole.
  const bool share = cost < 200000 && worthSharing((cost + 50) * static_cast<double>(c.batch));
  if (share) parallel(c.batch, one);
  else for (Size i = 0; i < c.batch; i++) one(i);
  return Status::done;
}

/** One that is stored as `batch` matrices of so many lines, which lie anywhere, of `length` elements. */
Matrix readMatrix(Reader& record, DType dtype, Size batch, Size rows, Size columns, Size& step) {
  record.expect(record.dtype() == dtype);
  const Reader::Place place = record.place();
  const Size matrixStep = record.whole();
  const Size lineStep = record.whole();
  const bool transposed = record.flag();
  const Size lines = transposed ? columns : rows;
  const Size length = transposed ? rows : columns;
  const double across = static_cast<double>(batch - 1) * static_cast<double>(matrixStep);
  const double down = static_cast<double>(lines - 1) * static_cast<double>(lineStep);
  const double first = std::fmin(across, 0) + std::fmin(down, 0);
  const double last = std::fmax(across, 0) + std::fmax(down, 0) + static_cast<double>(length - 1);
  Matrix matrix;
  matrix.data = batch > 0 && rows > 0 && columns > 0 ? record.within(place, dtype, first, last) : nullptr;
  step = matrixStep * bytesOf(dtype);
  matrix.rowStep = transposed ? 1 : lineStep;
  matrix.columnStep = transposed ? lineStep : 1;
  return matrix;
}

}  // namespace

Status decodeMatmul(Reader& record, void* memory) {
  MatmulCall& c = *new (memory) MatmulCall;
  c.call.bytes = sizeof(MatmulCall);
  c.batch = record.size();
  c.product.m = record.size();
  c.product.n = record.size();
  c.product.k = record.size(1);
  const Reader::Dense out = record.dense(elements(c.batch, c.product.m, c.product.n));
  const DType dtype = out.dtype;
  c.multiply = kernels().multiply[static_cast<int>(dtype)];
  if (c.multiply == nullptr) return Status::unsupported;
  const Size bytes = bytesOf(dtype);
  c.product.out = out.data;
  c.outStep = elements(c.product.m, c.product.n, bytes);
  c.product.a = readMatrix(record, dtype, c.batch, c.product.m, c.product.k, c.aStep);
  c.product.b = readMatrix(record, dtype, c.batch, c.product.k, c.product.n, c.bStep);
  c.product.bias = record.optional(dtype, c.product.n);
  c.add = kernels().addBias[static_cast<int>(dtype)];
  c.rowBytes = elements(c.product.n, bytes);
  c.call.run = c.batch > 1 ? runBatch : c.product.bias != nullptr ? runBiased : runOne;
  if (elements(c.batch, c.product.m, c.product.n) == 0) c.call.run = runNothing;
  return Status::done;
}

}  // namespace kd
