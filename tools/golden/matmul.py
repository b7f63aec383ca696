"""torch.matmul over every combination of ranks, with broadcast batches, empty axes and strided operands."""
import torch

from .case import core_suite
from .fixture import Input, values

SHAPES = [
    ((3,), (3,)), ((1,), (1,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((1, 3), (3, 1)), ((3, 1), (1, 4)),
    ((1, 1), (1, 1)), ((2, 2, 3), (3,)), ((2, 2, 3), (3, 4)), ((3,), (2, 3, 4)), ((2, 3), (4, 3, 2)),
    ((4, 2, 3), (4, 3, 2)), ((1, 2, 3), (4, 3, 2)), ((4, 2, 3), (1, 3, 2)), ((2, 1, 2, 3), (3, 3, 2)),
    ((2, 1, 2, 3), (1, 3, 3, 2)), ((3, 2), (2, 2, 2, 1)), ((2, 2, 2, 3), (3,)), ((3,), (2, 1, 3, 2)),
    ((0,), (0,)), ((2, 0), (0, 3)), ((0, 3), (3, 2)), ((2, 3), (3, 0)), ((2, 0), (0,)), ((0, 2, 3), (3, 2)),
    ((2, 2, 0), (2, 0, 3)), ((0, 2, 3), (0, 3, 2)),
]
TALL = [((17, 33), (33, 9)), ((1, 65), (65, 34)), ((9, 64), (64, 1)), ((2, 19, 8), (2, 8, 18))]
WRONG = [((2, 3), (2, 3)), ((3,), (4,)), ((2, 3), (2,)), ((2,), (3, 4)), ((2, 2, 3), (3, 3, 2)), ((), (3,)), ((3,), ())]


def generate():
    suite = core_suite("matmul")
    for a, b in SHAPES:
        suite.record("matmul", values(*a, seed="left"), values(*b, seed="right"))
    for a, b in TALL:
        suite.record("matmul", values(*a, seed="left"), values(*b, seed="right"), tolerance={"atol": 2e-6},
                     gradient_tolerance={"atol": 2e-6})
    a, b = values(3, 2, seed="left"), values(4, 3, seed="right")
    suite.record("matmul", Input(a, [["t"]]), Input(b, [["t"]]))
    suite.record("matmul", Input(a, [["t"]]), b.t().contiguous())
    suite.record("matmul", a.t().contiguous(), Input(b, [["t"]]))
    suite.record("matmul", Input(values(4, 6), [["slice", 1, 0, None, 2]]),
                 Input(values(6, 2, seed=1), [["slice", 0, 1, None, 2]]))
    suite.record("matmul", Input(values(2, 3, 4), [["permute", 2, 0, 1]]), Input(values(3, 1), [["expand", 3, 5]]))
    suite.record("matmul", Input(values(3), [["expand", 2, 3]]), Input(values(3, 2, seed=1), [["flip", 0]]))
    suite.record("matmul", Input(values(3, 4), [["select", 1, 2]]), Input(values(3, 4, seed=1), [["select", 1, 0]]))
    suite.record("matmul", Input(a, [["t"]], grad=False), Input(b, [["t"]]), note="with one constant")
    suite.record("matmul", Input(a, [["t"]]), Input(b, [["t"]], grad=False), note="with one constant")
    wide = torch.float64
    suite.record("matmul", values(5, 7, dtype=wide), values(7, 4, dtype=wide))
    suite.record("matmul", values(2, 3, 4, dtype=wide), values(4, dtype=wide))
    suite.record("matmul", values(2, 3, low=-9, high=9, dtype=torch.int32), values(3, 2, low=-9, high=9, dtype=torch.int32))
    inf = float("inf")
    suite.record("matmul", torch.tensor([[inf, 0.0]]), torch.tensor([[1.0], [inf]]), note="with infinities", grad=False)
    for a, b in WRONG:
        suite.refuse("matmul", values(*a), values(*b))
    suite.refuse("matmul", values(2, 3), values(3, 2, dtype=wide))
    for x in (values(2, 3), values(3), values(1)[0]):
        suite.record("t", x)
    suite.refuse("t", values(2, 2, 2))
    return suite
