"""Makes fixtures/layers.json: every layer and its gradients, by PyTorch in float64.

    python3 test/engine/conformance/make_fixtures/layers.py

A case is named for the kind of its layer, with a variant after a colon. Its inputs are x, the layer's variables by their
roles (those of a block's layers as `number/role`), and a dropout layer's mask.
"""

import os

import torch
import torch.nn.functional as F

from fixtures import Cases, plain

cases = Cases("test/engine/conformance/make_fixtures/layers.py", seed=20261122)
draw = cases.draw


def add(name, function, options=None, mode="training", fixed=(), **inputs):
    layer = {"kind": name.split(":")[0], **(options or {})}
    cases.add(name, function, {"layer": layer, "mode": mode}, fixed, **inputs)


def dense():
    add("dense", lambda x, kernel, bias: x @ kernel + bias, {"units": 3},
        x=draw.uniform(4, 5), kernel=draw.uniform(5, 3), bias=draw.uniform(3))


def convolutions():
    for name, stride, padding in (("plain", 1, 0), ("stride 2", 2, 0), ("stride 2, padding 1", 2, 1), ("padding 2", 1, 2)):
        add(f"conv2d: {name}", lambda x, kernel, bias: F.conv2d(x, kernel, bias, stride, padding),
            {"channels": 3, "size": 3, **given(stride=stride, padding=padding)},
            x=draw.uniform(2, 2, 6, 5), kernel=draw.uniform(3, 2, 3, 3), bias=draw.uniform(3))
    for name, stride, padding, more in (("plain", 1, 0, 0), ("stride 2", 2, 0, 0), ("stride 2, all paddings", 2, 1, 1)):
        add(f"convTranspose2d: {name}",
            lambda x, kernel, bias: F.conv_transpose2d(x, kernel, bias, stride, padding, more),
            {"channels": 3, "size": 3, **given(stride=stride, padding=padding, outputPadding=more)},
            x=draw.uniform(2, 2, 4, 3), kernel=draw.uniform(2, 3, 3, 3), bias=draw.uniform(3))


def given(**options):
    """Without what a layer does by default, so that the defaults are compared as well."""
    defaults = {"stride": 1, "padding": 0, "outputPadding": 0}
    return {key: value for key, value in options.items() if value != defaults[key]}


def pooling():
    for kind, pool in (("maxPool2d", F.max_pool2d), ("averagePool2d", F.avg_pool2d)):
        add(f"{kind}: tiles", lambda x: pool(x, 2), {"size": 2}, x=draw.distinct(2, 2, 6, 5))
        add(f"{kind}: windows that overlap", lambda x: pool(x, 3, 2), {"size": 3, "stride": 2}, x=draw.distinct(2, 2, 6, 5))


def batch_norm():
    for what, shape, epsilon in (("rows", (5, 3), 1e-5), ("rows, large epsilon", (5, 3), 0.125), ("images", (3, 2, 4, 3), 1e-5)):
        channels = shape[1]
        for mode in ("training", "inference"):
            add(f"batchNorm: {what}, {mode}",
                # A copy of the running statistics: PyTorch writes into what it is given.
                lambda x, scale, shift, runningMean, runningVariance: F.batch_norm(
                    x, runningMean.clone(), runningVariance.clone(), scale, shift, mode == "training", 0.1, epsilon),
                {} if epsilon == 1e-5 else {"epsilon": epsilon}, mode, ("runningMean", "runningVariance"),
                x=draw.uniform(*shape) + 1, scale=draw.uniform(channels, low=0.5, high=2), shift=draw.uniform(channels),
                runningMean=draw.uniform(channels), runningVariance=draw.uniform(channels, low=0.5, high=3))


def batch_norm_over_steps():
    """Four training steps from new statistics, and inference from what they come to."""
    for what, shape, momentum in (("images", (3, 2, 2, 3), 0.1), ("rows", (4, 3), 0.25)):
        norm = (torch.nn.BatchNorm2d if len(shape) == 4 else torch.nn.BatchNorm1d)(shape[1], momentum=momentum)
        steps = [draw.uniform(*shape) + step for step in range(4)]
        for x in steps:
            norm(x)
        norm.eval()
        cases.add(f"steps of batchNorm: {what}", lambda x: norm(x).detach(),
                  {"layer": {"kind": "batchNorm", **({} if momentum == 0.1 else {"momentum": momentum})},
                   "steps": [plain(x) for x in steps],
                   "runningMean": plain(norm.running_mean), "runningVariance": plain(norm.running_var)},
                  fixed=("x",), x=draw.uniform(*shape))


def dropout():
    mask = torch.where(draw.uniform(3, 4, low=0, high=1) < 0.5, 0.0, 2.0)
    add("dropout: training", lambda x, mask: x * mask, {"rate": 0.5}, fixed=("mask",), x=draw.uniform(3, 4), mask=mask)
    add("dropout: inference", lambda x: x.clone(), {"rate": 0.5}, "inference", x=draw.uniform(3, 4))


def embedding():
    add("embedding", lambda x, table: F.embedding(x.long(), table), {"count": 4, "width": 3}, fixed=("x",),
        x=torch.tensor([2.0, 0.0, 3.0, 2.0, 2.0]), table=draw.uniform(4, 3))


def activations():
    for name, function in (
        ("linear", torch.clone),
        ("relu", F.relu),
        ("leakyRelu", F.leaky_relu),
        ("elu", F.elu),
        ("gelu", lambda x: F.gelu(x, approximate="tanh")),
        ("silu", F.silu),
        # PyTorch's own softplus takes log(1 + e^x) for x where x > 20.
        ("softplus", lambda x: torch.logaddexp(x, torch.zeros(()))),
        ("sigmoid", torch.sigmoid),
        ("tanh", torch.tanh),
    ):
        far = torch.tensor([[-90.0, -12.0, 12.0, 90.0]])
        add(f"activation: {name}", lambda x: function(x), {"activation": name}, x=draw.uniform(2, 4, low=-3, high=3))
        add(f"activation: {name}, far out", lambda x: function(x), {"activation": name}, x=far)
    add("activation: elu at 0", lambda x: F.elu(x), {"activation": "elu"}, x=torch.tensor([[-1.0, 0.0, 1.0]]))


def shaping():
    add("flatten", lambda x: x.flatten(1), x=draw.uniform(2, 3, 2, 2))
    add("reshape", lambda x: x.reshape(2, 2, 3, 2), {"shape": [2, 3, 2]}, x=draw.uniform(2, 12))
    add("transpose", lambda x: x.permute(0, 3, 1, 2), {"permutation": [2, 0, 1]}, x=draw.uniform(2, 3, 4, 2))


def group_norm():
    for what, shape, groups, epsilon in (("rows", (4, 6), 2, 1e-5), ("rows, one group, large epsilon", (3, 4), 1, 0.125),
                                         ("images", (2, 4, 3, 2), 2, 1e-5), ("images, a group a channel", (2, 3, 2, 3), 3, 1e-5)):
        channels = shape[1]
        for mode in ("training", "inference"):
            add(f"groupNorm: {what}, {mode}",
                lambda x, scale, shift: F.group_norm(x, groups, scale, shift, epsilon),
                {"groups": groups, **({} if epsilon == 1e-5 else {"epsilon": epsilon})}, mode,
                x=draw.uniform(*shape) + 1, scale=draw.uniform(channels, low=0.5, high=2), shift=draw.uniform(channels))


def tap():
    add("tap: rows", lambda x: x.clone(), {"name": "features"}, x=draw.uniform(2, 3))
    add("tap: images", lambda x: x.clone(), {"name": "features"}, "inference", x=draw.uniform(2, 2, 2, 2))


def residual():
    rows = {"0/kernel": draw.uniform(4, 3), "0/bias": draw.uniform(3), "1/kernel": draw.uniform(3, 4), "1/bias": draw.uniform(4)}
    add("residual: rows",
        lambda x, **v: x + torch.tanh(x @ v["0/kernel"] + v["0/bias"]) @ v["1/kernel"] + v["1/bias"],
        {"layers": [{"kind": "dense", "units": 3}, {"kind": "activation", "activation": "tanh"}, {"kind": "dense", "units": 4}]},
        x=draw.uniform(2, 4), **rows)
    conv = {"kind": "conv2d", "channels": 3, "size": 3, "padding": 1}
    strided = {**conv, "stride": 2}
    short = {"kind": "conv2d", "channels": 3, "size": 1, "stride": 2}
    images = {"0/kernel": draw.uniform(3, 2, 3, 3), "0/bias": draw.uniform(3),
              "1/scale": draw.uniform(3, low=0.5, high=2), "1/shift": draw.uniform(3),
              "2/kernel": draw.uniform(3, 3, 3, 3), "2/bias": draw.uniform(3),
              "3/kernel": draw.uniform(3, 2, 1, 1), "3/bias": draw.uniform(3)}

    def block(x, **v):
        inner = F.silu(F.group_norm(F.conv2d(x, v["0/kernel"], v["0/bias"], 2, 1), 1, v["1/scale"], v["1/shift"]))
        return F.conv2d(inner, v["2/kernel"], v["2/bias"], 1, 1) + F.conv2d(x, v["3/kernel"], v["3/bias"], 2)

    add("residual: images, with a shortcut", block,
        {"layers": [strided, {"kind": "groupNorm", "groups": 1}, {"kind": "activation", "activation": "silu"}, conv],
         "shortcut": [short]}, x=draw.uniform(2, 2, 5, 4), **images)


for make in (dense, convolutions, pooling, batch_norm, batch_norm_over_steps, dropout, embedding, activations, shaping,
             group_norm, tap, residual):
    make()
cases.write(os.path.join(os.path.dirname(__file__), "..", "fixtures", "layers.json"))
