#!/usr/bin/env python3
"""Speed of the program, as whole processes: wall time and peak memory, medians over many runs.

    benchmark.py [RUNS]      (default 25; DOCTOR names the program, else build/wsl-go-doctor)

The last table shows that answers are waited for at once: NTP servers that never reply and a PowerShell that takes
long cost the slowest of them, not their sum.
"""

import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("DOCTOR", str(SOURCE / "build" / "wsl-go-doctor"))


def measure(arguments, environment, folder):
    """(wall seconds, peak KiB) of one run."""
    start = time.perf_counter()
    child = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, cwd=folder, env=environment)
    _, _, usage = os.wait4(child.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss


def row(name, arguments, environment, folder, runs):
    measure(arguments, environment, folder)
    figures = [measure(arguments, environment, folder) for _ in range(runs)]
    walls = [wall * 1000 for wall, _ in figures]
    peak = statistics.median(memory for _, memory in figures) / 1024
    print(f"{name:32} {min(walls):8.1f} {statistics.median(walls):8.1f} {max(walls):8.1f}   {peak:6.1f}")


def slow_answers(environment, folder):
    program = folder / "bin" / "powershell.exe"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 1.5\n")
    program.chmod(0o755)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        (folder / ".wsl-go-doctor.toml").write_text(f'ntp-servers = ["127.0.0.1:{silent.getsockname()[1]}"]\n')
        environment = {**environment, "PATH": f"{program.parent}:{environment['PATH']}"}
        command = [PROGRAM, "check", "--environment", "wsl2", "--format", "json"]
        start = time.perf_counter()
        output = subprocess.run(command, env=environment, cwd=folder, capture_output=True, check=False).stdout
        wall = time.perf_counter() - start
    print("\nslow answers (silent NTP: 2000 ms, PowerShell: 1500 ms)")
    for diagnosis in json.loads(output)["diagnoses"]:
        print(f"  {diagnosis['check']:30} {diagnosis['duration_ms']:8.1f} ms")
    print(f"  {'the whole run':30} {wall * 1000:8.1f} ms")


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home)
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8"}
        print(f"{'':32} {'min ms':>8} {'median':>8} {'max':>8}   peak MiB")
        row("--version", ["--version"], environment, folder, runs)
        row("check --offline", ["check", "--offline"], environment, folder, runs)
        for name in ("ubuntu-24.04", "caches-on-mnt-d", "cgroup-hybrid"):
            fixture = SOURCE / "fixtures" / "machines" / f"{name}.toml"
            row(f"check --from {name}", ["check", "--from", str(fixture)], environment, folder, runs)
        slow_answers(environment, folder)


if __name__ == "__main__":
    main()
