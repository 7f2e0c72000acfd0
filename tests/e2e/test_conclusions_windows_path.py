"""What each machine must be told about Windows folders in its PATH, written by hand."""

import pathlib
import subprocess
import tempfile
import unittest

from support import all_fixtures, clean_environment, diagnose, findings, statuses
from test_fix_scripts import lay_out

CHECK = "windows-path"

# fixture: (status, {finding: fix or None})
EXPECTED = {
    "windows-path-slow": ("warning", {"before-linux": "windows-path-order", "slow": "windows-path-append"}),
    "windows-path-in-front": ("error", {"shadowed-go": None, "shadowed-python3": None, "before-linux": None}),
    "windows-path-dead-drive": ("error", {"hung/mnt/d": "windows-path-append"}),
    "windows-path-clean": ("ok", {}),
    "ubuntu-24.04": ("ok", {}),
    "wsl1-ubuntu-20.04": ("ok", {}),
    "automount-root": ("ok", {}),  # blanks and parentheses in PATH are legal
    "interop-off": ("ok", {}),
    "plain-linux": ("skipped", {}),
    "ci-runner": ("skipped", {}),
    "dev-container-on-c": ("skipped", {}),
}
OURS = [fixture for fixture in EXPECTED if fixture.startswith("windows-path-")]


class WindowsPath(unittest.TestCase):
    def test_conclusions(self):
        for fixture, (status, fixes) in EXPECTED.items():
            with self.subTest(fixture=fixture):
                report = diagnose(fixture, "--only", CHECK)
                self.assertEqual(status, statuses(report)[CHECK])
                found = findings(report, CHECK)
                self.assertEqual(fixes, {name: (finding["fix"] or {}).get("id") for name, finding in found.items()})

    def test_nobody_else_is_alarmed(self):
        for fixture in all_fixtures():
            if fixture not in EXPECTED:
                self.assertIn(statuses(diagnose(fixture, "--only", CHECK))[CHECK], ("ok", "skipped"), fixture)

    def test_nothing_else_is_wrong_with_these_machines(self):
        for fixture in ("windows-path-slow", "windows-path-clean", "windows-path-dead-drive"):
            for check, status in statuses(diagnose(fixture, "--skip", CHECK)).items():
                if (fixture, check) == ("windows-path-dead-drive", "mounts"):
                    self.assertEqual(status, "error")  # it names the dead drive itself
                else:
                    self.assertIn(status, ("ok", "skipped"), (fixture, check))

    def test_people_are_told_what_they_lose(self):
        slow = findings(diagnose("windows-path-slow", "--only", CHECK), CHECK)["slow"]
        self.assertFalse(slow["fix"]["automatic"])
        for command in ("docker", "git.exe", "npm", "wt.exe"):
            self.assertIn(command, slow["detail"])
            self.assertIn(command, slow["fix"]["script"])

    def test_the_drop_in_appends_what_it_keeps(self):
        """What the fix puts into /etc/profile.d, read by real shells, twice."""
        fix = findings(diagnose("windows-path-slow", "--only", CHECK), CHECK)["slow"]["fix"]
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            lay_out("windows-path-slow", root)
            script = root / "fix.sh"
            script.write_text(fix["script"])
            env = {**clean_environment(root), "WSL_GO_DOCTOR_ROOT": str(root)}
            subprocess.run(["bash", script], env=env, check=True, capture_output=True, timeout=60)
            self.assertIn("[interop]\nappendWindowsPath=false\n", (root / "etc/wsl.conf").read_text())
            drop_in = root / "etc/profile.d/wsl-go-doctor-windows-path.sh"
            kept = ["/mnt/c/Windows/system32", "/mnt/c/Windows", "/mnt/c/Windows/System32/WindowsPowerShell/v1.0/",
                    "/mnt/c/Program Files/Microsoft VS Code/bin"]
            for shell in ("bash", "dash"):
                result = subprocess.run([shell, "-euc", f'. "{drop_in}"; . "{drop_in}"; printf %s "$PATH"'],
                                        env={"PATH": "/usr/bin:/bin:/mnt/c/Windows"}, text=True, capture_output=True,
                                        timeout=60)
                self.assertEqual("", result.stderr)
                self.assertEqual(["/usr/bin", "/bin", "/mnt/c/Windows", kept[0], *kept[2:]], result.stdout.split(":"))
            check = subprocess.run(["shellcheck", "-s", "sh", drop_in], text=True, capture_output=True, timeout=60)
            self.assertEqual("", check.stdout + check.stderr)

    def test_the_order_is_turned_round(self):
        fix = findings(diagnose("windows-path-slow", "--only", CHECK), CHECK)["before-linux"]["fix"]
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            lay_out("windows-path-slow", root)
            script = root / "fix.sh"
            script.write_text(fix["script"])
            profile = root / "home/zoe/.profile"
            before = profile.read_text()
            env = {**clean_environment(root), "WSL_GO_DOCTOR_ROOT": str(root)}
            subprocess.run(["bash", script], env=env, check=True, capture_output=True, timeout=60)
            after = before.replace("PATH=$PATH:/usr/local/go/bin", "PATH=/usr/local/go/bin:$PATH")
            after = after.replace('PATH="$PATH:$HOME/go/bin"', 'PATH="$HOME/go/bin:$PATH"')
            self.assertEqual(after, profile.read_text())
            subprocess.run(["bash", script, "--undo"], env=env, check=True, capture_output=True, timeout=60)
            self.assertEqual(before, profile.read_text())


if __name__ == "__main__":
    unittest.main()
