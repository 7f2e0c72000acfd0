"""The golden files beside the fixtures: what the program says of each machine, as text and as JSON.

    golden.py --update   writes them anew; read `git diff` before you commit
"""

import json
import shutil
import sys
import tempfile

from support import FIXTURES, all_fixtures, doctor, version, without_run_details


def reports(name):
    """{file suffix: content} of one fixture."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(FIXTURES / f"{name}.toml", folder)
        run = lambda *more: doctor("check", "--from", f"{name}.toml", *more, cwd=folder, home=folder).stdout
        text = run().replace(version(), "VERSION", 1)
        report = without_run_details(json.loads(run("--format", "json")))
    return {".txt": text, ".json": json.dumps(report, indent=2, ensure_ascii=False) + "\n"}


def update():
    for name in all_fixtures():
        for suffix, content in reports(name).items():
            (FIXTURES / f"{name}{suffix}").write_bytes(content.encode())


if __name__ == "__main__":
    if sys.argv[1:] != ["--update"]:
        sys.exit(__doc__)
    update()
