"""``python -m tools.image build | report | save FILE``: the container image on this machine."""

import argparse
from pathlib import Path

from tools.image.build import IMAGE, PYTHON_VERSION, build, report, save
from tools.image.engine import find_engine


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m tools.image", description=__doc__)
    parser.add_argument("--image", default=IMAGE, help=f"name of the image (default {IMAGE})")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser(
        "build", help="build from the Dockerfile, with the base image if it is missing"
    )
    building.add_argument("--python-version", default=PYTHON_VERSION)
    building.add_argument("--without-local-model", action="store_true", help="leave the embedded model out")
    commands.add_parser("report", help="size by layer, and the biggest packages")
    saving = commands.add_parser("save", help="write it as a tar")
    saving.add_argument("file", type=Path)
    given = parser.parse_args()
    engine = find_engine()
    if given.command == "build":
        seconds = build(
            engine,
            image=given.image,
            python_version=given.python_version,
            local_model=not given.without_local_model,
        )
        print(f"built {given.image} in {seconds:.0f} s")
    elif given.command == "report":
        print(report(engine, given.image))
    else:
        save(engine, given.file, given.image)


if __name__ == "__main__":
    main()
