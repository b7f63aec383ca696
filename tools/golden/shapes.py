"""Operations that move elements and leave their values alone, joins, and writes in place."""
import torch

from .case import core_suite
from .fixture import NAMED, Input, values


def reshaping(suite):
    for args in [(6, 4), ([6, 4],), (-1,), (2, -1, 2), (4, 3, 2), (24, 1), (1, 24)]:
        suite.record("reshape", values(2, 3, 4), *args)
        suite.record("view", values(2, 3, 4), *args)
    suite.record("reshape", Input(values(3, 4), [["t"]]), 2, 6)
    suite.record("reshape", Input(values(4, 3), [["slice", 0, 0, None, 2]]), -1)
    suite.record("reshape", Input(values(3, 1), [["expand", 3, 2]]), 6)
    suite.record("view", Input(values(4, 6), [["slice", 0, 1, 3]]), 3, 4)
    suite.record("view", Input(values(4, 2, 3), [["slice", 0, 0, None, 2]]), 2, 6)
    suite.record("reshape", values(1).reshape(()), 1, 1)
    suite.record("reshape", values(1), [])
    suite.record("reshape", torch.zeros(2, 0), 0, 5)
    suite.refuse("view", Input(values(3, 4), [["t"]]), 12)
    for name in ("reshape", "view"):
        suite.refuse(name, values(2, 3), 4)
        suite.refuse(name, values(2, 3), -1, -1)
        suite.refuse(name, values(2, 3), 4, -1)
        suite.refuse(name, torch.zeros(2, 0), -1, 0)
    for args in [(), (1,), (0, 1), (-2, -1), (1, 1)]:
        suite.record("flatten", values(2, 3, 4), *args)
    suite.record("flatten", values(1)[0])
    suite.record("flatten", Input(values(3, 4), [["t"]]))
    suite.refuse("flatten", values(2, 3), 1, 0)
    suite.refuse("flatten", values(2, 3), 0, 2)
    for args in [(), (0,), (-2,), (1,), (-1,)]:
        suite.record("squeeze", values(1, 3, 1, 2), *args)
    suite.record("squeeze", values(1)[0], 0)
    suite.refuse("squeeze", values(1, 3), 2)
    for dim in (0, 1, 2, -1, -3):
        suite.record("unsqueeze", values(2, 3), dim)
    suite.record("unsqueeze", values(1)[0], -1)
    suite.refuse("unsqueeze", values(2, 3), 3)
    suite.refuse("unsqueeze", values(2, 3), -4)


def reordering(suite):
    for args in [(0, 1), (0, -1), (-1, -2), (1, 1)]:
        suite.record("transpose", values(2, 3, 4), *args)
    suite.record("transpose", values(1)[0], 0, -1)
    suite.refuse("transpose", values(2, 3), 0, 2)
    for args in [(2, 0, 1), (0, 1, 2), ([1, 0, -1],), (-1, -2, -3)]:
        suite.record("permute", values(2, 3, 4), *args)
    suite.refuse("permute", values(2, 3), 0)
    suite.refuse("permute", values(2, 3), 0, 0)
    suite.refuse("permute", values(2, 3), 0, 2)
    for shape, args in [((3, 1), (3, 4)), ((3, 1), (2, 3, 4)), ((3, 1), (-1, 4)), ((1,), ([3],)), ((), (2, 2)),
                        ((2, 3), (2, 3)), ((1, 3), (0, 3)), ((1, 1), (2, -1, 3))]:
        suite.record("expand", values(*shape), *args)
    suite.refuse("expand", values(2, 3), 4, 3)
    suite.refuse("expand", values(2, 3), 3)
    suite.refuse("expand", values(3), -1, 3)
    for args in [(0,), (-1,), ([0, 2],), (0, 1, 2)]:
        suite.record("flip", values(2, 3, 4), *args)
    suite.record("flip", Input(values(3, 4), [["t"]]), 0)
    suite.record("flip", torch.tensor([[1, 2], [3, 4]], dtype=torch.int32), 1)
    suite.refuse("flip", values(2, 3), 2)
    suite.refuse("flip", values(2, 3), [0, 0])


def cutting(suite):
    for args in [(0, 1), (0, None, 2), (1, 1, 3), (1, -2), (1, None, -1), (1, 0, None, 2), (-1, 1, 5, 3), (1, 2, 2),
                 (1, 3, 1), (1, -9, 9), (1, 7, 9)]:
        suite.record("slice", values(3, 4, 5), *args)
    suite.record("slice", Input(values(4, 6), [["t"], ["slice", 0, 1, None, 2]]), 1, 1, None, 2)
    suite.refuse("slice", values(3, 4), 2, 0, 1)
    suite.refuse("slice", values(3, 4), 0, 0, 2, 0)
    suite.refuse("slice", values(3, 4), 0, 2, 0, -1)
    for args in [(0, 1), (1, -1), (-1, 0), (2, 4)]:
        suite.record("select", values(3, 4, 5), *args)
    suite.record("select", Input(values(3, 4), [["t"]]), 1, 2)
    suite.refuse("select", values(3, 4), 0, 3)
    suite.refuse("select", values(3, 4), 0, -4)
    suite.refuse("select", values(1)[0], 0, 0)
    for args in [(0, 1, 2), (1, 0, 4), (-1, 2, 3), (1, -2, 2), (0, 3, 0)]:
        suite.record("narrow", values(3, 4, 5), *args)
    suite.refuse("narrow", values(3, 4), 0, 2, 2)
    suite.refuse("narrow", values(3, 4), 0, 0, -1)
    for args in [(2,), (3, 1), ([1, 3],), ([2, 0, 3], -1), (9,)]:
        suite.record("split", values(4, 5), *args)
    suite.refuse("split", values(4, 5), [1, 2])
    suite.refuse("split", values(4, 5), -1)
    for args in [(2,), (3,), (3, 1), (4, 1), (9,), (1,)]:
        suite.record("chunk", values(4, 5), *args)
    suite.refuse("chunk", values(4, 5), 0)


def padding(suite):
    for args in [([1, 2],), ([1, 0, 0, 2],), ([0, 1], 1.5), ([-1, 0],), ([-1, 2, 1, -1], -3), ([0, 0, 0, 0, 1, 1],),
                 ([0, 0],)]:
        suite.record("pad", values(2, 3, 4), *args)
    suite.record("pad", values(3), [2, 1])
    suite.record("pad", torch.tensor([1, 2], dtype=torch.int32), [1, 1], 7)
    suite.record("pad", Input(values(3, 4), [["t"]]), [1, 1])
    suite.record("pad", torch.zeros(0), [1, 1])
    suite.refuse("pad", values(3), [1])
    suite.refuse("pad", values(3), [1, 1, 1, 1])
    suite.refuse("pad", values(3), [-2, -2])
    for shape, args in [((3,), (2,)), ((3,), (2, 2)), ((2, 3), (1, 2)), ((2, 3), ([2, 1, 2],)), ((2,), (0,)), ((), (3,))]:
        suite.record("repeat", values(*shape), *args)
    suite.record("repeat", Input(values(2, 3), [["t"]]), 2, 1)
    suite.refuse("repeat", values(2, 3), 2)
    for name in ("tril", "triu"):
        for shape, args in [((3, 3), ()), ((3, 4), (1,)), ((4, 3), (-1,)), ((2, 3, 3), (0,)), ((3, 3), (5,)),
                            ((3, 3), (-5,))]:
            suite.record(name, values(*shape), *args)
        suite.record(name, torch.ones(3, 3, dtype=torch.bool))
        suite.record(name, Input(values(3, 4), [["t"]]), -1)
        suite.refuse(name, values(3))


def joining(suite):
    for shapes, *args in [([(2, 3), (1, 3)],), ([(2, 3), (2, 1), (2, 2)], 1), ([(2, 3), (2, 3)], -1), ([(2, 3)], 0),
                          ([(0, 3), (2, 3)], 0), ([(2,), (3,), (1,)],)]:
        suite.record("cat", [values(*s, seed=i) for i, s in enumerate(shapes)], *args)
    suite.record("cat", [values(0), values(2, 3)], 0, note="past an empty vector")
    suite.record("cat", [Input(values(3, 2), [["t"]]), Input(values(2, 6), [["slice", 1, 0, None, 2]])], 0)
    suite.record("cat", [values(2), values(2, dtype=torch.float64)], note="with promotion")
    suite.record("cat", [torch.tensor([1, 2], dtype=torch.int32), values(1)], note="with promotion")
    suite.record("cat", [torch.tensor([True]), torch.tensor([3], dtype=torch.uint8)], note="with promotion")
    shared = values(2, 2)
    suite.record("cat", [Input(shared), Input(shared, grad=False)], 1, note="with one constant")
    suite.refuse("cat", [values(2, 3), values(2, 4)], 0)
    suite.refuse("cat", [values(2, 3), values(3)], 0)
    suite.refuse("cat", [values(2, 3), values(2, 3)], 2)
    suite.refuse("cat", [values(1)[0], values(1)[0]], 0)
    suite.refuse("cat", [], 0)
    for args in [(), (0,), (1,), (2,), (-1,)]:
        suite.record("stack", [values(2, 3), values(2, 3, seed=1)], *args)
    suite.record("stack", [values(1)[0], values(1, seed=1)[0]])
    suite.record("stack", [Input(values(3, 2), [["t"]]), values(2, 3)], 1)
    suite.refuse("stack", [values(2, 3), values(3, 2)])
    suite.refuse("stack", [values(2), values(2)], 2)
    suite.refuse("stack", [])


def broadcasting_errors(suite):
    for name in ("add", "mul", "div", "maximum", "lt", "logicalAnd"):
        suite.refuse(name, values(2, 3), values(2))
        suite.refuse(name, values(0), values(2))
    suite.refuse("where", torch.ones(2, dtype=torch.bool), values(3), values(3), function=True, expected="where: ")


def conversion(suite):
    number = torch.tensor([0.0, -0.0, 1.9, -1.9, 200.0])
    for name in NAMED:
        if name != "uint8":
            suite.record("to", number, name)
        suite.record("to", torch.tensor([0, 1, -3, 300], dtype=torch.int32), name)
        suite.record("to", torch.tensor([True, False]), {"dtype": name})
    suite.record("to", torch.tensor([0.1, 1 / 3, 1e300], dtype=torch.float64), "float32")
    suite.record("to", Input(values(3, 4), [["t"]]), "float64")
    suite.record("to", torch.tensor([0.9, 1.0, 255.0]), "uint8")
    for name in ("float", "double", "int", "bool"):
        suite.record(name, torch.tensor([1.5, -2.5, 0]))
        suite.record(name, torch.tensor([True, False]))


def writing(suite):
    def write(op, x, *args, note=""):
        suite.record(op, x, *args, note=note, grad=False, after=(0,), truth=False)

    for op in ("add_", "sub_", "mul_"):
        write(op, values(2, 3), values(2, 3, seed=1))
        write(op, values(2, 3), values(3, seed=1))
        write(op, values(2, 3), 2.5)
        write(op, values(2, 3), torch.tensor([1, 2, 3], dtype=torch.int32))
        write(op, torch.tensor([1, 2], dtype=torch.int32), 3)
        write(op, Input(values(4, 3), [["select", 1, 1]]), 10, note="into a column")
        write(op, Input(values(4, 6), [["t"], ["slice", 0, 1, None, 2]]), values(4, seed=1), note="into a strided view")
        suite.refuse(op, torch.tensor([1, 2], dtype=torch.int32), 0.5)
        suite.refuse(op, torch.tensor([1, 2], dtype=torch.int32), values(2))
        suite.refuse(op, values(3), values(2, 3))
    write("div_", values(2, 3), values(3, low=0.5, seed=1))
    write("div_", values(2, 3), 4)
    suite.refuse("div_", torch.tensor([4, 2], dtype=torch.int32), 2)
    for x in (values(2, 3), torch.tensor([1, 2], dtype=torch.int32), Input(values(4, 3), [["slice", 1, 0, None, 2]])):
        write("zero_", x)
        write("fill_", x, 7)
    write("fill_", values(2), -1.25)
    write("copy_", values(2, 3), values(2, 3, seed=1))
    write("copy_", values(2, 3), values(3, seed=1))
    write("copy_", values(3), torch.tensor([1, 2, 3], dtype=torch.int32))
    write("copy_", torch.tensor([0, 0], dtype=torch.int32), torch.tensor([1.9, -1.9]))
    write("copy_", Input(values(3, 4), [["t"]]), Input(values(3, 4, seed=1), [["t"]]))
    suite.refuse("copy_", values(2, 3), values(2))


def creation(suite):
    for name in ("zeros", "ones"):
        for shape in ([2, 3], [], [0, 2]):
            suite.record(name, shape)
        for dtype in NAMED:
            suite.record(name, [2], {"dtype": dtype})
    suite.record("full", [2, 2], 1.5)
    suite.record("full", [2], 3, {"dtype": "float64"})
    suite.record("full", [2], 3, {"dtype": "int32"})
    suite.record("full", [2], True)
    for args in [(5,), (2, 5), (1, 10, 3), (0.5, 3), (0, 1, 0.25), (5, 0, -2), (3, 3), (0, 1, 0.1)]:
        suite.record("arange", *args)
    suite.record("arange", 3, {"dtype": "float32"})
    suite.record("arange", 0, 2, 0.5, {"dtype": "float64"})
    for args in [(0, 1, 5), (-1, 1, 4), (3, -3, 7), (2, 5, 1), (0, 1, 0), (0, 10, 11), (0, 1, 100)]:
        suite.record("linspace", *args)
    suite.record("linspace", 0, 1, 7, {"dtype": "float64"})
    for args in [(3,), (2, 3), (3, 2), (0,)]:
        suite.record("eye", *args)
    suite.record("eye", 2, {"dtype": "int32"})
    for name in ("zerosLike", "onesLike"):
        suite.record(name, values(2, 3))
        suite.record(name, torch.tensor([1, 2], dtype=torch.int32))
        suite.record(name, values(2), {"dtype": "float64"})
    suite.record("fullLike", values(2, 2), 3)
    suite.refuse("arange", 0, 5, -1)
    suite.refuse("arange", 0, 5, 0)
    suite.refuse("linspace", 0, 1, -1)
    suite.refuse("zeros", [-1])


def generate():
    suite = core_suite("shapes")
    for fill in (reshaping, reordering, cutting, padding, joining, broadcasting_errors):
        fill(suite)
    storage = core_suite("storage")
    for fill in (conversion, writing, creation):
        fill(storage)
    return [suite, storage]
