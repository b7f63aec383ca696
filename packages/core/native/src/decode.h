#pragma once

#include "call.h"
#include "record.h"

namespace kd {

Status decodePointwise(Kind kind, Reader& record, void* memory);
Status decodeAxis(Kind kind, Reader& record, void* memory);
Status decodeMatmul(Reader& record, void* memory);
Status decodeIndexing(Kind kind, Reader& record, void* memory);
Status decodeRange(Reader& record, void* memory);
Status decodeSoftmax(Kind kind, Reader& record, void* memory);
Status decodeCrossEntropy(Kind kind, Reader& record, void* memory);
Status decodeLoss(Kind kind, Reader& record, void* memory);
Status decodeLayerNorm(Kind kind, Reader& record, void* memory);
Status decodeStep(Kind kind, Reader& record, void* memory);
Status decodeChain(Reader& record, void* memory);

/** For calls without elements. */
Status runNothing(const Call* self);

}  // namespace kd
