"""Gathers, scatters, one-hot codes, the largest and the sorted."""
import torch

from .case import core_suite
from .fixture import Input, distinct, values

NAN, INF = float("nan"), float("inf")


def index(*rows):
    return torch.tensor(rows[0] if len(rows) == 1 else rows, dtype=torch.int32)


def selecting(suite):
    for dim in (0, 1, -1):
        suite.record("indexSelect", values(3, 4, 2), dim, index([1, 0, 1, 1]))
    suite.record("indexSelect", values(3, 4), 0, index([]))
    suite.record("indexSelect", values(5), 0, index([4, 4, 0]))
    suite.record("indexSelect", Input(values(3, 4), [["t"]]), 1, index([2, 0]))
    suite.record("indexSelect", values(3, 4), 0, Input(index([0, 9, 2, 9, 1]), [["slice", 0, 0, None, 2]]))
    suite.record("indexSelect", torch.tensor([[1, 2], [3, 4]], dtype=torch.int32), 0, index([1, 1]))
    suite.refuse("indexSelect", values(3, 4), 0, index([3]))
    suite.refuse("indexSelect", values(3, 4), 0, index([-1]))
    suite.refuse("indexSelect", values(3, 4), 2, index([0]))
    suite.refuse("indexSelect", values(3, 4), 0, index([0, 1], [1, 0]))
    suite.record("gather", values(3, 4), 1, index([0, 1, 0], [3, 3, 3], [2, 1, 0]))
    suite.record("gather", values(3, 4), 0, index([0, 2, 1, 0], [2, 2, 2, 2]))
    suite.record("gather", values(3, 4), -1, index([1], [2]), note="of fewer rows")
    suite.record("gather", values(2, 3, 2), 1, index([[0, 2], [1, 1], [2, 0], [0, 0]], [[1, 1], [0, 2], [2, 2], [1, 0]]))
    suite.record("gather", values(4), 0, index([3, 3, 0]))
    suite.record("gather", Input(values(4, 3), [["t"]]), 1, index([0, 3], [1, 1], [2, 0]))
    suite.record("gather", torch.tensor([[1, 2], [3, 4]], dtype=torch.int32), 1, index([0, 0], [1, 0]))
    suite.refuse("gather", values(3, 4), 1, index([4], [0], [0]))
    suite.refuse("gather", values(3, 4), 1, index([-1], [0], [0]))
    suite.refuse("gather", values(3, 4), 1, index([0, 1]))
    suite.refuse("gather", values(3, 4), 1, index([0], [0], [0], [0]))


def scattering(suite):
    suite.record("scatterAdd", values(3, 4), 1, index([0, 0, 1], [3, 3, 3], [2, 1, 0]), values(3, 3, seed="source"))
    suite.record("scatterAdd", values(3, 4), 0, index([0, 2, 1, 0], [2, 2, 2, 2]), values(2, 4, seed="source"))
    suite.record("scatterAdd", values(3, 4), -1, index([1], [2]), Input(values(3, 4, seed="source"), grad=False),
                 note="of fewer rows")  # PyTorch's gradient for such a source fails
    suite.record("scatterAdd", values(5), 0, index([4, 4, 4, 0]), values(4, seed="source"))
    suite.record("scatterAdd", values(3, 4), 1, index([0, 3], [1, 1], [2, 0]), Input(values(2, 3, seed="source"), [["t"]]))
    suite.record("scatterAdd", torch.zeros(3, dtype=torch.int32), 0, index([1, 1, 2]), torch.tensor([5, 6, 7], dtype=torch.int32))
    suite.refuse("scatterAdd", values(3, 4), 1, index([4], [0], [0]), values(3, 1))
    suite.refuse("scatterAdd", values(3, 4), 1, index([0, 0], [0, 0], [0, 0]), values(3, 1))
    suite.refuse("scatterAdd", values(3), 0, index([0]), values(1, dtype=torch.float64))
    suite.record("embedding", values(5, 3), index([1, 0, 4, 1, 1]))
    suite.record("embedding", values(5, 3), index([1, 0], [4, 1]))
    suite.record("embedding", values(5, 3), torch.tensor(2, dtype=torch.int32))
    suite.record("embedding", values(5, 3), index([]))
    suite.record("embedding", Input(values(3, 5), [["t"]]), index([4, 0]))
    suite.record("embedding", values(4, 2, dtype=torch.float64), index([3, 3]))
    suite.refuse("embedding", values(5, 3), index([5]))
    suite.refuse("embedding", values(5, 3), index([-1]))
    suite.refuse("embedding", values(5), index([0]))
    suite.record("oneHot", index([0, 2, 1]), 3)
    suite.record("oneHot", index([0, 2], [1, 4]), 5)
    suite.record("oneHot", torch.tensor(1, dtype=torch.int32), 2)
    suite.record("oneHot", index([]), 3)
    suite.refuse("oneHot", index([3]), 3)
    suite.refuse("oneHot", index([-1]), 3)


def ordering(suite):
    for args in [(1,), (3,), (4,), (2, 0), (2, -1, {"largest": False}), (0,)]:
        suite.record("topk", distinct(3, 4), *args)
    suite.record("topk", torch.tensor([1.0, NAN, 3.0, INF]), 2)
    suite.record("topk", torch.tensor([1.0, NAN, 3.0, -INF]), 2, 0, {"largest": False})
    suite.record("topk", torch.tensor(2.0), 1)
    suite.record("topk", distinct(5, dtype=torch.int32), 2)
    suite.record("topk", Input(distinct(4, 3), [["t"]]), 2, 1)
    suite.record("topk", distinct(2, 3, 4), 2, 1)
    suite.refuse("topk", distinct(3, 4), 5)
    suite.refuse("topk", distinct(3, 4), 1, 2)
    for args in [(), (0,), (1, {"descending": True}), (0, {"descending": True})]:
        suite.record("sort", distinct(3, 4), *args)
        suite.record("sort", torch.tensor([[2.0, 1, 2, 1], [0, -0.0, 0, -1], [3, 3, 3, 3]]), *args, note="with ties")
    for descending in (False, True):
        suite.record("sort", torch.tensor([1.0, NAN, -INF, INF, NAN, 0.0]), 0, {"descending": descending}, note="with NaN")
        suite.record("sort", torch.tensor([3, 1, 2, 3, 1], dtype=torch.int32), 0, {"descending": descending})
        suite.record("sort", torch.tensor([True, False, True]), 0, {"descending": descending})
    suite.record("sort", torch.zeros(0))
    suite.record("sort", torch.tensor(1.0))
    suite.record("sort", distinct(2, 3, 4), 1)
    suite.record("sort", distinct(6, dtype=torch.float64))
    suite.record("sort", Input(distinct(4, 3), [["t"]]), 1, {"descending": True})
    suite.record("sort", distinct(40), note="of a long vector")
    suite.refuse("sort", distinct(3, 4), 2)


def generate():
    suite = core_suite("indexing")
    for fill in (selecting, scattering, ordering):
        fill(suite)
    return suite
