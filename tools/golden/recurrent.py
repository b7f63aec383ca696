"""Recurrent modules and cells: initial state for a seed, outputs, final states, gradients of inputs, states and parameters; packing."""
import torch
from torch import nn
from torch.nn.utils import rnn

from .case import core_suite, view
from .fixture import Input, encode, upstream, values
from .layers import build, layer, state, title

# Sums over steps and gates: PyTorch's float32 is itself so far from its float64.
LOOSE = {"rtol": 5e-6, "atol": 2e-6}


# Seeds of cases that hold the initial state: the outputs of the others show it.
DRAWN = (777, 5, 6, 30)


def flat(result):
    """The tensors of nested results, in their order."""
    if isinstance(result, torch.Tensor):
        return [result]
    return [tensor for part in result for tensor in flat(part)]


def nested(cell, states):
    return () if not states else (tuple(states) if cell == "LSTM" else states[0],)


def record(suite, spec, x, states=(), seed=0, training=True, packing=None, note="", dtype=torch.float32):
    """`packing` are lengths and options: the input is packed, and the outputs are padded again."""
    entry = x if isinstance(x, Input) else Input(x)
    views = "".join(f".{step[0]}()" for step in entry.view)
    packed = f" packed {packing}".replace("True", "true").replace("False", "false") if packing else ""
    name = (f"{title(spec)} on {list(entry.tensor.shape)}{views}{packed}{' with states' if states else ''}"
            f"{'' if training else ' in evaluation'}{note}, seed {seed}")
    torch.manual_seed(seed)
    module = build(spec).train(training)
    fields = {"module": spec, "seed": seed, "training": training}
    if seed in DRAWN:
        fields["state"] = state(module)
    if dtype == torch.float64:
        module = module.double()
        fields["dtype"] = "float64"
    leaves = [entry.tensor.detach().clone().to(dtype).requires_grad_()] + [s.clone().to(dtype).requires_grad_() for s in states]
    given = view(leaves[0], entry.view)
    states_given = nested("LSTM" if spec["layer"].startswith("LSTM") else spec["layer"], leaves[1:])
    if packing:
        lengths, options = packing
        first, sort = options.get("batchFirst", False), options.get("enforceSorted", True)
        sequence = rnn.pack_padded_sequence(given, torch.tensor(lengths), batch_first=first, enforce_sorted=sort)
        fields["packing"] = {"lengths": lengths, "options": options}
        fields["packed"] = {"data": encode(sequence.data), "batchSizes": sequence.batch_sizes.tolist(),
                            "sortedIndices": None if sequence.sorted_indices is None else sequence.sorted_indices.tolist(),
                            "unsortedIndices": None if sequence.unsorted_indices is None else sequence.unsorted_indices.tolist()}
        output, last = module(sequence, *states_given)
        padded, back = rnn.pad_packed_sequence(output, batch_first=first)
        assert back.tolist() == lengths
        results = [padded] + flat(last)
    else:
        results = flat(module(given, *states_given))
    directions = [upstream(result, f"{name}/{i}") for i, result in enumerate(results)]
    torch.autograd.backward(results, directions)
    fields |= {"inputs": [encode(leaf) | ({"view": entry.view} if i == 0 and entry.view else {}) for i, leaf in enumerate(leaves)],
               "outputs": [encode(result) for result in results], "gradOutputs": [encode(d) for d in directions],
               "gradients": [encode(leaf.grad) for leaf in leaves],
               "parameterGradients": {k: encode(p.grad) for k, p in module.named_parameters()}, "tolerance": LOOSE}
    suite.add(name, **fields)


def refuse(suite, spec, shape, states=(), error=None):
    """A call that PyTorch refuses, and what our message holds."""
    name = f"{title(spec)} refuses {list(shape)}" + "".join(f", {list(s)}" for s in states)
    module = build(spec)
    given = nested(spec["layer"].removesuffix("Cell"), [torch.zeros(s) for s in states])
    try:
        module(torch.zeros(shape), *given)
    except (RuntimeError, ValueError, AssertionError):
        suite.add(name, module=spec, inputs=[encode(torch.zeros(s)) for s in (shape, *states)], error=error or f"{spec['layer']}: ")
        return
    raise AssertionError(f"PyTorch accepts {name}")


KINDS = [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("LSTM", {}), ("GRU", {})]


def modules(suite):
    for kind, extra in KINDS:
        def of(*sizes, **options):
            merged = extra | options
            return layer(kind, *sizes, *([merged] if merged else []))

        def states(layers, batch, hidden, out=None):
            batch = () if batch is None else (batch,)
            h = values(layers, *batch, out or hidden, seed="h", low=-1, high=1)
            return (h, values(layers, *batch, hidden, seed="c", low=-1, high=1)) if kind == "LSTM" else (h,)

        record(suite, of(3, 4), values(5, 2, 3), seed=777)
        record(suite, of(3, 4), values(5, 2, 3), states(1, 2, 4))
        record(suite, of(3, 4, batchFirst=True), values(2, 5, 3), states(1, 2, 4), seed=1)
        record(suite, of(3, 4, bias=False), values(4, 3, 3), seed=2)
        record(suite, of(2, 3, numLayers=2), values(4, 2, 2), states(2, 2, 3), seed=3)
        record(suite, of(2, 3, bidirectional=True), values(4, 3, 2), states(2, 3, 3), seed=4)
        record(suite, of(2, 3, numLayers=2, bidirectional=True, batchFirst=True), values(3, 4, 2), states(4, 3, 3), seed=5)
        record(suite, of(2, 3, numLayers=3, bidirectional=True, bias=False), values(3, 2, 2), seed=6)
        record(suite, of(1, 1), values(1, 1, 1), states(1, 1, 1), seed=7)
        record(suite, of(2, 9, batchFirst=True), values(19, 3, 2), seed=8)
        record(suite, of(2, 18), values(2, 3, 2), states(1, 3, 18), seed=20)
        record(suite, of(3, 4), values(6, 3), states(1, None, 4), seed=9)
        record(suite, of(3, 4, batchFirst=True, bidirectional=True), values(6, 3), seed=10)
        record(suite, of(3, 4, batchFirst=True), Input(values(5, 2, 3), [["transpose", 0, 1]]), states(1, 2, 4), seed=11)
        record(suite, of(3, 4), Input(values(2, 3, 5), [["permute", 2, 0, 1]]), seed=12)
        record(suite, of(3, 4), values(3, 0, 3), seed=13)
        record(suite, of(3, 4, numLayers=2, bidirectional=True), values(4, 2, 3), states(4, 2, 4), seed=14, dtype=torch.float64, note=" in float64")
        for training in (True, False):
            record(suite, of(3, 4, numLayers=3, dropout=0.4), values(4, 3, 3), seed=15, training=training)
            record(suite, of(3, 4, numLayers=2, dropout=0.5, batchFirst=True, bidirectional=True), values(3, 4, 3), seed=16, training=training)
        record(suite, of(3, 4), values(5, 3, 3), packing=([5, 3, 2], {}), seed=17)
        record(suite, of(3, 4, bidirectional=True, batchFirst=True), values(4, 5, 3), states(2, 4, 4),
               packing=([2, 5, 1, 5], {"batchFirst": True, "enforceSorted": False}), seed=18)
        record(suite, of(3, 4, numLayers=2, bidirectional=True), values(6, 3, 3), states(4, 3, 4),
               packing=([3, 6, 4], {"enforceSorted": False}), seed=19)
        record(suite, of(3, 4, numLayers=2, dropout=0.5), values(4, 3, 3), packing=([4, 2, 2], {}), seed=21)
        record(suite, of(2, 5, batchFirst=True), values(1, 3, 2), packing=([3], {"batchFirst": True}), seed=22)
        refuse(suite, of(3, 4), (5, 2, 4))
        refuse(suite, of(3, 4), (5, 2, 2, 3))
        refuse(suite, of(3, 4), (3,))
        refuse(suite, of(3, 4), (0, 2, 3), error=f"{kind}: expected at least 1 step")
        pair = [(1, 3, 4)] * (2 if kind == "LSTM" else 1)
        refuse(suite, of(3, 4), (5, 2, 3), pair)
        refuse(suite, of(3, 4), (5, 3), pair)

    for options in ({}, {"bias": False}, {"numLayers": 2, "bidirectional": True}, {"batchFirst": True, "bidirectional": True}):
        count = options.get("numLayers", 1) * (2 if options.get("bidirectional") else 1)
        record(suite, layer("LSTM", 3, 5, {"projSize": 2} | options), values(4, 3, 3), seed=30)
        batch = 4 if options.get("batchFirst") else 3
        given = (values(count, batch, 2, seed="h", low=-1, high=1), values(count, batch, 5, seed="c", low=-1, high=1))
        record(suite, layer("LSTM", 3, 5, {"projSize": 2} | options), values(4, 3, 3), given, seed=31)
    record(suite, layer("LSTM", 3, 5, {"projSize": 2, "bidirectional": True}), values(4, 3, 3), packing=([2, 4, 1], {"enforceSorted": False}), seed=32)
    refuse(suite, layer("LSTM", 3, 5, {"projSize": 2}), (4, 3, 3), [(1, 3, 5), (1, 3, 5)])


def cells(suite):
    for kind, extra in [("RNNCell", {}), ("RNNCell", {"nonlinearity": "relu"}), ("LSTMCell", {}), ("GRUCell", {})]:
        def of(*sizes, **options):
            merged = extra | options
            return layer(kind, *sizes, *([merged] if merged else []))

        def states(*shape):
            h = values(*shape, seed="h", low=-1, high=1)
            return (h, values(*shape, seed="c", low=-1, high=1)) if kind == "LSTMCell" else (h,)

        record(suite, of(3, 4), values(2, 3), seed=777)
        record(suite, of(3, 4), values(2, 3), states(2, 4), seed=1)
        record(suite, of(3, 4, bias=False), values(2, 3), states(2, 4), seed=2)
        record(suite, of(3, 4), values(3), states(4), seed=3)
        record(suite, of(3, 4), values(3), seed=4)
        record(suite, of(2, 9), values(17, 2), states(17, 9), seed=5)
        record(suite, of(3, 4), values(0, 3), states(0, 4), seed=6)
        record(suite, of(3, 4), Input(values(3, 2), [["t"]]), states(2, 4), seed=7)
        refuse(suite, of(3, 4), (2, 4))
        refuse(suite, of(3, 4), (5, 2, 3))
        refuse(suite, of(3, 4), (2, 3), [(3, 4)] * (2 if kind == "LSTMCell" else 1))


def generate():
    suite = core_suite("recurrent")
    modules(suite)
    cells(suite)
    return suite
