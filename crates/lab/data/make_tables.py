"""Writes the embedded tables (iris, wine, breast_cancer, diabetes) and names.csv.gz.

Needs nothing but Python. Run

    pip download --no-deps scikit-learn==1.9.1
    pip download --no-deps --no-binary :all: names==0.3.0
    python make_tables.py scikit_learn-1.9.1-*.whl names-0.3.0.tar.gz

Of the tables, every number is written as scikit-learn's file has it; what is added is a header line, and classes
have their names instead of numbers.

Of the names, those that the census lists for both sexes are left out (331 of them, among them the most frequent male
names), because a name alone cannot tell those; what is left is written in small letters, once, in alphabetical order
within a sex. How frequent a name is, is not kept: each counts as one row.
"""

import gzip
import hashlib
import sys
import tarfile
import zipfile

TABLES = {
    "iris": ("iris.csv", ["sepal_length", "sepal_width", "petal_length", "petal_width"], "species"),
    "wine": (
        "wine_data.csv",
        ["alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids"]
        + ["nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue", "od280_od315", "proline"],
        "cultivar",
    ),
    "breast_cancer": (
        "breast_cancer.csv",
        [
            f"{statistic}_{feature}"
            for statistic in ["mean", "error", "worst"]
            for feature in ["radius", "texture", "perimeter", "area", "smoothness", "compactness"]
            + ["concavity", "concave_points", "symmetry", "fractal_dimension"]
        ],
        "diagnosis",
    ),
}
DIABETES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
# SHA-256 of what is written, before compression, first 16 digits.
EXPECTED = {
    "names": "fee80c0477537d71",
    "diabetes": "36e3fd6f8158bdc4",
    "breast_cancer": "bbe6bc506fec05b6",
    "wine": "bafc97afa2272002",
    "iris": "9cc1c345c71bcc9b",
}


def write(name, header, rows):
    text = "".join(",".join(fields) + "\n" for fields in [header, *rows]).encode()
    found = hashlib.sha256(text).hexdigest()[:16]
    if found != EXPECTED.get(name):
        sys.exit(f"{name} hashes to {found}, expected {EXPECTED.get(name)}")
    packed = gzip.compress(text, compresslevel=9, mtime=0)
    with open(f"{name}.csv.gz", "wb") as file:
        file.write(packed)
    print(f"{name}: {len(rows)} rows, {len(packed)} bytes")


wheel, sdist = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    read = lambda name: archive.read(f"sklearn/datasets/data/{name}")  # noqa: E731
    for name, (file, features, target) in TABLES.items():
        first, *rows = [line.split(",") for line in read(file).decode().split()]
        classes = first[2:]
        assert [len(rows), len(features)] == [int(n) for n in first[:2]]
        write(name, [*features, target], [[*row[:-1], classes[int(row[-1])]] for row in rows])
    inputs = gzip.decompress(read("diabetes_data_raw.csv.gz")).decode().splitlines()
    targets = gzip.decompress(read("diabetes_target.csv.gz")).decode().split()
    rows = [[*row.split(), str(int(float(target)))] for row, target in zip(inputs, targets, strict=True)]
    write("diabetes", [*DIABETES, "progression"], rows)

with tarfile.open(sdist) as archive:
    listed = {}
    for sex in ["female", "male"]:
        text = archive.extractfile(f"names-0.3.0/names/dist.{sex}.first").read().decode()
        listed[sex] = {line.split()[0].lower() for line in text.splitlines()}
both = listed["female"] & listed["male"]
write("names", ["name", "sex"], [[n, sex] for sex in listed for n in sorted(listed[sex] - both)])
