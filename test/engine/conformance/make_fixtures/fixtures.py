"""What the scripts that make fixtures share: inputs, the file's format, and the gradients by PyTorch.

All in float64. Inputs are multiples of 1/64, so that they are the same numbers in float32; results are rounded to nine
significant digits, a hundred times finer than float32.
"""

import json
import platform
import random

import torch

torch.set_default_dtype(torch.float64)


class Inputs:
    """Numbers drawn from a seed, the same on every machine and with every version of PyTorch."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def uniform(self, *shape, low=-2.0, high=2.0, step=1 / 64):
        """Multiples of `step` in [low, high]."""
        count = 1
        for extent in shape:
            count *= extent
        steps = [self._random.randint(round(low / step), round(high / step)) * step for _ in range(count)]
        return torch.tensor(steps, dtype=torch.float64).reshape(shape)

    def distinct(self, *shape, step=1 / 64):
        """Multiples of `step` around 0, no two the same."""
        count = 1
        for extent in shape:
            count *= extent
        steps = [(i - count // 2) * step for i in range(count)]
        self._random.shuffle(steps)
        return torch.tensor(steps, dtype=torch.float64).reshape(shape)


class Cases:
    def __init__(self, script, seed):
        self.draw = Inputs(seed)
        # The upstream gradients are multiples of this. A coarser one makes shorter numbers, and a smaller file.
        self.upstream_step = 1 / 64
        self._script = f"{script} (seed {seed})"
        self._cases = []

    def add(self, name, function, attributes=None, fixed=(), **inputs):
        """One case: `function` of the inputs, and the gradients of sum(upstream · output) in all but the `fixed` ones."""
        given = {key: value.clone().requires_grad_(key not in fixed) for key, value in inputs.items()}
        output = function(**given)
        upstream = self.draw.uniform(*output.shape, step=self.upstream_step)
        wanted = [key for key in given if key not in fixed]
        gradients = dict.fromkeys(wanted)
        if wanted:
            found = torch.autograd.grad((output * upstream).sum(), [given[key] for key in wanted])
            gradients = dict(zip(wanted, found))
        self._cases.append(
            {
                "name": name,
                "attributes": attributes or {},
                "inputs": {key: plain(value) for key, value in inputs.items()},
                "output": plain(output),
                "upstream": plain(upstream),
                "gradients": {key: plain(value) for key, value in gradients.items()},
            }
        )

    def write(self, path):
        made_by = {"script": self._script, "torch": torch.__version__, "python": platform.python_version()}
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in self._cases)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'{{"madeBy":{json.dumps(made_by)},\n"cases":[\n{lines}\n]}}\n')


def plain(tensor):
    values = tensor.detach().reshape(-1).tolist()
    if not all(abs(value) < 1e30 for value in values):
        raise ValueError("a fixture must be finite")
    return {"shape": list(tensor.shape), "data": [short(value) for value in values]}


def short(value):
    rounded = float(f"{value:.9g}")
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 2**31 else rounded
