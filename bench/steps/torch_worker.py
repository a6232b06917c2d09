"""Trains with PyTorch, asked by lines of JSON as engine-worker.ts is. Argument: plain (Adam as shipped) or fused."""

import json
import sys
import time

import torch
from torch import nn

fused = sys.argv[1] == "fused"


def dense(widths):
    layers = []
    for i, (n, m) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(n, m))
        if i < len(widths) - 2:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def convolutional():
    def up(n, m):
        return nn.ConvTranspose2d(n, m, 3, stride=2, padding=1, output_padding=1)

    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        up(32, 16), nn.ReLU(), up(16, 1),
    )  # fmt: skip


def prepare(name, batch):
    x = torch.rand(batch, 784)
    if name == "deep autoencoder":
        network = dense([784, 600, 400, 100, 400, 600, 784])
        loss = lambda: ((torch.sigmoid(network(x)) - x) ** 2).mean()
    elif name == "convolutional autoencoder":
        network = convolutional()
        x = x.reshape(batch, 1, 28, 28)
        loss = lambda: ((torch.sigmoid(network(x)) - x) ** 2).mean()
    else:
        network = dense([784, 400, 400, 10])
        y = torch.arange(batch) % 10
        loss = lambda: nn.functional.cross_entropy(network(x), y)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3, **({"fused": True} if fused else {}))

    def step():
        optimiser.zero_grad()
        value = loss()
        value.backward()
        optimiser.step()
        return value

    return step


prepared = {}
print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads()}), file=sys.stderr, flush=True)
for line in sys.stdin:
    question = json.loads(line)
    key = (question["network"], question["batch"])
    step = prepared.setdefault(key, None) or prepare(*key)
    prepared[key] = step
    milliseconds = []
    for _ in range(question["steps"]):
        began = time.perf_counter()
        value = step().item()
        milliseconds.append((time.perf_counter() - began) * 1e3)
    print(json.dumps({"milliseconds": milliseconds, "loss": value}), flush=True)
