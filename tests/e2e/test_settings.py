"""Settings files: found, merged, refused with file, line and column, and never run."""

import json
import pathlib
import tempfile
import unittest

from support import FIXTURES, doctor

SICK = FIXTURES / "caches-on-mnt-d.toml"


class Settings(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.home = pathlib.Path(self.folder.name)
        self.project = self.home / "work" / "shop"
        self.project.mkdir(parents=True)

    def run_doctor(self, text, *arguments, user=""):
        (self.project.parent / ".wsl-go-doctor.toml").write_text(text)
        if user:
            config = self.home / ".config" / "wsl-go-doctor"
            config.mkdir(parents=True, exist_ok=True)
            (config / "config.toml").write_text(user)
        return doctor("check", "--from", SICK, *arguments, home=self.home, cwd=self.project)

    def report(self, text, user=""):
        return json.loads(self.run_doctor(text, "--format", "json", user=user).stdout)

    def windows_drive(self, text, user=""):
        return next(d for d in self.report(text, user)["diagnoses"] if d["check"] == "windows-drive")

    def test_found_upwards_and_over_the_users(self):
        self.assertEqual(1, self.run_doctor('fail-on = "warning"').returncode)
        self.assertEqual(0, self.run_doctor('fail-on = "never"', user='fail-on = "warning"').returncode)
        self.assertEqual(1, self.run_doctor("", user='fail-on = "warning"').returncode)

    def test_the_command_line_wins(self):
        self.assertEqual(0, self.run_doctor('fail-on = "warning"', "--fail-on", "error").returncode)

    def test_severity_and_disabled(self):
        self.assertEqual("error", self.windows_drive('[checks.windows-drive]\nseverity = "error"')["status"])
        checks = [d["check"] for d in self.report('disabled = ["windows-drive"]')["diagnoses"]]
        self.assertNotIn("windows-drive", checks)

    def test_waivers(self):
        waiver = '[[waivers]]\ncheck = "windows-drive"\nreason = "shared drive"\nexpires = {}\n'
        waived = self.windows_drive(waiver.format("2999-01-01"))
        self.assertEqual("ok", waived["status"])
        self.assertTrue(all(finding["waived"]["reason"] == "shared drive" for finding in waived["findings"]))
        expired = self.windows_drive(waiver.format("2020-01-01"))
        self.assertEqual("warning", expired["status"])
        self.assertIn("expired-waiver", [finding["id"] for finding in expired["findings"]])

    def test_mistakes_name_file_line_and_column(self):
        for text, place, hint in (('fail_on = "error"\n', ":1:1", "fail-on"),
                                  ('\n[checks.windows-drvie]\n', ":2:", "windows-drive"),
                                  ('[checks.clock-skew]\nwarning-seconds = "1"\n', ":2:", "number"),
                                  ('[checks.clock-skew]\nwarning-secs = 1\n', ":2:1", "warning-seconds"),
                                  ('fail-on = "warnings"\n', ":1:", "warning"),
                                  ('[[waivers]]\ncheck = "systemd"\nexpires = 2030-01-01\n', ":1:", "reason"),
                                  ('date-urls = ["https://example.org/"]\n', ":1:", "date-urls"),
                                  ("fail-on = \n", ":1:", "")):
            with self.subTest(text=text):
                result = self.run_doctor(text)
                self.assertEqual(2, result.returncode)
                self.assertEqual("", result.stdout)
                self.assertIn(f".wsl-go-doctor.toml{place}", result.stderr)
                self.assertIn(hint, result.stderr)

    def test_unreadable_encoding(self):
        (self.project / ".wsl-go-doctor.toml").write_bytes('fail-on = "never"'.encode("utf-16"))
        result = doctor("check", "--from", SICK, home=self.home, cwd=self.project)
        self.assertEqual(2, result.returncode)
        self.assertIn("UTF-16", result.stderr)

    def test_a_hostile_file_runs_nothing(self):
        marker = self.home / "owned"
        for text in (f'ntp-servers = ["$(touch {marker})"]', f'ntp-servers = ["`touch {marker}`:123"]',
                     f'disabled = ["; touch {marker}"]'):
            result = self.run_doctor(text)
            self.assertEqual(2, result.returncode)
        self.assertFalse(marker.exists())


if __name__ == "__main__":
    unittest.main()
