"""What machines with trouble in their mounts must be told, written by hand."""

import unittest

from support import all_fixtures, diagnose, doctor, findings, statuses, FIXTURES

# fixture: (status, ids of its findings)
EXPECTED = {
    "mounts-options": ("warning", ["options", "options-2"]),
    "mounts-options-pending": ("warning", ["options-pending", "metadata"]),
    "mounts-fstab": ("warning", ["fstab-3", "fstab-4", "fstab-5", "fstab-6", "fstab-6-2", "fstab-7", "fstab-8"]),
    "mounts-unplugged": ("warning", ["unreadable/mnt/d"]),
    "mounts-no-drives": ("warning", ["drive-missing"]),
    "mounts-wsl1": ("warning", ["options", "fstab-1"]),
    "mounts-fstab-healthy": ("ok", []),
    "ubuntu-24.04": ("ok", []),
    "virtiofs": ("ok", []),
    "dead-drive": ("ok", []),  # the hung drive holds a Go folder: windows-drive tells of it
    "work-on-mnt-c": ("warning", ["metadata"]),
    "wsl1-ubuntu-20.04": ("warning", ["metadata"]),
    "automount-root": ("warning", ["metadata"]),
    "dev-container-on-c": ("skipped", []),
    "ci-runner": ("skipped", []),
    "plain-linux": ("skipped", []),
}

# fixture: {finding: (fix, is it applied without being named?)}
FIXES = {
    "mounts-options": {"options": ("mounts-options", True), "options-2": ("mounts-options", True)},
    "mounts-options-pending": {"options-pending": None, "metadata": None},
    "mounts-fstab": {"fstab-3": ("mounts-fstab", False), "fstab-4": None, "fstab-5": ("mounts-fstab", False),
                     "fstab-6": None, "fstab-7": None, "fstab-8": ("mounts-fstab", False)},
    "mounts-unplugged": {"unreadable/mnt/d": None},
    "mounts-wsl1": {"options": ("mounts-options", False)},
    "work-on-mnt-c": {"metadata": ("mounts-options", False)},
}


class Conclusions(unittest.TestCase):
    def test_statuses_and_findings(self):
        for fixture, (status, ids) in EXPECTED.items():
            with self.subTest(fixture=fixture):
                report = diagnose(fixture)
                self.assertEqual(status, statuses(report)["mounts"])
                self.assertEqual(sorted(ids), sorted(findings(report, "mounts")))

    def test_fixes(self):
        for fixture, expected in FIXES.items():
            found = findings(diagnose(fixture), "mounts")
            for finding, fix in expected.items():
                with self.subTest(fixture=fixture, finding=finding):
                    got = found[finding]["fix"]
                    self.assertEqual(fix, got and (got["id"], got["automatic"]))

    def test_a_machine_without_trouble_elsewhere_has_none_elsewhere(self):
        for fixture in ("mounts-options", "mounts-fstab", "mounts-unplugged", "mounts-fstab-healthy"):
            with self.subTest(fixture=fixture):
                others = {check: status for check, status in statuses(diagnose(fixture)).items() if check != "mounts"}
                self.assertLessEqual(set(others.values()), {"ok", "skipped"}, others)

    def test_places_in_fstab(self):
        found = findings(diagnose("mounts-fstab"), "mounts")
        places = {name: (finding["location"]["line"], finding["location"]["column"])
                  for name, finding in found.items()}
        self.assertEqual({"fstab-3": (3, 11), "fstab-4": (4, 1), "fstab-5": (5, 28), "fstab-6": (6, 1),
                          "fstab-6-2": (6, 40), "fstab-7": (7, 43), "fstab-8": (8, 4)}, places)

    def test_ubuntus_own_fstab_line_is_never_complained_about(self):
        for fixture in all_fixtures():
            for finding in findings(diagnose(fixture), "mounts").values():
                self.assertNotIn("cloudimg-rootfs", finding["summary"], fixture)

    def test_explain(self):
        result = doctor("explain", "mounts")
        self.assertEqual(0, result.returncode, result.stderr)
        for word in ("/etc/fstab", "drvfs.cpp", "metadata"):
            self.assertIn(word, result.stdout)

    def test_text_fits_the_terminal(self):
        for fixture in EXPECTED:
            result = doctor("check", "--from", FIXTURES / f"{fixture}.toml", "--only", "mounts", "-v")
            for line in result.stdout.splitlines():
                self.assertLessEqual(len(line), 80, (fixture, line))


if __name__ == "__main__":
    unittest.main()
