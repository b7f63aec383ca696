"""Attention: the function, and the modules that are made of it."""
import torch
import torch.nn.functional as F

from .case import core_suite
from .fixture import Input, values
from .layers import layer, recorder, snake
from .ops import FUNCTIONS

INF = float("inf")
CLOSE = {"tolerance": {"rtol": 5e-6, "atol": 2e-6}, "gradient_tolerance": {"rtol": 1e-5, "atol": 4e-6}}
DEEP = {"rtol": 2e-5, "atol": 1e-5}


def attend(query, key, value, options={}):
    return F.scaled_dot_product_attention(query, key, value, **{snake(k): v for k, v in options.items()})


FUNCTIONS["scaledDotProductAttention"] = attend


def operands(*batch, length, keys, size, value_size=None, seed=0, dtype=torch.float32, key_batch=None):
    """Query, key and value."""
    other = batch if key_batch is None else key_batch
    return (values(*batch, length, size, seed=f"query{seed}", dtype=dtype), values(*other, keys, size, seed=f"key{seed}", dtype=dtype),
            values(*other, keys, value_size or size, seed=f"value{seed}", dtype=dtype))


def visible(*shape, seed=0):
    """A bool mask in which each query sees a key at least."""
    mask = values(*shape, seed=f"mask{seed}") > -0.5
    mask[..., 0] = True
    return mask


def plain(suite):
    name = "scaledDotProductAttention"
    shapes = [dict(length=1, keys=1, size=1), dict(length=2, keys=3, size=4), dict(length=5, keys=2, size=3), dict(length=7, keys=9, size=8),
              dict(length=8, keys=8, size=8), dict(length=3, keys=17, size=5, value_size=2), dict(length=19, keys=21, size=3),
              dict(length=2, keys=70, size=5, value_size=9)]
    for batch in ((), (1,), (2, 3)):
        for sizes in shapes[: 8 if batch == (2, 3) else 4]:
            suite.record(name, *operands(*batch, **sizes), **CLOSE)
    for sizes in (dict(length=4, keys=4, size=8), dict(length=5, keys=3, size=2), dict(length=3, keys=6, size=2), dict(length=19, keys=19, size=4)):
        suite.record(name, *operands(2, 2, **sizes), {"isCausal": True}, **CLOSE)
        suite.record(name, *operands(**sizes), {"isCausal": True, "scale": 0.25}, **CLOSE)
    for scale in (1, 0.1, 0, -0.5):
        suite.record(name, *operands(2, length=3, keys=4, size=5), {"scale": scale}, **CLOSE)
    for batch in ((0,), (0, 2), (2, 0)):
        suite.record(name, *operands(*batch, length=3, keys=4, size=5))
    suite.record(name, *operands(2, 2, length=0, keys=4, size=5))
    suite.record(name, *operands(2, 1, 2, length=3, keys=4, size=5), **CLOSE)
    suite.record(name, *operands(2, 2, length=3, keys=4, size=5, dtype=torch.float64))
    suite.record(name, *operands(2, 2, length=9, keys=9, size=5, dtype=torch.float64), {"isCausal": True})
    suite.record(name, *operands(1, 1, length=4, keys=5, size=3, key_batch=(2, 3)), note="with broadcast batches", **CLOSE)
    large = {"tolerance": {"rtol": 1e-4, "atol": 1e-5}, "truth": False}
    # Gradients that far out are what rounding leaves of differences.
    suite.record(name, *(x * 40 for x in operands(1, 2, length=4, keys=6, size=8)), note="of large scores", grad=False, **large)
    suite.record(name, *(x * 2 for x in operands(1, 2, length=4, keys=6, size=8)), note="of large scores",
                 gradient_tolerance={"rtol": 1e-4, "atol": 1e-5}, **large)


def strided(suite):
    """Heads out of one projection, as modules lay them out, and other layouts."""
    name = "scaledDotProductAttention"
    for heads, size, length in ((4, 3, 8), (2, 3, 5)):
        parts = [Input(values(2, length, heads * size, seed=f"{part}{heads}"), [["unflatten", -1, [heads, size]], ["transpose", 1, 2]])
                 for part in "qkv"]
        suite.record(name, *parts, **CLOSE)
        suite.record(name, *parts, {"isCausal": True}, **CLOSE)
    query, key, value = operands(2, 2, length=4, keys=6, size=3)
    suite.record(name, Input(query.transpose(-1, -2).contiguous(), [["transpose", -1, -2]]), key, value, **CLOSE)
    suite.record(name, query, Input(key.transpose(-1, -2).contiguous(), [["transpose", -1, -2]]), value, **CLOSE)
    suite.record(name, query, key, Input(values(2, 2, 6, 6, seed="wide"), [["slice", -1, 0, None, 2]]), **CLOSE)
    suite.record(name, Input(values(4, 3, seed="one"), [["expand", [2, 2, 4, 3]]]), key, value, **CLOSE)


def masks(suite):
    name = "scaledDotProductAttention"
    for batch, shape in (((), (4, 6)), ((2,), (4, 6)), ((2, 3), (4, 6)), ((2, 3), (2, 1, 4, 6)), ((2, 3), (2, 1, 1, 6)), ((2, 3), (2, 3, 4, 6)),
                         ((2, 3), (3, 4, 1)), ((2, 3), (1, 6))):
        three = operands(*batch, length=4, keys=6, size=5)
        suite.record(name, *three, {"attnMask": Input(visible(*shape), grad=False)}, **CLOSE)
        suite.record(name, *three, {"attnMask": Input(values(*shape, seed="float mask"), grad=False)}, **CLOSE)
    three = operands(2, 2, length=3, keys=4, size=5)
    suite.record(name, *three, {"attnMask": values(3, 4, seed="learned")}, note="of a mask that wants a gradient", **CLOSE)
    suite.record(name, *three, {"attnMask": values(2, 1, 1, 4, seed="learned")}, note="of a mask that wants a gradient", **CLOSE)
    hidden = torch.tensor([[0.0, -INF, 0.5, -INF], [-INF, -INF, -INF, 1.0], [0.0, 0.0, 0.0, 0.0]])
    suite.record(name, *three, {"attnMask": Input(hidden, grad=False)}, note="with infinities", **CLOSE)
    blind = visible(3, 4)
    blind[1] = False
    suite.record(name, *three, {"attnMask": Input(blind, grad=False)}, note="with a query that sees nothing", **CLOSE)
    suite.record(name, *three, {"attnMask": Input(blind.double().log().float(), grad=False)}, note="with a query that sees nothing", **CLOSE)
    suite.record(name, *operands(2, 2, length=3, keys=4, size=5, dtype=torch.float64), {"attnMask": Input(visible(3, 4), grad=False)})
    suite.record(name, *operands(1, 2, length=17, keys=67, size=3), {"attnMask": Input(visible(1, 1, 17, 67), grad=False), "scale": 0.3}, **CLOSE)
    suite.record(name, *operands(1, 2, length=3, keys=67, size=3), {"attnMask": Input(torch.arange(67).unsqueeze(0) > 64, grad=False)},
                 note="with nothing to see in the first keys", **CLOSE)


def grouped(suite):
    name = "scaledDotProductAttention"
    for heads, fewer in ((4, 2), (6, 1), (3, 3)):
        query, key, value = operands(2, heads, length=3, keys=4, size=5, key_batch=(2, fewer))
        suite.record(name, query, key, value, {"enableGqa": True}, **CLOSE)
        suite.record(name, query, key, value, {"enableGqa": True, "isCausal": True}, **CLOSE)


def refusals(suite):
    name = "scaledDotProductAttention"
    query, key, value = operands(2, length=3, keys=4, size=5)
    mask = Input(visible(3, 4), grad=False)
    suite.refuse(name, query, values(2, 4, 6), value)
    suite.refuse(name, query, values(3, 4, 5), values(3, 4, 5))
    suite.refuse(name, values(5), values(5), values(5))
    suite.refuse(name, query, key.double(), value)
    suite.refuse(name, query, key, value, {"attnMask": Input(visible(3, 5), grad=False)})
    suite.refuse(name, query, key, value, {"attnMask": Input(values(3, 4, dtype=torch.int32), grad=False)})
    suite.refuse(name, query, key, value, {"attnMask": mask, "isCausal": True})
    suite.refuse(name, query, key, value, {"dropoutP": 1.5})
    suite.refuse(name, values(4, 3, 5), values(3, 4, 5), values(3, 4, 5), {"enableGqa": True})


def multihead(record):
    x, memory = values(3, 2, 4), values(4, 2, 4, seed="memory")
    wanted = Input(memory, grad=True)

    def own(options, inputs={}, given=x, **kinds):
        record(layer("MultiheadAttention", given.shape[-1], 2, options), given, others=(given_again(given), given_again(given), inputs),
               tolerance=DEEP, **kinds)

    def given_again(given):
        return Input(given + 0, grad=True)

    for inputs in ({}, {"needWeights": False}, {"averageAttnWeights": False}):
        own({}, inputs, note=f" with {inputs}" if inputs else "")
        own({"batchFirst": True}, inputs, note=f" with {inputs}" if inputs else "")
        own({}, inputs, nudge=(-0.6, 0.6), note=f" with weights and {inputs}")
    for options in ({"bias": False}, {"addBiasKv": True}, {"addZeroAttn": True}, {"addBiasKv": True, "addZeroAttn": True, "batchFirst": True}):
        own(options)
        own(options, {"needWeights": False}, note=" without weights", nudge=(-0.6, 0.6))
    attn_mask = values(3, 3) > 0.5
    attn_mask[:, 0] = False
    padding = torch.tensor([[False, True, False], [False, False, True]])
    for masks in ({"attnMask": attn_mask}, {"keyPaddingMask": padding}, {"attnMask": attn_mask, "keyPaddingMask": padding},
                  {"attnMask": values(3, 3, seed="float")}, {"attnMask": values(4, 3, 3, seed="each")},
                  {"attnMask": values(3, 3, seed="float"), "keyPaddingMask": values(2, 3, seed="padding")}):
        note = " with " + " and ".join(f"{k} {list(v.shape)} of {v.dtype}" for k, v in masks.items())
        inputs = {k: Input(v, grad=False) for k, v in masks.items()}
        own({}, inputs, note=note)
        own({}, inputs | {"needWeights": False}, note=note + " without weights")
        own({"addBiasKv": True, "addZeroAttn": True}, inputs, note=note)
    causal = torch.triu(torch.ones(3, 3, dtype=torch.bool), 1)
    own({}, {"attnMask": Input(causal, grad=False), "isCausal": True, "needWeights": False}, note=" with a causal mask")
    for training in (True, False):
        own({"dropout": 0.4}, training=training)
        own({"dropout": 0.4, "batchFirst": True}, {"needWeights": False}, training=training, note=" without weights")

    record(layer("MultiheadAttention", 4, 4), x, others=(wanted, Input(values(4, 2, 4, seed="other"), grad=True)), tolerance=DEEP)
    record(layer("MultiheadAttention", 4, 4, {"kdim": 5, "vdim": 3}), x, seed=3, tolerance=DEEP,
           others=(Input(values(4, 2, 5), grad=True), Input(values(4, 2, 3), grad=True)))
    record(layer("MultiheadAttention", 4, 1, {"kdim": 5, "bias": False}), x, seed=3, tolerance=DEEP,
           others=(Input(values(4, 2, 5), grad=True), Input(values(4, 2, 4), grad=True), {"needWeights": False}))
    record(layer("MultiheadAttention", 4, 2, {"batchFirst": True}), values(3, 4), tolerance=DEEP, note=" without a batch",
           others=(Input(values(5, 4), grad=True), Input(values(5, 4, seed=1), grad=True)))
    record(layer("MultiheadAttention", 4, 2), values(3, 4), tolerance=DEEP, note=" without a batch",
           others=(Input(values(5, 4), grad=True), Input(values(5, 4, seed=1), grad=True), {"averageAttnWeights": False}))
    record(layer("MultiheadAttention", 4, 2), values(3, 1, 4), tolerance=DEEP, others=(values(3, 1, 4), values(3, 1, 4)))


def encoders(record):
    x = values(5, 3, 4)
    small = {"dimFeedforward": 6, "dropout": 0.0}
    for options in ({}, {"normFirst": True}, {"activation": "gelu"}, {"batchFirst": True}, {"bias": False}, {"layerNormEps": 0.1},
                    {"normFirst": True, "activation": "gelu", "batchFirst": True, "bias": False}):
        record(layer("TransformerEncoderLayer", 4, 2, small | options), x, seed=777, tolerance=DEEP)
        if options.get("bias", True):
            record(layer("TransformerEncoderLayer", 4, 2, small | options), x, seed=777, tolerance=DEEP, nudge=(-0.6, 0.6), note=" with weights")
    causal = torch.triu(torch.full((5, 5), -INF), 1)
    padding = torch.zeros(3, 5, dtype=torch.bool)
    padding[1, 3:] = padding[2, 4] = True
    record(layer("TransformerEncoderLayer", 4, 4, small), x, seed=1, tolerance=DEEP, note=" with masks",
           others=({"srcMask": Input(causal == -INF, grad=False), "srcKeyPaddingMask": Input(padding, grad=False)},))
    for training in (True, False):
        for options in ({"batchFirst": True}, {"normFirst": True}):
            record(layer("TransformerEncoderLayer", 4, 2, {"dimFeedforward": 6, "dropout": 0.3} | options), x, seed=11, training=training, tolerance=DEEP)
    inner = layer("TransformerEncoderLayer", 4, 2, small)
    dropping = layer("TransformerEncoderLayer", 4, 2, {"dimFeedforward": 6, "dropout": 0.3, "batchFirst": True})
    record(layer("TransformerEncoder", dropping, 2), x, seed=6, tolerance=DEEP)
    for count in (1, 2):
        record(layer("TransformerEncoder", inner, count), x, seed=5, tolerance=DEEP)
    record(layer("TransformerEncoder", inner, 2, {"norm": layer("LayerNorm", 4)}), x, seed=5, tolerance=DEEP, note=" with masks",
           others=({"mask": Input(causal, grad=False), "srcKeyPaddingMask": Input(padding.float() * -1e9, grad=False)},))


def decoders(record):
    x, memory = values(4, 3, 4), Input(values(5, 3, 4, seed="memory"), grad=True)
    small = {"dimFeedforward": 6, "dropout": 0.0}
    for options in ({}, {"normFirst": True}, {"activation": "gelu", "bias": False}):
        record(layer("TransformerDecoderLayer", 4, 2, small | options), x, seed=777, others=(memory,), tolerance=DEEP)
        record(layer("TransformerDecoderLayer", 4, 2, small | options), x, seed=777, others=(memory,), tolerance=DEEP, nudge=(-0.6, 0.6),
               note=" with weights")
    record(layer("TransformerDecoderLayer", 4, 2, {"dimFeedforward": 6, "dropout": 0.3, "batchFirst": True}), values(3, 4, 4), seed=2,
           others=(Input(values(3, 5, 4, seed="memory"), grad=True),), tolerance=DEEP)
    causal = torch.triu(torch.full((4, 4), -INF), 1)
    padding = torch.zeros(3, 5, dtype=torch.bool)
    padding[0, 2:] = True
    masks = {"tgtMask": Input(causal, grad=False), "memoryMask": Input(values(4, 5, seed="memory mask"), grad=False),
             "memoryKeyPaddingMask": Input(padding.float() * -1e9, grad=False), "tgtKeyPaddingMask": Input(values(3, 4, seed="target"), grad=False)}
    inner = layer("TransformerDecoderLayer", 4, 2, small)
    record(layer("TransformerDecoder", inner, 2), x, seed=5, others=(memory,), tolerance=DEEP)
    record(layer("TransformerDecoder", inner, 2, {"norm": layer("LayerNorm", 4)}), x, seed=5, others=(memory, masks), tolerance=DEEP, note=" with masks")
    whole = {"dModel": 4, "nhead": 2, "numEncoderLayers": 2, "numDecoderLayers": 1, "dimFeedforward": 6}
    for options in ({"dropout": 0.0}, {"dropout": 0.0, "batchFirst": True, "normFirst": True}, {"dropout": 0.2, "activation": "gelu"}):
        first = options.get("batchFirst", False)
        tgt = Input(values(3, 4, 4) if first else values(4, 3, 4), grad=True)
        record(layer("Transformer", whole | options), values(3, 5, 4, seed="src") if first else values(5, 3, 4, seed="src"), seed=9, others=(tgt,),
               tolerance=DEEP)
    record(layer("Transformer", whole | {"dropout": 0.0}), values(5, 3, 4, seed="src"), seed=9, tolerance=DEEP, note=" with masks",
           others=(Input(values(4, 3, 4), grad=True),
                   {"tgtMask": Input(causal, grad=False), "tgtIsCausal": True, "srcKeyPaddingMask": Input(padding.float() * -1e9, grad=False),
                    "memoryKeyPaddingMask": Input(padding.float() * -1e9, grad=False)}))


def generate():
    functions, modules = core_suite("attention"), core_suite("attention-layers")
    for fill in (plain, strided, masks, grouped, refusals):
        fill(functions)
    record = recorder(modules)
    for fill in (multihead, encoders, decoders):
        fill(record)
    return [functions, modules]
