"""What the scripts that make fixtures share. Inputs are float32 numbers, so that no engine has to round them; all that is
computed from them is float64."""

import json
import os
import platform
import sys

import torch

torch.manual_seed(20261121)


def uniform(*shape, low=-1.0, high=1.0):
    return torch.rand(*shape) * (high - low) + low


def probabilities(rows, classes):
    return torch.softmax(uniform(rows, classes, low=-2, high=2).double(), 1).float()


def one_hot(labels, classes):
    return torch.nn.functional.one_hot(torch.tensor(labels), classes).float()


def as_json(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{value:.10g}") for value in tensor.detach().double().flatten().tolist()]}


def write(name, script, content):
    made_by = {"script": os.path.basename(script), "torch": torch.__version__, "python": platform.python_version()}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", f"{name}.json")
    with open(path, "w") as file:
        json.dump({"madeBy": made_by, **content}, file, separators=(",", ":"))
        file.write("\n")


class Cases:
    """Cases of one kind: value and gradients of f, given a random gradient from above."""

    def __init__(self, name):
        self.name = name
        self.cases = []

    def add(self, name, attributes, inputs, f, without_gradient=()):
        given = {key: value.double().requires_grad_(key not in without_gradient) for key, value in inputs.items()}
        output = f(**given)
        upstream = uniform(*output.shape)
        wrt = [key for key in given if key not in without_gradient]
        gradients = torch.autograd.grad(output, [given[key] for key in wrt], upstream.double(), allow_unused=True) if wrt else ()
        self.cases.append({
            "name": name,
            "attributes": attributes,
            "inputs": {key: as_json(value) for key, value in given.items()},
            "output": as_json(output),
            "upstream": as_json(upstream),
            "gradients": {key: as_json(gradient) for key, gradient in zip(wrt, gradients)},
        })

    def write(self):
        write(self.name, sys.argv[0], {"cases": self.cases})
