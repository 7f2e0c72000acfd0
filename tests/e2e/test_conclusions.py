"""What each machine must be told, written by hand: golden files show changes, this says what is right."""

import unittest

from conclusions import assert_fixes, assert_told
from support import all_fixtures, diagnose, findings, statuses

HEALTHY = ["ubuntu-22.04", "ubuntu-24.04", "debian-12", "debian-13", "fedora-42", "archlinux", "opensuse-tumbleweed",
           "disk-below-mnt-wsl", "clock-0.4s", "plain-linux", "ci-runner", "nixos-25.05", "alpine-3.22",
           "dev-container-on-linux"]

# fixture: {check: (status, ids of its findings)}
EXPECTED = {
    "wsl1-ubuntu-20.04": {"windows-drive": ("warning", ["project"]), "cgroup-version": ("skipped", []),
                          "systemd": ("skipped", [])},
    "old-release-hybrid": {"cgroup-version": ("warning", ["layout"]), "systemd": ("warning", ["off"])},
    "cgroup-hybrid": {"cgroup-version": ("warning", ["layout"]), "systemd": ("ok", [])},
    "cgroup-v1-wsl-conf": {"cgroup-version": ("warning", ["layout"])},
    "cgroup-v1-command-line": {"cgroup-version": ("warning", ["layout"])},
    "systemd-off": {"systemd": ("warning", ["off"])},
    "systemd-no-wsl-conf": {"systemd": ("warning", ["off"])},
    "systemd-wrong-section": {"systemd": ("error", ["wrong-section"])},
    "systemd-wrong-file": {"systemd": ("error", ["wrong-file"])},
    "systemd-byte-order-mark": {"systemd": ("error", ["encoding"])},
    "systemd-syntax-error": {"systemd": ("error", ["syntax-error"])},
    "systemd-restart-pending": {"systemd": ("error", ["restart-pending"])},
    "systemd-no-init": {"systemd": ("error", ["no-sbin-init"])},
    "systemd-wsl-too-old": {"systemd": ("error", ["wsl-too-old"])},
    "systemd-degraded": {"systemd": ("warning", ["degraded"])},
    "systemd-no-user-session": {"systemd": ("warning", ["user-session"])},
    "interop-lost": {"systemd": ("ok", []), "interop": ("error", ["binfmt-lost"]), "defender-exclusion": ("unknown", [])},
    "interop-off": {"systemd": ("ok", []), "defender-exclusion": ("unknown", [])},
    "automount-root": {"windows-drive": ("warning", ["project"])},
    "work-on-mnt-c": {"windows-drive": ("warning", ["project"])},
    "caches-on-mnt-d": {"windows-drive": ("warning", ["gopath", "gomodcache", "gocache"])},
    "virtiofs": {"windows-drive": ("warning", ["gomodcache"])},
    "disk-below-mnt-wsl": {"windows-drive": ("ok", [])},
    "dead-drive": {"windows-drive": ("error", ["hung/mnt/d"])},
    "dev-container-on-c": {"windows-drive": ("warning", ["project"]), "systemd": ("skipped", []),
                           "defender-exclusion": ("skipped", []), "cgroup-version": ("ok", [])},
    "dev-container-on-linux": {"windows-drive": ("ok", []), "clock-skew": ("ok", [])},
    "clock-0.4s": {"clock-skew": ("ok", [])},
    "clock-3s": {"clock-skew": ("warning", ["skew"])},
    "clock-14h": {"clock-skew": ("error", ["skew"])},
    "clock-jumping": {"clock-skew": ("warning", ["skew", "jumping"])},
    "clock-windows-wrong": {"clock-skew": ("error", ["skew"])},
    "clock-ntp-blocked": {"clock-skew": ("error", ["skew"])},
    "clock-no-network": {"clock-skew": ("unknown", [])},
    "clock-servers-disagree": {"clock-skew": ("unknown", ["servers-disagree"])},
    "plain-linux": {"windows-drive": ("skipped", []), "systemd": ("skipped", []), "cgroup-version": ("skipped", []),
                    "defender-exclusion": ("skipped", []), "clock-skew": ("ok", [])},
    "ci-runner": {"windows-drive": ("skipped", []), "clock-skew": ("ok", [])},
    "libstdcxx-loop": {"libstdcxx": ("error", None)},
    "old-glibc-centos7": {"libstdcxx": ("error", None)},
    "conda-shadows-libstdcxx": {"libstdcxx": ("warning", None)},
    "defender-hidden": {"defender-exclusion": ("unknown", None)},
    "defender-covered": {"defender-exclusion": ("ok", [])},
    "defender-uncovered": {"defender-exclusion": ("warning", None)},
}

ENVIRONMENTS = {
    "wsl1-ubuntu-20.04": "wsl1", "dev-container-on-c": "container-on-wsl", "dev-container-on-linux": "container-on-wsl",
    "plain-linux": "linux", "ci-runner": "ci", "archlinux": "wsl2",
}

# fixture: {check: {finding: fix}}; None: there must be none.
FIXES = {
    "caches-on-mnt-d": {"windows-drive": {"gopath": "windows-drive-gopath-variable", "gocache": "windows-drive-go-env",
                                          "gomodcache": "windows-drive-go-env"}},
    "work-on-mnt-c": {"windows-drive": {"project": "windows-drive-project"}},
    "dev-container-on-c": {"windows-drive": {"project": None}},
    "dead-drive": {"windows-drive": {"hung/mnt/d": None}},
    "cgroup-hybrid": {"cgroup-version": {"layout": "cgroup-wslconfig"}},
    "old-release-hybrid": {"cgroup-version": {"layout": None}, "systemd": {"off": None}},
    "cgroup-v1-wsl-conf": {"cgroup-version": {"layout": "cgroup-wsl-conf"}},
    "cgroup-v1-command-line": {"cgroup-version": {"layout": "cgroup-wslconfig"}},
    "systemd-wrong-section": {"systemd": {"wrong-section": "wsl-conf-mend"}},
    "systemd-byte-order-mark": {"systemd": {"encoding": "wsl-conf-encoding"}},
    "systemd-syntax-error": {"systemd": {"syntax-error": "wsl-conf-mend"}},
    "systemd-restart-pending": {"systemd": {"restart-pending": None}},
    "clock-3s": {"clock-skew": {"skew": "clock-set-from-hypervisor"}},
    "clock-windows-wrong": {"clock-skew": {"skew": "clock-windows-resync"}},
}


class Conclusions(unittest.TestCase):
    def test_statuses_and_findings(self):
        assert_told(self, EXPECTED)

    def test_healthy_machines_have_no_complaints(self):
        for fixture in HEALTHY:
            for check, status in statuses(diagnose(fixture)).items():
                with self.subTest(fixture=fixture, check=check):
                    self.assertIn(status, ("ok", "skipped"))

    def test_environments(self):
        for fixture, kind in ENVIRONMENTS.items():
            self.assertEqual(kind, diagnose(fixture)["environment"]["kind"], fixture)

    def test_fixes(self):
        assert_fixes(self, FIXES)

    def test_no_false_advice(self):
        """The popular but wrong recipes are never proposed."""
        for fixture in all_fixtures():
            for diagnosis in diagnose(fixture)["diagnoses"]:
                for finding in diagnosis["findings"]:
                    script = (finding["fix"] or {}).get("script", "")
                    for wrong in ("cgroupVersion", "ntpdate", "clocksource=tsc", "update-alternatives --install",
                                  "ExclusionProcess"):
                        self.assertNotIn(wrong, script, (fixture, finding["id"]))
                    if "/etc/wsl.conf" in script:
                        self.assertNotIn("kernelCommandLine", script, fixture)


if __name__ == "__main__":
    unittest.main()
