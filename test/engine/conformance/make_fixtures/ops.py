"""Makes fixtures/ops.json: every op of the graph and its gradients, by PyTorch in float64.

    python3 test/engine/conformance/make_fixtures/ops.py

A case is named for its op, with a variant after a colon.
"""

import os

import torch
import torch.nn.functional as F

from fixtures import Cases

cases = Cases("test/engine/conformance/make_fixtures/ops.py", seed=20260729)
draw, add = cases.draw, cases.add


def elementwise():
    some = draw.uniform(3, 4)
    positive = draw.uniform(3, 4, low=1 / 8, high=4)
    for name, function, x in [
        ("neg", torch.neg, some),
        ("exp", torch.exp, some),
        ("log", torch.log, positive),
        ("sqrt", torch.sqrt, positive),
        ("square", torch.square, some),
        ("abs", torch.abs, some),
        ("abs: of 0", torch.abs, torch.tensor([-1.0, 0.0, 1.0])),
        ("relu", torch.relu, some),
        ("relu: of 0", torch.relu, torch.tensor([-1.0, 0.0, 1.0])),
        ("sigmoid", torch.sigmoid, some),
        ("sigmoid: far out", torch.sigmoid, torch.tensor([-80.0, -12.0, 12.0, 80.0])),
        ("tanh", torch.tanh, some),
        ("tanh: far out", torch.tanh, torch.tensor([-80.0, -6.0, 6.0, 80.0])),
        ("softplus", F.softplus, some),
        ("softplus: far out", lambda x: torch.logaddexp(x, torch.zeros(())), torch.tensor([-80.0, -12.0, 12.0, 100.0])),
    ]:
        add(name, function, x=x)

    a, b = draw.uniform(3, 4), draw.uniform(3, 4, low=1 / 4, high=2)
    row, column = draw.uniform(4, low=1 / 4, high=2), draw.uniform(3, 1)
    for name, function in [("add", torch.add), ("sub", torch.sub), ("mul", torch.mul), ("div", torch.div)]:
        add(name, function_of_two(function), a=a, b=b)
        add(f"{name}: a row broadcast", function_of_two(function), a=a, b=row)
        add(f"{name}: a column and a row", function_of_two(function), a=column, b=row)
    ties_a, ties_b = draw.uniform(3, 4, step=1), draw.uniform(3, 4, step=1)
    for name, function in [("maximum", torch.maximum), ("minimum", torch.minimum)]:
        add(name, function_of_two(function), a=a, b=b)
        add(f"{name}: with ties and a broadcast row", function_of_two(function), a=ties_a, b=ties_b[0])
    masks = ("a", "b")
    add("greater", lambda a, b: (a > b).double(), fixed=masks, a=ties_a, b=ties_b)
    add("greater: a column broadcast", lambda a, b: (a > b).double(), fixed=masks, a=ties_a, b=ties_b[:, :1])
    add("equal", lambda a, b: (a == b).double(), fixed=masks, a=ties_a, b=ties_b)
    add("equal: a row broadcast", lambda a, b: (a == b).double(), fixed=masks, a=ties_a, b=ties_b[0])
    add("reluGrad", lambda a, b: torch.where(b > 0, a, 0), fixed=("b",), a=some, b=ties_a)
    targets = draw.uniform(3, 4, low=0, high=1)
    cross_entropy = lambda a, b: torch.logaddexp(a, torch.zeros(())) - a * b
    add("sigmoidCrossEntropy", cross_entropy, a=some, b=targets)
    far = torch.tensor([-100.0, -20.0, 20.0, 100.0])
    add("sigmoidCrossEntropy: far out", cross_entropy, a=far, b=torch.tensor([0.0, 0.5, 0.5, 1.0]))

    limits = {"min": -1, "max": 0.5}
    clip = lambda x: torch.clamp(x, -1, 0.5)
    add("clip", clip, limits, x=some)
    add("clip: on the borders", clip, limits, x=torch.tensor([-1.5, -1.0, 0.0, 0.5, 0.75]))
    mask = torch.tensor([[1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.5]])
    choose = lambda mask, a, b: torch.where(mask != 0, a, b)
    add("where", choose, fixed=("mask",), mask=mask, a=a, b=b)
    add("where: all three broadcast", choose, fixed=("mask",), mask=mask[0], a=column, b=draw.uniform())


def function_of_two(function):
    return lambda a, b: function(a, b)


def products_and_reductions():
    a, b = draw.uniform(3, 5), draw.uniform(5, 4)
    for transpose_a in (False, True):
        for transpose_b in (False, True):
            sides = [side for side, used in (("a", transpose_a), ("b", transpose_b)) if used]
            add(
                "matMul" + (f": {' and '.join(sides)} transposed" if sides else ""),
                lambda a, b: (a.T if transpose_a else a) @ (b.T if transpose_b else b),
                {"transposeA": transpose_a, "transposeB": transpose_b},
                a=(a.T if transpose_a else a).clone(),
                b=(b.T if transpose_b else b).clone(),
            )
    x = draw.uniform(2, 3, 4)
    distinct = draw.distinct(2, 3, 4)
    ties = draw.uniform(2, 3, 4, low=-1, high=1, step=1)
    for axes in ([0], [2], [0, 2], [0, 1, 2]):
        where = f"axes {', '.join(map(str, axes))}"
        add(f"sum: {where}", lambda x: x.sum(axes), {"axes": axes}, x=x)
        add(f"max: {where}", lambda x: x.amax(axes), {"axes": axes}, x=distinct)
        add(f"min: {where}", lambda x: x.amin(axes), {"axes": axes}, x=distinct)
        add(f"max: {where}, with ties", lambda x: x.amax(axes), {"axes": axes}, x=ties)
        add(f"min: {where}, with ties", lambda x: x.amin(axes), {"axes": axes}, x=ties)
    for name, function in [("softmax", torch.softmax), ("logSoftmax", torch.log_softmax)]:
        add(name, lambda x: function(x, -1), x=draw.uniform(3, 5, low=-4, high=4))
        add(f"{name}: of large logits", lambda x: function(x, -1), x=torch.tensor([[1000.0, 999.0, 998.5, 0.0]]))
        add(f"{name}: along the last of three axes", lambda x: function(x, -1), x=x)


def layout():
    x = draw.uniform(2, 3, 4)
    add("reshape", lambda x: x.reshape(4, 6), {"shape": [4, 6]}, x=x)
    add("reshape: to a vector", lambda x: x.reshape(24), {"shape": [24]}, x=x)
    add("broadcastTo", lambda x: x.expand(2, 3, 4), {"shape": [2, 3, 4]}, x=draw.uniform(3, 1))
    add("broadcastTo: a scalar", lambda x: x.expand(2, 3), {"shape": [2, 3]}, x=draw.uniform())
    add("transpose", lambda x: x.permute(1, 0), {"permutation": [1, 0]}, x=x[0])
    add("transpose: three axes turned", lambda x: x.permute(2, 0, 1), {"permutation": [2, 0, 1]}, x=x)
    six = draw.uniform(2, 2, 3, 2, 1, 2)
    order = [3, 5, 0, 1, 2, 4]
    add("transpose: six axes", lambda x: x.permute(order), {"permutation": order}, x=six)
    for axis in range(3):
        parts = {f"x{i}": draw.uniform(*[extent if j == axis else 2 for j in range(3)]) for i, extent in enumerate((1, 3, 2))}
        add(f"concat: along axis {axis}", lambda x0, x1, x2: torch.cat([x0, x1, x2], axis), {"axis": axis}, **parts)
    block = {"begin": [1, 0, 2], "shape": [1, 2, 2]}
    add("slice", lambda x: x[1:2, 0:2, 2:4], block, x=x)
    widths = {"before": [1, 0, 2], "after": [0, 2, 1]}
    add("pad", lambda x: F.pad(x, (2, 1, 0, 2, 1, 0)), {**widths, "value": 0}, x=x)
    add("pad: with another value", lambda x: F.pad(x, (2, 1, 0, 2, 1, 0), value=-3.5), {**widths, "value": -3.5}, x=x)


def geometry(strides=(1, 1), padding=(0, 0, 0, 0), dilations=(1, 1)):
    top, bottom, left, right = padding
    sides = {"top": top, "bottom": bottom, "left": left, "right": right}
    return {"strides": list(strides), "padding": sides, "dilations": list(dilations)}


def convolutions():
    coarse = lambda *shape: draw.uniform(*shape, step=1 / 8)
    # name, image, kernel, strides, padding (top, bottom, left, right), dilations
    for name, image, kernel, *rest in [
        ("plain", (2, 3, 5, 6), (4, 3, 3, 2)),
        ("one pixel", (2, 3, 4, 4), (2, 3, 1, 1), (2, 2)),
        ("padded", (1, 2, 4, 4), (3, 2, 3, 3), (1, 1), (1, 1, 1, 1)),
        ("strided and padded, borders left over", (2, 2, 6, 6), (3, 2, 3, 3), (2, 2), (1, 1, 1, 1)),
        ("strided, rows left over without padding", (2, 1, 8, 7), (2, 1, 3, 3), (3, 2)),
        ("one side padded", (1, 2, 5, 5), (2, 2, 3, 4), (1, 2), (0, 2, 3, 0)),
        ("dilated", (1, 2, 7, 6), (2, 2, 3, 2), (1, 1), (1, 1, 0, 0), (2, 3)),
        ("strided and dilated", (2, 2, 10, 9), (2, 2, 3, 3), (3, 2), (1, 2, 2, 1), (2, 2)),
        ("kernel as large as the image", (3, 2, 4, 3), (5, 2, 4, 3)),
        ("padded wider than the kernel", (1, 1, 2, 2), (1, 1, 2, 2), (2, 2), (3, 3, 2, 2)),
    ]:
        attributes = geometry(*rest)
        add(f"conv2d: {name}", lambda x, kernel: conv(x, kernel, attributes), attributes, x=coarse(*image), kernel=coarse(*kernel))
    # name, image, kernel, output padding, strides, padding, dilations
    for name, image, kernel, output_padding, *rest in [
        ("plain", (2, 3, 3, 4), (3, 4, 3, 2), (0, 0)),
        ("strided", (2, 2, 3, 3), (2, 3, 2, 2), (0, 0), (2, 2)),
        ("strided and padded, with rows added", (1, 2, 3, 3), (2, 3, 3, 3), (1, 1), (2, 2), (1, 1, 1, 1)),
        ("rows added without padding", (2, 2, 3, 2), (2, 1, 2, 3), (1, 2), (2, 3)),
        ("one side padded", (1, 2, 4, 3), (2, 2, 3, 3), (0, 1), (1, 2), (2, 0, 0, 1)),
        ("dilated", (1, 2, 3, 3), (2, 2, 2, 3), (0, 0), (1, 1), (1, 1, 1, 1), (3, 2)),
        ("strided and dilated", (2, 2, 3, 3), (2, 2, 3, 2), (1, 0), (2, 3), (1, 2, 2, 1), (2, 2)),
    ]:
        attributes = {**geometry(*rest), "outputPadding": list(output_padding)}
        add(f"convTranspose2d: {name}", lambda x, kernel: conv_transpose(x, kernel, attributes), attributes, x=coarse(*image), kernel=coarse(*kernel))


    # name, image, kernel, strides, padding, dilations
    for name, image, kernel, *rest in [
        ("plain", (3, 2, 5, 4), (4, 2, 3, 2)),
        ("one tap", (2, 2, 3, 3), (3, 2, 1, 1)),
        ("strided and dilated, one side padded", (2, 2, 8, 7), (2, 2, 2, 3), (3, 2), (0, 2, 1, 0), (2, 1)),
        ("more than 64 taps", (2, 1, 9, 8), (2, 1, 9, 8), (1, 1), (1, 0, 0, 1)),
        ("more than 64 taps, rows left over", (1, 1, 11, 10), (1, 1, 9, 8), (3, 2), (0, 0, 1, 0)),
    ]:
        attributes = {**geometry(*rest), "size": list(kernel[2:])}
        zeros = torch.zeros(kernel, requires_grad=True)
        upstream = coarse(*conv(torch.zeros(image), zeros, attributes).shape)
        add(
            f"conv2dKernelGrad: {name}",
            lambda x, dy: torch.autograd.grad((conv(x, zeros, attributes) * dy).sum(), zeros, create_graph=True)[0],
            attributes,
            x=coarse(*image),
            dy=upstream,
        )


def conv(x, kernel, attributes):
    sides = attributes["padding"]
    padded = F.pad(x, (sides["left"], sides["right"], sides["top"], sides["bottom"]))
    return F.conv2d(padded, kernel, stride=attributes["strides"], dilation=attributes["dilations"])


def conv_transpose(x, kernel, attributes):
    sides, (rows, columns) = attributes["padding"], attributes["outputPadding"]
    whole = F.conv_transpose2d(x, kernel, stride=attributes["strides"], dilation=attributes["dilations"])
    # Cut at the borders; where more is added than cut, zeros follow. F.pad takes negative widths for cuts.
    return F.pad(whole, (-sides["left"], columns - sides["right"], -sides["top"], rows - sides["bottom"]))


def pooling():
    # name, image, size, strides, padding, ties
    for name, image, size, strides, padding, ties in [
        ("tiles", (2, 3, 4, 6), (2, 2), (2, 2), (0, 0, 0, 0), False),
        ("tiles, borders left over", (1, 2, 5, 5), (2, 2), (2, 2), (0, 0, 0, 0), False),
        ("windows that overlap, padded", (2, 2, 6, 5), (3, 3), (2, 2), (1, 1, 1, 1), False),
        ("with ties", (2, 2, 6, 6), (2, 2), (2, 2), (0, 0, 0, 0), True),
        ("with ties in windows that overlap, padded", (1, 2, 7, 6), (3, 3), (2, 2), (1, 1, 1, 1), True),
        ("windows with gaps between them", (1, 2, 7, 8), (2, 1), (3, 2), (0, 0, 0, 0), False),
        ("oblong windows, one side padded", (1, 1, 5, 6), (2, 4), (1, 3), (1, 0, 0, 3), False),
        ("stride 1, with ties", (1, 2, 4, 4), (2, 2), (1, 1), (0, 0, 0, 0), True),
    ]:
        x = draw.uniform(*image, low=-1, high=1, step=1) if ties else draw.distinct(*image, step=1 / 8)
        top, bottom, left, right = padding
        attributes = geometry(strides, padding)
        attributes = {"size": list(size), "strides": attributes["strides"], "padding": attributes["padding"]}
        sides = (left, right, top, bottom)
        add(f"maxPool2d: {name}", lambda x: F.max_pool2d(F.pad(x, sides, value=-torch.inf), size, strides), attributes, x=x)
        add(f"averagePool2d: {name}", lambda x: F.avg_pool2d(F.pad(x, sides), size, strides), attributes, x=x)


elementwise()
products_and_reductions()
layout()
cases.upstream_step = 1 / 8
convolutions()
pooling()
cases.write(os.path.join(os.path.dirname(__file__), "..", "fixtures", "ops.json"))
