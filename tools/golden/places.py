"""What stands where: indexing as between brackets, assignment through it, scatters, and views and copies in another layout."""
import torch

from .case import core_suite
from .fixture import Input, distinct, values


def index(*rows):
    return torch.tensor(rows[0] if len(rows) == 1 else rows, dtype=torch.int32)


MASK = torch.tensor([[True, False, True, True], [False, False, True, False], [True, True, False, False]])
ROWS = torch.tensor([True, False, True])


def brackets(suite):
    x = values(3, 4)
    for items in ((0,), (-1,), (0, 2), (":", 1), ("1:",), (":", "1:3"), ("::2", "-2:"), ("...", 0), (0, "..."), ("...", "null"),
                  ("null",), (":", "null", ":"), ("null", 1, "null"), ("...",), ("2:1",)):
        suite.record("index", x, *items)
    cube = values(2, 3, 4)
    for items in ((index(1, 0, 1),), (":", index(2, 0)), (index(0, 1), index(2, 0)), (index([0], [1]), index(2, 0, 1)),
                  (index(0, 1), ":", index(3, 0)), (":", index(2, 0), index(3, 0)), (0, index(2, 0)), (0, ":", index(2, 0)),
                  ([0, 1, 1],), ("...", [0, 3]), (index(-1, 0), "null"), ("null", index(1, 0)), (index(1, 0), "1:", index(-1, -2)),
                  (torch.tensor(1, dtype=torch.int32),), (index([]),)):
        suite.record("index", cube, *items)
    for items in ((MASK,), (ROWS,), (ROWS, 0), (ROWS, "1:"), (":", torch.tensor([True, False, False, True])),
                  (ROWS, index(1, 3)), (torch.zeros(3, 4, dtype=torch.bool),)):
        suite.record("index", x, *items)
    suite.record("index", Input(values(4, 3), [["t"]]), index(2, 0), index(1, 3))
    suite.record("index", torch.tensor([[1, 2], [3, 4]], dtype=torch.int32), index(1, 1))
    suite.record("index", values(5, dtype=torch.float64), index(4, -5, 0))
    for items in ((3,), (-4,), (0, 0, 0), (index(3, 0),), (index(0, -4),), (torch.tensor([True, False]),)):
        suite.refuse("index", x, *items)
    suite.refuse("index", x, "...", 0, "...", accepted=True)


def assignment(suite):
    def put(x, items, value, *options, note=""):
        suite.record("indexPut_", x, list(items), value, *options, after=(0,), grad=False, note=note)

    x = values(3, 4)
    for items in ((0,), (":", 1), ("1:", "::2"), ("...", -1), (index(2, 0),), (index(2, 0), index(1, 3)), (":", index(2, 0)), (MASK,),
                  (ROWS,), (ROWS, "1:3"), (ROWS, index(0, 3)), ([0, 2],)):
        put(x, items, 7)
    put(x, (0,), values(4, seed=1))
    put(x, (":", "1:3"), values(3, 1, seed=1))
    put(x, (index(2, 0),), values(2, 4, seed=1))
    put(x, (index(2, 0), index(1, 3)), values(2, seed=1))
    put(x, (MASK,), values(6, seed=1))
    put(x, (":", index(2, 0)), values(2, seed=1))
    put(x, (index(1, 1, 2),), values(3, 4, seed=1), note="twice at one place")
    put(x, (index(1, 1, 2), index(0, 0, 3)), values(3, seed=1), {"accumulate": True})
    put(torch.tensor([[1, 2], [3, 4]], dtype=torch.int32), (index(1, 0), index(0, 1)), index(8, 9))
    put(torch.tensor([True, False, True]), (index(1, 0),), 0)
    suite.refuse("indexPut_", x, [index(3)], 1)
    suite.refuse("indexPut_", x, [0], values(3))
    for mask in (MASK, ROWS.unsqueeze(1), torch.zeros(3, 4, dtype=torch.bool)):
        suite.record("maskedSelect", x, mask)
    suite.record("maskedSelect", values(4), MASK)
    suite.refuse("maskedSelect", x, index(1, 0, 1, 0))


def scatters(suite):
    rows = index([0, 2, 1], [1, 0, 2])
    for dim in (0, 1, -1):
        suite.record("scatter", values(3, 3), dim, rows, values(2, 3, seed=1))
        suite.record("scatter", values(3, 3), dim, rows, 2.5)
    suite.record("scatter", values(5), 0, index(4, 1), Input(values(4, seed=1), grad=False), note="of part of the source")
    suite.record("scatter", torch.zeros(2, 3, 2), 1, index([[0, 2], [1, 1]], [[2, 0], [0, 2]]), values(2, 2, 2, seed=1))
    suite.record("scatter", torch.tensor([1, 2, 3], dtype=torch.int32), 0, index(2, 0), index(8, 9))
    suite.refuse("scatter", values(3, 3), 0, index([3, 0, 0]).reshape(1, 3), values(1, 3))
    suite.refuse("scatter", values(3, 3), 0, index(0, 1), values(2))
    suite.record("takeAlongDim", values(3, 4), index([0, 1], [3, 3], [2, 1]), 1)
    suite.record("takeAlongDim", values(3, 4), index([[0, 2]]).reshape(1, 2), 1)
    suite.record("takeAlongDim", values(3, 4), index(11, 0, 5))
    suite.record("takeAlongDim", values(1, 4), index([0], [3], [2]), 1)
    suite.record("take", values(3, 4), index([0, 11], [5, 5]))
    suite.record("take", values(3, 4), torch.tensor(3, dtype=torch.int32))


def layouts(suite):
    x = values(3, 4)
    for dim in (0, 1):
        suite.record("unbind", x, dim)
    suite.refuse("unbind", torch.tensor(1.0))
    for args in ((0, 2, 1), (1, 3, 1), (1, 2, 2), (-1, 4, 3), (0, 1, 2), (0, 0, 1)):
        suite.record("unfold", x, *args)
    suite.record("unfold", Input(values(4, 5), [["t"]]), 0, 3, 1)
    suite.refuse("unfold", x, 0, 4, 1)
    suite.refuse("unfold", x, 0, 2, 0)
    for args in ((), (1,), (-1,), (3,), (9,), (0, 1, 0), (-1, -1, -2)):
        suite.record("diagonal", x, *args)
    for args in ((), (1, 0, 2), (-1, 1, 2)):
        suite.record("diagonal", values(2, 3, 4), *args)
    suite.record("diagonal", Input(values(4, 3), [["t"]]), 1)
    suite.refuse("diagonal", values(3))
    suite.refuse("diagonal", x, 0, 1, 1)
    for diagonal in (0, 1, -2):
        suite.record("diag", values(3), diagonal)
        suite.record("diag", x, diagonal)
    suite.refuse("diag", values(2, 2, 2))
    for args in (([2, 2], [1, 2]), ([3, 2], [1, 1], 2), ([4], [0], 3), ([], [], 5), ([2, 2], [4, 1], 1)):
        suite.record("asStrided", x, *args)
    suite.refuse("asStrided", x, [5, 5], [4, 1])
    suite.refuse("asStrided", x, [2], [1, 1])
    for args in ((1,), (-2,), (1, 0), (-1, 1), ([1, 2], [0, 1]), (9, -1), (0, 0), ([1, 1], [1, 1])):
        suite.record("roll", x, *args)
    suite.record("roll", Input(values(4, 3), [["t"]]), 2, 1)
    suite.refuse("roll", x, [1, 2])
    for counts in ((2,), (2, 3), (2, 1, 2), ()):
        suite.record("tile", x, list(counts))
    for args in ((2,), (3, 0), (2, 1), (0, 1), (index(1, 0, 2), 0), (index(0, 2, 1, 1), 1)):
        suite.record("repeatInterleave", x, *args)
    suite.record("repeatInterleave", values(3), index(2, 0, 1))
    suite.refuse("repeatInterleave", x, index(1, 2), 0)
    suite.record("expandAs", values(1, 4), Input(values(3, 4), grad=False))
    suite.record("viewAs", x, Input(values(2, 6), grad=False))
    suite.record("reshapeAs", Input(x, [["t"]]), Input(values(2, 6), grad=False))
    suite.record("broadcastTo", values(4), [3, 4])
    suite.record("ravel", x)
    suite.record("unflatten", values(2, 6), 1, [2, -1])
    suite.record("unflatten", values(2, 6), -1, [3, 2])
    suite.refuse("unflatten", values(2, 6), 1, [4, 2])
    suite.record("swapaxes", x, 0, -1)
    for args in ((0, 1), (0, -1), ([0, 1], [1, 2]), ([2, 0], [0, 1])):
        suite.record("movedim", values(2, 3, 4), *args)
    suite.refuse("movedim", values(2, 3, 4), [0, 0], [1, 2])
    for options in ([], [{"indexing": "xy"}]):
        suite.record("meshgrid", [values(2), values(3, seed=1)], *options, function=True)
    suite.record("meshgrid", [values(2), torch.tensor(1.5), values(3, seed=1)], function=True)


def generate():
    suite = core_suite("places")
    brackets(suite)
    assignment(suite)
    scatters(suite)
    layouts(suite)
    return suite
