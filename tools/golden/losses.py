"""Losses with every reduction and option: value and gradients of input, target and weights."""
import torch
import torch.nn.functional as F

from .case import ATOL, RTOL, OpSuite, operands
from .fixture import CORE, brief, encode, upstream, values

RENAMED = {"posWeight": "pos_weight", "labelSmoothing": "label_smoothing", "ignoreIndex": "ignore_index",
           "logTarget": "log_target", "logInput": "log_input"}


def call(function):
    def loss(input, target, options={}):
        return function(input, target, **{RENAMED.get(k, k): v for k, v in options.items()})
    return loss


def three(function):
    def loss(a, b, c, options={}):
        return function(a, b, c, **{RENAMED.get(k, k): v for k, v in options.items()})
    return loss


def by_class(function):
    """Class indices are int32 here and int64 in PyTorch; class probabilities stay floats."""
    def loss(input, target, **options):
        return function(input, target if target.is_floating_point() else target.long(), **options)
    return loss


LOSSES = {
    "mseLoss": call(F.mse_loss), "l1Loss": call(F.l1_loss), "huberLoss": call(F.huber_loss),
    "binaryCrossEntropy": call(F.binary_cross_entropy), "binaryCrossEntropyWithLogits": call(F.binary_cross_entropy_with_logits),
    "smoothL1Loss": call(F.smooth_l1_loss), "hingeEmbeddingLoss": call(F.hinge_embedding_loss),
    "poissonNllLoss": call(F.poisson_nll_loss), "marginRankingLoss": three(F.margin_ranking_loss),
    "cosineEmbeddingLoss": three(F.cosine_embedding_loss), "tripletMarginLoss": three(F.triplet_margin_loss),
    "gaussianNllLoss": three(F.gaussian_nll_loss),
    "tripletMarginWithDistanceLoss": three(F.triplet_margin_with_distance_loss), "softMarginLoss": call(F.soft_margin_loss),
    "multiMarginLoss": call(by_class(F.multi_margin_loss)), "multilabelMarginLoss": call(by_class(F.multilabel_margin_loss)),
    "multilabelSoftMarginLoss": call(F.multilabel_soft_margin_loss),
    "crossEntropy": call(by_class(F.cross_entropy)), "nllLoss": call(by_class(F.nll_loss)), "klDiv": call(F.kl_div),
}
REDUCTIONS = [{}, {"reduction": "mean"}, {"reduction": "sum"}, {"reduction": "none"}]
EVERY = [{"reduction": r} for r in ("mean", "sum", "none")]


def index(*rows):
    return torch.tensor(rows[0] if len(rows) == 1 else rows, dtype=torch.int32)


def probabilities(*shape, seed=0, dtype=torch.float32):
    return values(*shape, low=0.05, high=0.95, seed=seed, dtype=dtype)


def recorder(suite):
    """`record` and `refuse`, which add cases to a suite."""
    def record(name, *args, note="", targets=False, truth=True, active=None):
        """`active` lists the inputs with gradients: the first. With `targets`, the target's gradient is recorded too; weights are constants, as in PyTorch."""
        title = f"{name}({', '.join(brief(a) for a in args)})" + (f" {note}" if note else "")
        found = []
        encoded = operands(list(args), found, lambda _, i: {"input": i})

        def run(wide):
            leaves = []

            def leaf(entry, i):
                x = entry.tensor.detach().clone()
                x = x.double() if wide and x.dtype == torch.float32 else x
                leaves.append(x.requires_grad_(x.is_floating_point() and (i == 0 or (i == 1 and targets) if active is None else i in active)))
                return leaves[-1]

            output = LOSSES[name](*operands(list(args), [], leaf))
            direction = upstream(output, title)
            output.backward(direction)
            return leaves, output, direction

        leaves, output, direction = run(False)
        if truth:
            exact, wide_output, _ = run(True)
            pairs = [("output", output, wide_output)] + [("gradient", a.grad, e.grad) for a, e in zip(leaves, exact)]
            suite.warn(title, [(*pair, {"rtol": RTOL, "atol": ATOL}) for pair in pairs])
        suite.add(title, op=name, function=True,
                  inputs=[encode(x) | ({"requiresGrad": True} if x.requires_grad else {}) for x in leaves],
                  args=encoded, output=encode(output), gradOutput=encode(direction),
                  gradients=[encode(x.grad) for x in leaves])

    def refuse(name, *args, note=""):
        found = []
        encoded = operands(list(args), found, lambda _, i: {"input": i})
        title = f"{name}({', '.join(brief(a) for a in args)}) is refused" + (f" {note}" if note else "")
        try:
            LOSSES[name](*args)
        except (RuntimeError, ValueError, IndexError, TypeError):
            suite.add(title, op=name, function=True, inputs=[encode(entry.tensor) for entry in found], args=encoded, error=f"{name}: ")
        else:
            raise AssertionError(f"PyTorch accepts {title}")

    return record, refuse


def generate():
    suite = OpSuite("losses", CORE)
    record, refuse = recorder(suite)
    x, y = values(3, 4), values(3, 4, seed="target")
    for name in ("mseLoss", "l1Loss", "huberLoss"):
        for options in REDUCTIONS:
            record(name, x, y, *([options] if options else []), targets=True)
        record(name, values(5, dtype=torch.float64), values(5, seed="target", dtype=torch.float64))
        record(name, values(1)[0], values(1, seed="target")[0])
        record(name, torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 2.5, 1.0]), note="with a tie")
        refuse(name, values(3, 4), values(2, 4))
    for delta in (0.5, 2):
        for options in EVERY:
            record("huberLoss", x, y, options | {"delta": delta})
    record("huberLoss", torch.tensor([0.0, 1.0, -1.0, 3.0]), torch.zeros(4), {"delta": 1}, note="at the bend")
    refuse("huberLoss", x, y, {"delta": 0})

    p, q = probabilities(3, 4), probabilities(3, 4, seed="target")
    hard = (q > 0.5).float()
    for options in REDUCTIONS:
        record("binaryCrossEntropy", p, hard, *([options] if options else []))
        record("binaryCrossEntropyWithLogits", x * 2, hard, *([options] if options else []))
    for options in EVERY:
        record("binaryCrossEntropy", p, q, options | {"weight": values(4, low=0.1, seed="weight")}, targets=True)
        record("binaryCrossEntropyWithLogits", x, q, options | {"weight": values(3, 4, low=0.1, seed="weight")}, targets=True)
        record("binaryCrossEntropyWithLogits", x, q, options | {"posWeight": values(4, low=0.5, high=3, seed="positive")})
    record("binaryCrossEntropyWithLogits", x, hard, {"weight": values(4, low=0.1, seed="weight"), "posWeight": values(1, low=2, high=3)})
    record("binaryCrossEntropy", torch.tensor([0.0, 1.0, 0.0, 1.0]), torch.tensor([0.0, 1.0, 1.0, 0.0]), {"reduction": "none"},
           note="at 0 and 1, where the logarithm stops at -100")
    record("binaryCrossEntropyWithLogits", torch.tensor([100.0, -100.0, 100.0, -100.0, 0.0]), torch.tensor([1.0, 0.0, 0.0, 1.0, 0.5]),
           {"reduction": "none"}, note="far out")
    for name in ("binaryCrossEntropy", "binaryCrossEntropyWithLogits"):
        record(name, probabilities(4, dtype=torch.float64), probabilities(4, seed=1, dtype=torch.float64))
        refuse(name, p, probabilities(3))
    refuse("binaryCrossEntropy", torch.tensor([0.5, 1.5]), torch.tensor([0.0, 1.0]), note="outside [0, 1]")

    logits, classes = values(5, 4, low=-3, high=3), index([0, 3, 1, 1, 2])
    weight = values(4, low=0.2, seed="weight")
    logs = logits.log_softmax(1)
    for name, data in (("crossEntropy", logits), ("nllLoss", logs)):
        for options in REDUCTIONS:
            record(name, data, classes, *([options] if options else []))
        for options in EVERY:
            record(name, data, classes, options | {"weight": weight})
            record(name, data, classes, options | {"ignoreIndex": 1})
            record(name, data, classes, options | {"ignoreIndex": 1, "weight": weight})
            cube = values(2, 3, 4, low=-3, high=3)
            record(name, cube if name == "crossEntropy" else cube.log_softmax(1), index([0, 2, 1, 1], [2, 2, 0, 1]), options)
        record(name, data, index([0, -100, 1, -100, 2]), note="with the default ignored index")
        record(name, data[0], torch.tensor(2, dtype=torch.int32))
        record(name, values(2, 3, 2, 2), index([[0, 2], [1, 1]], [[2, 2], [0, 1]]), note="of images",
               truth=name == "crossEntropy")
        record(name, data, index([1, 1, 1, 1, 1]), {"ignoreIndex": 1}, note="with nothing left", truth=False)
        record(name, data.double(), classes)
        refuse(name, data, index([0, 1, 2]))
        refuse(name, data, index([0, 3, 1, 1, 4]), note="for a class too large")
        refuse(name, data, index([0, 3, 1, 1, -1]), note="for a class below 0")
        refuse(name, data, classes, {"weight": values(3)})
    for options in EVERY:
        record("crossEntropy", logits, classes, options | {"labelSmoothing": 0.1})
        record("crossEntropy", logits, classes, options | {"labelSmoothing": 0.3, "weight": weight})
        record("crossEntropy", logits, classes, options | {"labelSmoothing": 0.2, "ignoreIndex": 1})
        record("crossEntropy", logits, classes, options | {"labelSmoothing": 0.2, "ignoreIndex": 3, "weight": weight})
        soft = values(5, 4, seed="soft").softmax(1)
        record("crossEntropy", logits, soft, options, targets=True)
        record("crossEntropy", logits, soft, options | {"weight": weight})
        record("crossEntropy", logits, soft, options | {"labelSmoothing": 0.1})
        record("crossEntropy", logits, soft, options | {"labelSmoothing": 0.1, "weight": weight})
        record("crossEntropy", values(2, 3, 4), index([0, 2, 1, 1], [2, 2, 0, 1]), options | {"labelSmoothing": 0.1})
        record("crossEntropy", values(2, 3, 4), values(2, 3, 4, seed="soft").softmax(1), options)
    record("crossEntropy", torch.tensor([[1000.0, -1000.0, 0.0]]), index([1]), note="of large logits")
    record("crossEntropy", torch.tensor([[0.0, 0.0]]), index([0]))

    log_p, target = values(3, 4).log_softmax(1), values(3, 4, seed="target").softmax(1)
    for reduction in ("mean", "sum", "none", "batchmean"):
        record("klDiv", log_p, target, {"reduction": reduction}, targets=True)
        record("klDiv", log_p, target.log(), {"reduction": reduction, "logTarget": True}, targets=True)
    sparse = torch.tensor([[0.0, 1, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25]])
    record("klDiv", log_p, sparse, {"reduction": "sum"}, note="with zeros")
    record("klDiv", log_p.double(), target.double(), {"reduction": "batchmean"})
    signs = torch.tensor([1.0, -1, 1, 1, -1, -1, 1, -1, 1, 1, -1, 1]).reshape(3, 4)
    a, b, c = values(3, 4), values(3, 4, seed="b"), values(3, 4, seed="c")
    for options in EVERY:
        record("smoothL1Loss", x, y, options, targets=True)
        record("smoothL1Loss", x, y, options | {"beta": 0.4})
        record("hingeEmbeddingLoss", x, signs, options)
        record("hingeEmbeddingLoss", x, signs, options | {"margin": 0.3})
        record("marginRankingLoss", a, b, signs, options, active=(0, 1))
        record("marginRankingLoss", a, b, signs, options | {"margin": 0.7}, active=(0, 1))
        record("cosineEmbeddingLoss", a, b, signs[0, :3], options, active=(0, 1))
        record("cosineEmbeddingLoss", a, b, signs[1, :3], options | {"margin": 0.2}, active=(0, 1))
        record("tripletMarginLoss", a, b, c, options, active=(0, 1, 2))
        record("tripletMarginLoss", a, b, c, options | {"margin": 2, "p": 3, "swap": True}, active=(0, 1, 2))
        spread = values(3, 4, low=0.2, high=3, seed="variance")
        record("gaussianNllLoss", x, y, spread, options, active=(0, 1, 2))
        record("gaussianNllLoss", x, y, spread[:, :1], options | {"full": True, "eps": 0.5}, active=(0, 1))
        counts = torch.tensor([0.0, 1, 2, 5, 3, 0, 1, 7, 4, 2, 1, 0]).reshape(3, 4)
        record("poissonNllLoss", x, counts, options)
        record("poissonNllLoss", x.abs() + 0.1, counts, options | {"logInput": False, "full": True})
    record("smoothL1Loss", x, y, {"beta": 0})
    refuse("smoothL1Loss", x, y, {"beta": -1})
    refuse("mseLoss", x, y, {"reduction": "average"})
    refuse("crossEntropy", logits, classes, {"reduction": "average"})
    return suite
