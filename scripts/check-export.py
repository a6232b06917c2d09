"""Whether an exported classifier works alone: its accuracy on the test rows of a data set as they lie in its files.

    python3 scripts/check-export.py <run>/export <data>

<data> is an .npz file or a folder with x_test.npy and y_test.npy, or a folder with the IDX files of MNIST. Needs
numpy and onnxruntime. Prints the accuracy that the run had and the accuracy here, and ends with 1 where they differ by
more than one sample: last bits differ between machines.
"""

import json
import os
import sys
from pathlib import Path

# ONNX Runtime reports its use to its maker unless this is set before it is loaded.
os.environ.setdefault('ORT_DISABLE_TELEMETRY', '1')

import numpy as np
import onnxruntime


def test_rows(data: Path) -> tuple[np.ndarray, np.ndarray]:
    if (data / 't10k-images-idx3-ubyte').exists():
        images = (data / 't10k-images-idx3-ubyte').read_bytes()
        extents = np.frombuffer(images, '>i4', count=3, offset=4)
        x = np.frombuffer(images, np.uint8, offset=16).reshape(extents)
        return x, np.frombuffer((data / 't10k-labels-idx1-ubyte').read_bytes(), np.uint8, offset=8)
    if data.is_dir():
        return np.load(data / 'x_test.npy'), np.load(data / 'y_test.npy')
    arrays = np.load(data)
    return arrays['x_test'], arrays['y_test']


def main(folder: Path, data: Path) -> int:
    about = json.loads((folder / 'classifier.json').read_text())
    session = onnxruntime.InferenceSession(folder / 'classifier.onnx', providers=['CPUExecutionProvider'])
    inside = session.get_modelmeta().custom_metadata_map
    for key in ('classes', 'classNames'):
        if json.loads(inside[key]) != about[key]:
            print(f'{key} in the model are {inside[key]}, and {about[key]} in classifier.json')
            return 1
    x, y = test_rows(data)
    # Labels that are text in the file have numbers in a run, and the text as their names.
    classes = np.array(about['classNames'] if y.dtype.kind in 'USO' else about['classes'])
    # The run is measured on the classes that it has learnt, which are all of them once it is finished.
    seen = np.isin(y, classes)
    if not seen.any():
        print(f'none of the {len(y)} rows is of a class of the file, {classes.tolist()}')
        return 1
    x, y = x[seen].astype(np.float32), y[seen]
    (logits,) = session.run(['logits'], {'x': x})
    here = float((classes[logits.argmax(1)] == y).mean())
    there = about['run']['accuracy']
    print(f'the run {there:.4f}, the exported file on raw rows {here:.4f}, {len(y)} rows, onnxruntime {onnxruntime.__version__}')
    return 0 if abs(here - there) <= 1.0001 / len(y) else 1


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
