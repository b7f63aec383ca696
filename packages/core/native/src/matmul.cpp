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

Matrix readMatrix(Reader& record, Size bytes, Size& step) {
  Matrix matrix;
  matrix.data = record.address();
  step = record.size() * bytes;
  const Size row = record.size();
  const bool transposed = record.flag();
  matrix.rowStep = transposed ? 1 : row;
  matrix.columnStep = transposed ? row : 1;
  return matrix;
}

}  // namespace

Status decodeMatmul(Reader record, void* memory) {
  MatmulCall& c = *new (memory) MatmulCall;
  c.call.bytes = sizeof(MatmulCall);
  const DType dtype = record.code<DType>();
  c.multiply = kernels().multiply[static_cast<int>(dtype)];
  if (c.multiply == nullptr) return Status::unsupported;
  const Size bytes = bytesOf(dtype);
  c.batch = record.size();
  c.product.m = record.size();
  c.product.n = record.size();
  c.product.k = record.size();
  c.product.out = record.address();
  c.outStep = c.product.m * c.product.n * bytes;
  c.product.a = readMatrix(record, bytes, c.aStep);
  c.product.b = readMatrix(record, bytes, c.bStep);
  c.product.bias = record.address();
  c.add = kernels().addBias[static_cast<int>(dtype)];
  c.rowBytes = c.product.n * bytes;
  c.call.run = c.batch > 1 ? runBatch : c.product.bias != nullptr ? runBiased : runOne;
  return Status::done;
}

}  // namespace kd
