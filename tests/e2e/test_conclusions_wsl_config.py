"""What the machines with mistakes in WSL's settings files must be told, written by hand."""

import base64
import pathlib
import subprocess
import tempfile
import tomllib
import unittest

from support import FIXTURES, clean_environment, diagnose, findings, statuses

# fixture: {check: (status, {finding: (severity, line, fix)})}
EXPECTED = {
    "wsl-settings-well": {"wsl-conf": ("ok", {}), "wslconfig": ("ok", {})},
    "ubuntu-24.04": {"wsl-conf": ("ok", {}), "wslconfig": ("ok", {})},
    "wsl1-ubuntu-20.04": {"wsl-conf": ("ok", {}), "wslconfig": ("skipped", {})},
    "plain-linux": {"wsl-conf": ("skipped", {}), "wslconfig": ("skipped", {})},
    "ci-runner": {"wsl-conf": ("skipped", {}), "wslconfig": ("skipped", {})},
    "dev-container-on-c": {"wsl-conf": ("skipped", {}), "wslconfig": ("skipped", {})},
    "interop-off": {"wsl-conf": ("ok", {}), "wslconfig": ("unknown", {})},
    "cgroup-hybrid": {"wsl-conf": ("ok", {}), "wslconfig": ("ok", {})},
    "wsl-conf-mistakes": {"wsl-conf": ("error", {
        "invalid-value/automount.enabled": ("error", 5, "wsl-conf-mend"),
        "former-key/automount.metadata": ("warning", 6, None),
        "key-name/interop.appendwindowspath": ("error", 9, "wsl-conf-mend"),
    })},
    "wsl-conf-ignored-lines": {"wsl-conf": ("error", {
        "wrong-file/wsl2.memory": ("error", 5, None),
        "wrong-file/wsl2.networkingmode": ("error", 6, None),
        "unknown-section/automont": ("error", 8, "wsl-conf-mend"),
        "duplicate/user.default": ("warning", 13, "wsl-conf-mend"),
    })},
    "wslconfig-mistakes": {"wslconfig": ("error", {
        "not-a-comment": ("warning", 1, "wslconfig-mend"),
        "invalid-value/wsl2.memory": ("error", 3, "wslconfig-mend"),
        "backslash/wsl2.swapfile": ("error", 4, "wslconfig-mend"),
        "wrong-section/wsl2.automemoryreclaim": ("error", 5, "wslconfig-mend"),
        "unknown-key/wsl2.locahostforwarding": ("error", 6, "wslconfig-mend"),
        "duplicate/wsl2.processors": ("warning", 8, None),
        "former-key/wsl2.pagereporting": ("warning", 9, None),
    })},
    "wslconfig-kernel-path": {"wslconfig": ("error", {
        "backslash/wsl2.kernel": ("error", 2, "wslconfig-mend"),
        "backslash/wsl2.kernelmodules": ("error", 3, "wslconfig-mend"),
    })},
    "wslconfig-drive-not-mounted": {"wslconfig": ("error", {
        "invalid-value/wsl2.memory": ("error", 2, None),
    })},
    "wslconfig-utf16-be": {"wslconfig": ("error", {"encoding": ("error", 1, "wslconfig-encoding")})},
    "wslconfig-utf16-no-mark": {"wslconfig": ("error", {"encoding": ("error", 1, "wslconfig-encoding")})},
    "wslconfig-utf16-le": {"wslconfig": ("error", {"invalid-value/wsl2.memory": ("error", 2, None)})},
    "wsl-too-old-for-keys": {
        "wsl-conf": ("warning", {"needs-newer-wsl/automount.cgroups": ("warning", 5, None)}),
        "wslconfig": ("error", {
            "needs-newer-wsl/wsl2.isolatedistrocgroup": ("warning", 2, None),
            "needs-newer-wsl/wsl2.networkingmode": ("error", 3, None),
        })},
    "wslconfig-wrong-name": {"wsl-conf": ("ok", {}), "wslconfig": ("error", {"wrong-name": ("error", 0, None)})},
    "wsl-conf-wrong-name": {"wsl-conf": ("warning", {"wrong-name": ("warning", 0, None)}), "wslconfig": ("ok", {})},
    "systemd-wrong-file": {"wslconfig": ("error", {"wrong-file/boot.systemd": ("error", 2, None)})},
    "systemd-byte-order-mark": {"wsl-conf": ("error", {"encoding": ("error", 1, "wsl-conf-encoding")})},
}

# Of these, systemd and wsl-conf speak about the same line, and one fix mends it.
SHARED = ["systemd-syntax-error", "systemd-wrong-section", "systemd-byte-order-mark"]


class Conclusions(unittest.TestCase):
    def test_findings(self):
        for fixture, checks in EXPECTED.items():
            report = diagnose(fixture)
            for check, (status, expected) in checks.items():
                with self.subTest(fixture=fixture, check=check):
                    self.assertEqual(status, statuses(report)[check])
                    found = {name: (finding["severity"], finding["location"]["line"],
                                    finding["fix"] and finding["fix"]["id"])
                             for name, finding in findings(report, check).items()}
                    self.assertEqual(expected, found)

    def test_places(self):
        for fixture, check, name, place in [
                ("wslconfig-mistakes", "wslconfig", "backslash/wsl2.swapfile", ("C:\\Users\\ingo\\.wslconfig", 4, 13)),
                ("wsl-conf-mistakes", "wsl-conf", "key-name/interop.appendwindowspath", ("/etc/wsl.conf", 9, 7))]:
            location = findings(diagnose(fixture), check)[name]["location"]
            self.assertEqual(place, (location["file"], location["line"], location["column"]))

    def test_the_plan_holds_one_fix_for_both_checks(self):
        for fixture in SHARED:
            with self.subTest(fixture=fixture):
                report = diagnose(fixture)
                fixes = {check: {finding["fix"]["id"]: finding["fix"]["script"]
                                 for finding in findings(report, check).values() if finding["fix"]}
                         for check in ("systemd", "wsl-conf")}
                self.assertEqual(fixes["systemd"], fixes["wsl-conf"])
                self.assertEqual(1, len(fixes["systemd"]))

    def test_what_a_person_must_look_at_first(self):
        for fixture, check, name, automatic in [
                ("wslconfig-mistakes", "wslconfig", "not-a-comment", True),
                ("wslconfig-kernel-path", "wslconfig", "backslash/wsl2.kernel", False),
                ("wsl-conf-ignored-lines", "wsl-conf", "unknown-section/automont", False),
                ("wsl-conf-mistakes", "wsl-conf", "invalid-value/automount.enabled", True)]:
            with self.subTest(fixture=fixture):
                self.assertEqual(automatic, findings(diagnose(fixture), check)[name]["fix"]["automatic"])

    def test_restarts(self):
        for fixture, check, name, restart in [
                ("wslconfig-mistakes", "wslconfig", "not-a-comment", "wsl --shutdown"),
                ("wsl-conf-mistakes", "wsl-conf", "invalid-value/automount.enabled", "wsl --terminate Ubuntu")]:
            fix = findings(diagnose(fixture), check)[name]["fix"]
            self.assertEqual(restart, fix["restart_command"])

    def test_what_the_scripts_write(self):
        for fixture, check, name, path, expected in [
                ("wslconfig-mistakes", "wslconfig", "not-a-comment", "/mnt/c/Users/ingo/.wslconfig",
                 "# limits\r\n[wsl2]\r\nmemory=8GB   # half\r\nswapFile=D:\\\\wsl\\\\swap.vhdx\r\n"
                 "localhostForwarding=false\r\nprocessors=4\r\nprocessors=8\r\npageReporting=false\r\n"
                 "\r\n[experimental]\r\nautoMemoryReclaim=gradual\r\n"),
                ("wsl-conf-mistakes", "wsl-conf", "invalid-value/automount.enabled", "/etc/wsl.conf",
                 "[boot]\nsystemd=true\n\n[automount]\nenabled=true\nmetadata=true\n\n[interop]\n"
                 "appendWindowsPath=false\n\n# a name of its own\n[network]\nhostname=forge\n"),
                ("wslconfig-utf16-be", "wslconfig", "encoding", "/mnt/c/Users/tilda/.wslconfig",
                 "[wsl2]\r\nmemory=8GB\r\n")]:
            with self.subTest(fixture=fixture), tempfile.TemporaryDirectory() as folder:
                machine = tomllib.loads((FIXTURES / f"{fixture}.toml").read_text())
                file = machine["files"][path]
                before = base64.b64decode(file["base64"]) if "base64" in file else file["text"].encode()
                place = pathlib.Path(folder) / path[1:]
                place.parent.mkdir(parents=True)
                place.write_bytes(before)
                script = findings(diagnose(fixture), check)[name]["fix"]["script"]
                run = subprocess.run(["bash", "-c", script], capture_output=True, text=True,
                                     env={**clean_environment(folder), "WSL_GO_DOCTOR_ROOT": folder})
                self.assertEqual(0, run.returncode, run.stdout + run.stderr)
                self.assertEqual(expected.encode(), place.read_bytes())


if __name__ == "__main__":
    unittest.main()
