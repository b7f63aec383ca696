"""Kindling's tensor operations in PyTorch: name -> callable that takes the TypeScript signature's arguments."""
import torch
import torch.nn.functional as F

from .fixture import NAMED


def listed(args):
    """Sizes or dims given one by one or as one list."""
    return list(args[0]) if len(args) == 1 and isinstance(args[0], (list, tuple)) else list(args)


def operand(value, like):
    """A number where PyTorch wants a tensor: 0-d, of the dtype that Python's number would be."""
    return value if isinstance(value, torch.Tensor) else torch.tensor(value, device=like.device)


def pairs(result):
    return {"values": result.values, "indices": result.indices}


def extreme(name):
    def call(x, dim=None, options={}):
        reduce = getattr(torch, name)
        return reduce(x) if dim is None else pairs(reduce(x, dim, **options))
    return call


def reduction(name):
    def call(x, dim=None, options={}):
        reduce = getattr(torch, name)
        if dim is None:
            return reduce(x, list(range(x.dim())), **options) if options else reduce(x)
        return reduce(x, dim, **options)
    return call


def arg_reduction(name):
    return lambda x, dim=None, options={}: getattr(torch, name)(x, dim, **options)


def spread(name):
    def call(x, dim=None, options={}):
        return getattr(torch, name)(x, dim, **({"correction": 1} | options))
    return call


def slicing(x, dim, start=None, end=None, step=1):
    dim = dim + x.dim() if dim < 0 else dim
    return x[(slice(None),) * dim + (slice(start, end, step),)]


def batch_norm(x, o={}):
    return F.batch_norm(x, o.get("runningMean"), o.get("runningVar"), o.get("weight"), o.get("bias"),
                        o.get("training", False), o.get("momentum", 0.1), o.get("eps", 1e-5))


def convert(x, target):
    return x.to(NAMED[target["dtype"] if isinstance(target, dict) else target])


def norm(x, p=2, dim=None, options={}):
    return torch.linalg.vector_norm(x, p, dim, **options)


def item(value):
    """An item of an index: a slice as text, `'null'` for a new axis, positions as int32 or a list."""
    if value == "null":
        return None
    if value == "...":
        return Ellipsis
    if isinstance(value, str):
        return slice(*(int(part) if part else None for part in value.split(":")))
    if isinstance(value, torch.Tensor) and value.dtype == torch.int32:
        return value.long()
    return value


def index_put(x, items, values, options={}):
    key = tuple(map(item, items))
    if options.get("accumulate"):
        assert all(isinstance(k, torch.Tensor) for k in key)
        return x.index_put_(key, values if isinstance(values, torch.Tensor) else torch.tensor(values, dtype=x.dtype), True)
    x[key] = values
    return x


def scatter(x, dim, index, source):
    return torch.scatter(x, dim, index.long(), source)


def unique(x, options={}):
    names = {"returnInverse": "return_inverse", "returnCounts": "return_counts"}
    result = torch.unique(x, **{names.get(k, k): v for k, v in options.items()})
    wanted = ["output"] + [name for option, name in (("returnInverse", "inverseIndices"), ("returnCounts", "counts")) if options.get(option)]
    return dict(zip(wanted, result)) if len(wanted) > 1 else result


def divide(x, y, options={}):
    return torch.div(x, y, rounding_mode=options.get("roundingMode"))


def floor_divide(x, y):
    """torch.floor_divide has the same values and no gradient."""
    return torch.div(x, y, rounding_mode="floor")


def median(x, dim=None, options={}):
    return torch.median(x) if dim is None else pairs(torch.median(x, dim, **options))


def repeat_interleave(x, repeats, dim=None):
    return torch.repeat_interleave(x, repeats.long() if isinstance(repeats, torch.Tensor) else repeats, dim)


def quantile(x, q, dim=None, options={}):
    shares = torch.tensor(q, dtype=x.dtype) if isinstance(q, list) else q
    return torch.quantile(x, shares, dim, **options)


UNARY = ["neg", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "square", "reciprocal", "sin", "cos",
         "tanh", "sigmoid", "erf", "relu", "floor", "ceil", "round", "trunc", "exp2", "log2", "log10", "tan", "asin", "acos",
         "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "erfinv"]
BINARY = ["add", "sub", "mul", "div", "pow"]
DIVISIONS = ["fmod", "remainder", "floorDivide"]
COMPARE = ["eq", "ne", "lt", "le", "gt", "ge"]

METHODS = {
    **{name: getattr(torch, name) for name in UNARY + BINARY + COMPARE + ["atan2", "fmod", "remainder"]},
    "div": divide,
    "floorDivide": floor_divide,
    "leakyRelu": lambda x, slope=0.01: F.leaky_relu(x, slope),
    "elu": lambda x, alpha=1.0: F.elu(x, alpha),
    "gelu": lambda x, options={}: F.gelu(x, **options),
    "silu": F.silu,
    "softplus": lambda x, beta=1, threshold=20: F.softplus(x, beta, threshold),
    "clamp": lambda x, low=None, high=None: torch.clamp(x, low, high),
    "maximum": lambda x, y: torch.maximum(x, operand(y, x)),
    "minimum": lambda x, y: torch.minimum(x, operand(y, x)),
    "logicalAnd": torch.logical_and,
    "logicalOr": torch.logical_or,
    "logicalXor": torch.logical_xor,
    "logicalNot": torch.logical_not,
    "where": lambda x, condition, other: x.where(condition, operand(other, x)),
    "sum": reduction("sum"),
    "mean": reduction("mean"),
    "any": reduction("any"),
    "all": reduction("all"),
    "amax": lambda x, dim=(), options={}: torch.amax(x, dim, **options),
    "amin": lambda x, dim=(), options={}: torch.amin(x, dim, **options),
    "prod": lambda x, dim=None, options={}: torch.prod(x) if dim is None else torch.prod(x, dim, **options),
    "var": spread("var"),
    "std": spread("std"),
    "max": extreme("max"),
    "min": extreme("min"),
    "argmax": arg_reduction("argmax"),
    "argmin": arg_reduction("argmin"),
    "logsumexp": lambda x, dim, options={}: torch.logsumexp(x, dim, **options),
    "norm": norm,
    "cumsum": torch.cumsum,
    "matmul": torch.matmul,
    "t": torch.t,
    "softmax": torch.softmax,
    "logSoftmax": torch.log_softmax,
    "layerNorm": lambda x, shape, weight=None, bias=None, eps=1e-5: F.layer_norm(x, shape, weight, bias, eps),
    "batchNorm": batch_norm,
    "reshape": lambda x, *shape: x.reshape(listed(shape)),
    "view": lambda x, *shape: x.view(listed(shape)),
    "flatten": lambda x, start=0, end=-1: torch.flatten(x, start, end),
    "squeeze": lambda x, dim=None: x.squeeze() if dim is None else x.squeeze(dim),
    "unsqueeze": torch.unsqueeze,
    "transpose": torch.transpose,
    "permute": lambda x, *dims: x.permute(listed(dims)),
    "expand": lambda x, *shape: x.expand(listed(shape)),
    "slice": slicing,
    "select": torch.select,
    "narrow": torch.narrow,
    "split": lambda x, sizes, dim=0: list(torch.split(x, sizes, dim)),
    "chunk": lambda x, count, dim=0: list(torch.chunk(x, count, dim)),
    "flip": lambda x, *dims: torch.flip(x, listed(dims)),
    "pad": lambda x, padding, value=0: F.pad(x, padding, value=value),
    "repeat": lambda x, *sizes: x.repeat(listed(sizes)),
    "tril": lambda x, diagonal=0: torch.tril(x, diagonal),
    "triu": lambda x, diagonal=0: torch.triu(x, diagonal),
    "indexSelect": lambda x, dim, index: torch.index_select(x, dim, index.long()),
    "gather": lambda x, dim, index: torch.gather(x, dim, index.long()),
    "scatterAdd": lambda x, dim, index, source: torch.scatter_add(x, dim, index.long(), source),
    "oneHot": lambda x, classes: F.one_hot(x.long(), classes),
    "topk": lambda x, k, dim=-1, options={}: pairs(torch.topk(x, k, dim, **options)),
    "sort": lambda x, dim=-1, options={}: pairs(torch.sort(x, dim=dim, stable=True, **options)),
    "maskedFill": lambda x, mask, value: x.masked_fill(mask, value),
    **{name: getattr(torch, name) for name in ("frac", "isnan", "isinf", "isfinite", "logaddexp", "lerp", "mm", "bmm",
                                               "mv", "dot", "outer", "cumprod", "diagonal", "movedim", "swapaxes", "unflatten",
                                               "ravel")},
    "addcmul": lambda x, a, b, options={}: torch.addcmul(x, a, b, **options),
    "addcdiv": lambda x, a, b, options={}: torch.addcdiv(x, a, b, **options),
    "nanToNum": lambda x, options={}: torch.nan_to_num(x, **options),
    "isclose": lambda x, y, options={}: torch.isclose(x, y, **{"equal_nan" if k == "equalNan" else k: v for k, v in options.items()}),
    "addmm": lambda x, a, b, options={}: torch.addmm(x, a, b, **options),
    "cdist": lambda x, y, p=2: torch.cdist(x, y, float(p), compute_mode="donot_use_mm_for_euclid_dist"),
    "index": lambda x, *items: x[tuple(map(item, items))],
    "indexPut_": index_put,
    "maskedSelect": torch.masked_select,
    "nonzero": torch.nonzero,
    "countNonzero": lambda x, dim=None: torch.count_nonzero(x) if dim is None else torch.count_nonzero(x, dim),
    "scatter": scatter,
    "takeAlongDim": lambda x, index, dim=None: torch.take_along_dim(x, index.long(), dim),
    "take": lambda x, index: torch.take(x, index.long()),
    "argsort": lambda x, dim=-1, options={}: torch.argsort(x, dim=dim, stable=True, **options),
    "unbind": lambda x, dim=0: list(torch.unbind(x, dim)),
    "unfold": lambda x, dim, size, step: x.unfold(dim, size, step),
    "asStrided": lambda x, size, stride, offset=None: torch.as_strided(x, size, stride, offset),
    "roll": lambda x, shifts, dims=None: torch.roll(x, shifts, dims),
    "diag": lambda x, diagonal=0: torch.diag(x, diagonal),
    "tile": lambda x, *counts: torch.tile(x, listed(counts)),
    "repeatInterleave": repeat_interleave,
    "expandAs": lambda x, y: x.expand_as(y),
    "viewAs": lambda x, y: x.view_as(y),
    "reshapeAs": lambda x, y: x.reshape_as(y),
    "broadcastTo": lambda x, *shape: torch.broadcast_to(x, listed(shape)),
    "median": median,
    "kthvalue": lambda x, k, dim=-1, options={}: pairs(torch.kthvalue(x, k, dim, **options)),
    "quantile": quantile,
    "unique": unique,
    "bincount": lambda x, options={}: torch.bincount(x, **options),
    "histc": lambda x, options={}: torch.histc(x, **options),
    **{name: getattr(torch.Tensor, name) for name in (
        "neg_", "abs_", "sign_", "exp_", "expm1_", "log_", "log1p_", "sqrt_", "rsqrt_", "square_", "reciprocal_", "sin_", "cos_",
        "tanh_", "sigmoid_", "erf_", "relu_", "floor_", "ceil_", "round_", "trunc_", "exp2_", "log2_", "log10_", "tan_", "asin_",
        "acos_", "atan_", "sinh_", "cosh_", "asinh_", "acosh_", "atanh_", "erfinv_", "frac_", "atan2_", "fmod_", "remainder_",
        "cumprod_", "lerp_", "cumsum_", "tril_", "triu_", "pow_")},
    **{name: getattr(torch.Tensor, name) for name in ("eq_", "ne_", "lt_", "le_", "gt_", "ge_")},
    "logicalAnd_": lambda x, y: x.logical_and_(y),
    "logicalOr_": lambda x, y: x.logical_or_(y),
    "logicalXor_": lambda x, y: x.logical_xor_(y),
    "logicalNot_": lambda x: x.logical_not_(),
    "floorDivide_": lambda x, y: x.floor_divide_(y),
    "clamp_": lambda x, low=None, high=None: x.clamp_(low, high),
    "maskedFill_": lambda x, mask, value: x.masked_fill_(mask, value),
    "addcmul_": lambda x, a, b, options={}: x.addcmul_(a, b, **options),
    "addcdiv_": lambda x, a, b, options={}: x.addcdiv_(a, b, **options),
    "nanToNum_": lambda x, options={}: x.nan_to_num_(**options),
    "scatter_": lambda x, dim, index, source: x.scatter_(dim, index.long(), source),
    "scatterAdd_": lambda x, dim, index, source: x.scatter_add_(dim, index.long(), source),
    "clone": torch.clone,
    "contiguous": lambda x: x.contiguous(),
    "detach": lambda x: x.detach(),
    "to": convert,
    "float": lambda x: x.float(),
    "double": lambda x: x.double(),
    "int": lambda x: x.int(),
    "bool": lambda x: x.bool(),
    **{name: getattr(torch.Tensor, name) for name in ("add_", "sub_", "mul_", "div_")},
    "zero_": lambda x: x.zero_(),
    "fill_": lambda x, value: x.fill_(value),
    "copy_": lambda x, source: x.copy_(source),
}


CONVOLUTION = {"outputPadding": "output_padding"}


def convolution(function):
    """A convolution with Kindling's options as the last argument."""
    def call(x, weight, bias=None, options={}):
        return function(x, weight, bias, **{CONVOLUTION.get(k, k): v for k, v in options.items()})
    return call


def created(function):
    """A creation function with Kindling's options as the last argument."""
    def call(*args):
        *rest, options = args if isinstance(args[-1], dict) else (*args, {})
        named = {"dtype": NAMED[options["dtype"]]} if "dtype" in options else {}
        return function(*rest, **named)
    return call


FUNCTIONS = {
    **{name: getattr(F, name) for name in ("relu6", "selu", "hardsigmoid", "hardswish", "mish", "softsign", "tanhshrink",
                                           "logsigmoid", "softmin", "glu", "prelu", "threshold")},
    "rrelu": lambda x, lower=1 / 8, upper=1 / 3: F.rrelu(x, lower, upper),
    "bilinear": lambda x, y, weight, bias=None: F.bilinear(x, y, weight, bias),
    "celu": lambda x, alpha=1.0: F.celu(x, alpha),
    "hardtanh": lambda x, low=-1.0, high=1.0: F.hardtanh(x, low, high),
    "hardshrink": lambda x, lambd=0.5: F.hardshrink(x, lambd),
    "softshrink": lambda x, lambd=0.5: F.softshrink(x, lambd),
    "groupNorm": lambda x, groups, weight=None, bias=None, eps=1e-5: F.group_norm(x, groups, weight, bias, eps),
    "normalize": lambda x, options={}: F.normalize(x, **options),
    "cosineSimilarity": lambda x, y, options={}: F.cosine_similarity(x, y, **options),
    "pairwiseDistance": lambda x, y, options={}: F.pairwise_distance(x, y, **options),
    "conv1d": convolution(F.conv1d),
    "conv2d": convolution(F.conv2d),
    "convTranspose1d": convolution(F.conv_transpose1d),
    "convTranspose2d": convolution(F.conv_transpose2d),
    "unfold": lambda x, kernel, options={}: F.unfold(x, kernel, **options),
    "fold": lambda x, size, kernel, options={}: F.fold(x, size, kernel, **options),
    "einsum": lambda equation, *tensors: torch.einsum(equation, *tensors),
    "meshgrid": lambda tensors, options={}: list(torch.meshgrid(*tensors, indexing=options.get("indexing", "ij"))),
    "cat": lambda tensors, dim=0: torch.cat(tensors, dim),
    "stack": lambda tensors, dim=0: torch.stack(tensors, dim),
    "where": lambda condition, a, b: torch.where(condition, operand(a, condition), operand(b, condition)),
    "embedding": lambda weight, index: F.embedding(index.long(), weight),
    **{name: created(function) for name, function in {
        "zeros": torch.zeros, "ones": torch.ones, "full": torch.full, "arange": torch.arange,
        "linspace": torch.linspace, "eye": torch.eye, "zerosLike": torch.zeros_like, "onesLike": torch.ones_like,
        "fullLike": torch.full_like,
    }.items()},
}
