"""What containers must be told, written by hand."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from support import diagnose, doctor, findings, statuses, FIXTURES

# fixture: (status, ids of its findings)
EXPECTED = {
    "container-troubled": ("warning", ["user", "dubious-ownership", "cache-gomodcache", "memory", "oom-kill"]),
    "container-hardened": ("warning", ["ptrace"]),
    "container-volume": ("ok", []),
    "dev-container-on-linux": ("ok", []),
    "dev-container-on-c": ("ok", []),  # that C: is slow is told by windows-drive
    "ubuntu-24.04": ("skipped", []),
    "wsl1-ubuntu-20.04": ("skipped", []),
    "plain-linux": ("skipped", []),
    "ci-runner": ("skipped", []),
}

ORIGINS = {
    "container-volume": "the volume shop",
    "dev-container-on-linux": "/home/nils/src/shop of the machine",
    "dev-container-on-c": "C:\\Users\\nils\\source\\shop on Windows",
    "container-hardened": "the container itself",
}


def diagnosis(fixture):
    return next(d for d in diagnose(fixture)["diagnoses"] if d["check"] == "container")


class Conclusions(unittest.TestCase):
    def test_statuses_and_findings(self):
        for fixture, (status, ids) in EXPECTED.items():
            with self.subTest(fixture=fixture):
                report = diagnose(fixture)
                self.assertEqual(status, statuses(report)["container"])
                self.assertEqual(sorted(ids), sorted(findings(report, "container")))

    def test_origin_is_named(self):
        for fixture, origin in ORIGINS.items():
            with self.subTest(fixture=fixture):
                self.assertIn(origin, " ".join(diagnosis(fixture)["notes"]))

    def test_a_missing_sys_ptrace_is_no_complaint(self):
        for fixture in ("dev-container-on-linux", "dev-container-on-c"):
            self.assertIn("need not be", " ".join(diagnosis(fixture)["notes"]))

    def test_only_what_is_safe_has_a_fix_and_only_by_name(self):
        found = findings(diagnose("container-troubled"), "container")
        fixes = {name: finding["fix"] for name, finding in found.items() if finding["fix"]}
        self.assertEqual(["dubious-ownership"], list(fixes))
        self.assertFalse(fixes["dubious-ownership"]["automatic"])

    def test_git_understands_what_the_fix_writes(self):
        script = findings(diagnose("container-troubled"), "container")["dubious-ownership"]["fix"]["script"]
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "home/vscode/.gitconfig"
            config.parent.mkdir(parents=True)
            config.write_text("[user]\n\tname = Nils\n")
            environment = {"PATH": "/usr/bin:/bin", "HOME": folder, "WSL_GO_DOCTOR_ROOT": folder}
            path = Path(folder) / "fix.sh"
            path.write_text(script)
            subprocess.run(["bash", path], env=environment, check=True, capture_output=True)
            listed = subprocess.run(["git", "config", "--file", config, "--list"], env=environment, check=True,
                                    capture_output=True, text=True).stdout
            self.assertEqual("user.name=Nils\nsafe.directory=/workspaces/shop\n", listed)

    def test_least_memory_can_be_set(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / ".wsl-go-doctor.toml").write_text("[checks.container]\nmemory-gib = 16\n")
            report = diagnose("container-volume", home=folder, cwd=folder)
            self.assertEqual(["memory"], list(findings(report, "container")))

    def test_explain(self):
        result = doctor("explain", "container")
        self.assertEqual(0, result.returncode, result.stderr)
        for word in ("seccomp", "Yama", "memory-gib"):
            self.assertIn(word, result.stdout)

    def test_text_fits_the_terminal(self):
        for fixture in EXPECTED:
            result = doctor("check", "--from", FIXTURES / f"{fixture}.toml", "--only", "container", "-v")
            for line in result.stdout.splitlines():
                self.assertLessEqual(len(line), 80, (fixture, line))


if __name__ == "__main__":
    unittest.main()
