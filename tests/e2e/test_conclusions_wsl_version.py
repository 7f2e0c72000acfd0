"""What wsl-version and time-sync must say of each machine, written by hand."""

import unittest

from conclusions import assert_fixes, assert_told
from support import all_fixtures, diagnose, findings, statuses

# fixture: {check: (status, ids of its findings)}
EXPECTED = {
    "ubuntu-24.04": {"wsl-version": ("ok", []), "time-sync": ("ok", [])},
    "archlinux": {"wsl-version": ("ok", []), "time-sync": ("ok", [])},
    "wsl-restart-pending": {"wsl-version": ("warning", ["restart-pending"]), "time-sync": ("ok", [])},
    "wsl-kernel-missing": {"wsl-version": ("error", ["kernel-missing"]), "time-sync": ("ok", [])},
    "wsl-too-old": {"wsl-version": ("warning", ["too-old"]), "time-sync": ("warning", ["old-release"])},
    "time-sync-no-ptp": {"wsl-version": ("ok", []), "time-sync": ("warning", ["no-ptp"])},
    "time-sync-chrony-skipped": {"wsl-version": ("ok", []), "time-sync": ("ok", [])},
    "time-sync-plain-off": {"wsl-version": ("skipped", []), "time-sync": ("warning", ["no-service"])},
    "plain-linux": {"wsl-version": ("skipped", []), "time-sync": ("ok", [])},
    "ci-runner": {"wsl-version": ("skipped", []), "time-sync": ("skipped", [])},
    "dev-container-on-c": {"wsl-version": ("skipped", []), "time-sync": ("skipped", [])},
    "wsl1-ubuntu-20.04": {"wsl-version": ("warning", ["wsl1"]), "time-sync": ("skipped", [])},
    "old-release-hybrid": {"wsl-version": ("warning", ["too-old"]), "time-sync": ("warning", ["old-release"])},
    "clock-14h": {"wsl-version": ("warning", ["too-old"]), "time-sync": ("warning", ["old-release"])},
    "clock-3s": {"wsl-version": ("warning", ["too-old"]), "time-sync": ("warning", ["old-release"])},
    "cgroup-hybrid": {"wsl-version": ("ok", []), "time-sync": ("ok", [])},
    "interop-lost": {"wsl-version": ("warning", ["too-old", "windows"]), "time-sync": ("warning", ["old-release"])},
    "interop-off": {"wsl-version": ("unknown", ["windows"]), "time-sync": ("ok", [])},
    "systemd-wsl-too-old": {"wsl-version": ("warning", ["too-old"]), "systemd": ("error", ["wsl-too-old"])},
}

# Machines whose only complaint is the one they were made for.
OTHERWISE_HEALTHY = {
    "wsl-restart-pending": "wsl-version", "wsl-kernel-missing": "wsl-version", "time-sync-no-ptp": "time-sync",
    "time-sync-chrony-skipped": None, "time-sync-plain-off": "time-sync",
}

# fixture: {check: {finding: fix}}; None: there must be none.
FIXES = {
    "wsl-restart-pending": {"wsl-version": {"restart-pending": None}},
    "wsl-kernel-missing": {"wsl-version": {"kernel-missing": "wsl-kernel-default"}},
    "wsl-too-old": {"wsl-version": {"too-old": None}, "time-sync": {"old-release": None}},
    "time-sync-no-ptp": {"time-sync": {"no-ptp": None}},
    "time-sync-plain-off": {"time-sync": {"no-service": "time-sync-ntp-on"}},
}


class WslVersionAndTimeSync(unittest.TestCase):
    def test_statuses_and_findings(self):
        assert_told(self, EXPECTED)

    def test_nothing_else_is_wrong_with_them(self):
        for fixture, sick in OTHERWISE_HEALTHY.items():
            for check, status in statuses(diagnose(fixture)).items():
                with self.subTest(fixture=fixture, check=check):
                    if check != sick:
                        self.assertIn(status, ("ok", "skipped"))

    def test_fixes(self):
        assert_fixes(self, FIXES)

    def test_a_missing_kernel_is_given_up_only_by_name(self):
        fix = findings(diagnose("wsl-kernel-missing"), "wsl-version")["kernel-missing"]["fix"]
        self.assertFalse(fix["automatic"])

    def test_no_false_advice_about_the_clock(self):
        for fixture in all_fixtures():
            for diagnosis in diagnose(fixture, "--only", "wsl-version,time-sync")["diagnoses"]:
                text = str(diagnosis)
                for wrong in ("ntpdate", "hwclock", "cron", ".bashrc", "kernelCommandLine", "clocksource="):
                    self.assertNotIn(wrong, text.replace("chrony", ""), fixture)


if __name__ == "__main__":
    unittest.main()
