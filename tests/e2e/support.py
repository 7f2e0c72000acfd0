"""What the end-to-end tests share: running the built program in a clean environment."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

SOURCE = pathlib.Path(os.environ.get("SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
PROGRAM = os.environ.get("DOCTOR", str(SOURCE / "build" / "wsl-go-doctor"))
BUILD = os.environ.get("BUILD_DIR", str(SOURCE / "build" / "tests"))
FIXTURES = SOURCE / "fixtures" / "machines"


def clean_environment(home, **variables):
    """No settings, no colour, UTF-8; nothing of the machine that runs the tests."""
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(home),
            "LANG": "C.UTF-8", **variables}


def doctor(*arguments, home=None, cwd=None, env=None, stdin="", timeout=60):
    """Runs the program; answers the finished process with text streams."""
    with tempfile.TemporaryDirectory() as scratch:
        home = home or scratch
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=cwd or home, input=stdin, text=True,
                              errors="surrogateescape", capture_output=True, timeout=timeout,
                              env={**clean_environment(home), **(env or {})})


def diagnose(fixture, *arguments, **options):
    """The JSON report of a fixture, as data."""
    result = doctor("check", "--from", FIXTURES / f"{fixture}.toml", "--format", "json", *arguments, **options)
    return json.loads(result.stdout)


def statuses(report):
    return {diagnosis["check"]: diagnosis["status"] for diagnosis in report["diagnoses"]}


def findings(report, check):
    """{finding id: finding} of one check."""
    for diagnosis in report["diagnoses"]:
        if diagnosis["check"] == check:
            return {finding["id"]: finding for finding in diagnosis["findings"]}
    raise KeyError(check)


def all_fixtures():
    return sorted(path.stem for path in FIXTURES.glob("*.toml"))


def schema():
    return json.loads((SOURCE / "schema" / "check-1.schema.json").read_text())


def without_run_details(report):
    """What differs from run to run or release to release, taken out of a JSON report."""
    report["program"]["version"] = "VERSION"
    report["duration_ms"] = 0
    for diagnosis in report["diagnoses"]:
        diagnosis["duration_ms"] = 0
    return report


def version():
    return re.search(r"VERSION (\d+\.\d+\.\d+)", (SOURCE / "CMakeLists.txt").read_text()).group(1)
