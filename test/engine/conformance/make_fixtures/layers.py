"""Layers and their gradients by PyTorch in float64: python3 layers.py writes ../fixtures/layers.json and
../fixtures/batch-norm-steps.json."""

import torch
import torch.nn.functional as F
from fixture import Cases, as_json, uniform, write

cases = Cases("layers")


def layer(name, description, inputs, f, mode="training", without_gradient=()):
    cases.add(name, {"layer": description, "mode": mode}, inputs, f, without_gradient)


layer("dense", {"kind": "dense", "units": 3}, {"x": uniform(4, 5), "kernel": uniform(5, 3), "bias": uniform(3)},
      lambda x, kernel, bias: x @ kernel + bias)

for name, options in (("", {}), (", stride 2", {"stride": 2}), (", stride 2 and padding 1", {"stride": 2, "padding": 1}),
                      (", padding 2", {"padding": 2})):
    layer(f"conv2d{name}", {"kind": "conv2d", "channels": 3, "size": 3, **options},
          {"x": uniform(2, 2, 6, 5), "kernel": uniform(3, 2, 3, 3), "bias": uniform(3)},
          lambda x, kernel, bias: F.conv2d(x, kernel, bias, **options))

for name, options in (("", {}), (", stride 2", {"stride": 2}),
                      (", stride 2, padding 1 and output padding 1", {"stride": 2, "padding": 1, "outputPadding": 1})):
    torch_options = {"output_padding" if k == "outputPadding" else k: v for k, v in options.items()}
    layer(f"convTranspose2d{name}", {"kind": "convTranspose2d", "channels": 3, "size": 3, **options},
          {"x": uniform(2, 2, 4, 3), "kernel": uniform(2, 3, 3, 3), "bias": uniform(3)},
          lambda x, kernel, bias: F.conv_transpose2d(x, kernel, bias, **torch_options))

for kind, pool in (("maxPool2d", F.max_pool2d), ("averagePool2d", F.avg_pool2d)):
    for name, options in (("size 2", {"size": 2}), ("size 3, stride 2", {"size": 3, "stride": 2})):
        layer(f"{kind}, {name}", {"kind": kind, **options}, {"x": uniform(2, 2, 6, 5)},
              lambda x: pool(x, options["size"], options.get("stride")))


def batch_norm(x, scale, shift, runningMean, runningVariance, training, epsilon):
    return F.batch_norm(x, runningMean.clone(), runningVariance.clone(), scale, shift, training, 0.1, epsilon)


for what, shape in (("rows", (5, 3)), ("images", (3, 2, 4, 3))):
    channels = shape[1]
    for mode in ("training", "inference"):
        for epsilon in ((1e-5, 0.1) if what == "rows" else (1e-5,)):
            inputs = {"x": 2 * uniform(*shape) + 1, "scale": uniform(channels) + 1.5, "shift": uniform(channels),
                      "runningMean": uniform(channels), "runningVariance": uniform(channels) + 1.5}
            layer(f"batchNorm of {what} in {mode}, epsilon {epsilon}", {"kind": "batchNorm", "epsilon": epsilon}, inputs,
                  lambda x, scale, shift, runningMean, runningVariance: batch_norm(
                      x, scale, shift, runningMean, runningVariance, mode == "training", epsilon),
                  mode, ("runningMean", "runningVariance"))

mask = torch.where(uniform(3, 4, low=0, high=1) < 0.25, 0.0, 1 / 0.75)
layer("dropout", {"kind": "dropout", "rate": 0.25}, {"x": uniform(3, 4), "mask": mask}, lambda x, mask: x * mask,
      without_gradient=("mask",))
layer("dropout in inference", {"kind": "dropout", "rate": 0.25}, {"x": uniform(3, 4)}, lambda x: x.clone(), "inference")

layer("embedding", {"kind": "embedding", "count": 4, "width": 3},
      {"x": torch.tensor([2.0, 0.0, 3.0, 2.0, 2.0]), "table": uniform(4, 3)},
      lambda x, table: F.embedding(x.long(), table), without_gradient=("x",))

functions = {
    "linear": lambda x: x.clone(), "relu": F.relu, "leakyRelu": F.leaky_relu, "elu": F.elu,
    "gelu": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu, "softplus": F.softplus,
    "sigmoid": torch.sigmoid, "tanh": torch.tanh,
}
far = torch.cat([uniform(2, 4, low=-3, high=3), torch.tensor([[-90.0, -15.0, 15.0, 90.0]])])
for name, f in functions.items():
    layer(f"activation {name}", {"kind": "activation", "activation": name}, {"x": far}, lambda x: f(x))

layer("flatten", {"kind": "flatten"}, {"x": uniform(2, 3, 2, 2)}, lambda x: x.flatten(1))
layer("reshape", {"kind": "reshape", "shape": [2, 3, 2]}, {"x": uniform(2, 12)}, lambda x: x.reshape(2, 2, 3, 2))

cases.write()

# Running statistics over several steps of different batches, and what inference makes of them.
norm = torch.nn.BatchNorm2d(2, momentum=0.1, dtype=torch.float64)
batches = [2 * uniform(3, 2, 2, 3) + step for step in range(4)]
for batch in batches:
    norm(batch.double())
norm.eval()
x = uniform(3, 2, 2, 3)
write("batch-norm-steps", __file__, {
    "batches": [as_json(batch) for batch in batches],
    "runningMean": as_json(norm.running_mean), "runningVariance": as_json(norm.running_var),
    "x": as_json(x), "output": as_json(norm(x.double()).detach()),
})
