"""What the checks memory, disk, inotify and tmp must say of each machine, written by hand."""

import unittest

from conclusions import assert_fixes
from support import all_fixtures, diagnose, findings, statuses

CHECKS = ("memory", "disk", "inotify", "tmp")

# Nothing to complain about in these four.
HEALTHY = ["ubuntu-22.04", "ubuntu-24.04", "debian-12", "debian-13", "fedora-42", "archlinux", "opensuse-tumbleweed",
           "disk-below-mnt-wsl", "plain-linux", "ci-runner", "nixos-25.05", "alpine-3.22", "dev-container-on-linux",
           "dev-container-on-c", "wsl1-ubuntu-20.04", "memory-raised", "disk-image-large", "tmp-gotmpdir"]

# fixture: {check: (status, ids of its findings)}; the others of the four are ok.
EXPECTED = {
    "memory-4gb-oom": {"memory": ("warning", ["oom-kills", "little-memory"])},
    "memory-in-bytes": {"memory": ("error", ["limit-too-small"])},
    "memory-restart-pending": {"memory": ("warning", ["restart-pending", "swap"])},
    "disk-read-only": {"disk": ("error", ["read-only", "windows-drive"]), "tmp": ("error", ["read-only"])},
    "disk-drive-full": {"disk": ("warning", ["windows-drive"])},
    "disk-sparse": {"disk": ("warning", ["sparse"])},
    "disk-full": {"disk": ("error", ["full", "inodes"])},
    "inotify-watches": {"inotify": ("error", ["watches"])},
    "inotify-instances": {"inotify": ("warning", ["instances"])},
    "inotify-container": {"inotify": ("error", ["watches"])},
    "tmp-noexec": {"tmp": ("error", ["noexec"])},
    "tmp-small": {"tmp": ("warning", ["full"])},
    "tmp-mode": {"tmp": ("error", ["not-writable"])},
    "interop-off": {"disk": ("unknown", ["windows-drive"])},
    "interop-lost": {"disk": ("unknown", ["windows-drive"])},
}

# fixture: {check: {finding: fix}}; None: there must be none.
FIXES = {
    "memory-4gb-oom": {"memory": {"oom-kills": "memory-wslconfig", "little-memory": "memory-wslconfig"}},
    "memory-in-bytes": {"memory": {"limit-too-small": "memory-wslconfig"}},
    "memory-restart-pending": {"memory": {"restart-pending": None, "swap": None}},
    "disk-read-only": {"disk": {"read-only": None, "windows-drive": None}, "tmp": {"read-only": None}},
    "disk-drive-full": {"disk": {"windows-drive": None}},
    "disk-sparse": {"disk": {"sparse": None}},
    "disk-full": {"disk": {"full": None, "inodes": None}},
    "inotify-watches": {"inotify": {"watches": "inotify-watches"}},
    "inotify-instances": {"inotify": {"instances": "inotify-instances"}},
    "inotify-container": {"inotify": {"watches": None}},
    "tmp-noexec": {"tmp": {"noexec": "tmp-gotmpdir"}},
    "tmp-small": {"tmp": {"full": "tmp-gotmpdir"}},
    "tmp-mode": {"tmp": {"not-writable": "tmp-mode"}},
}


def notes(report, check):
    return " ".join(next(each for each in report["diagnoses"] if each["check"] == check)["notes"])


class Conclusions(unittest.TestCase):
    def test_statuses_and_findings(self):
        for fixture, expected in EXPECTED.items():
            report = diagnose(fixture)
            for check in CHECKS:
                status, ids = expected.get(check, ("ok", []))
                with self.subTest(fixture=fixture, check=check):
                    self.assertEqual(status, statuses(report)[check])
                    self.assertEqual(sorted(ids), sorted(findings(report, check)))

    def test_healthy_machines_have_no_complaints(self):
        for fixture in HEALTHY:
            for check in CHECKS:
                with self.subTest(fixture=fixture, check=check):
                    self.assertIn(statuses(diagnose(fixture))[check], ("ok", "skipped"))

    def test_only_wsl_1_skips(self):
        for fixture in all_fixtures():
            report = diagnose(fixture)
            skipped = {check for check in CHECKS if statuses(report)[check] == "skipped"}
            wsl1 = report["environment"]["kind"] == "wsl1"
            self.assertEqual({"memory", "inotify"} if wsl1 else set(), skipped, fixture)

    def test_fixes(self):
        assert_fixes(self, FIXES)

    def test_notes(self):
        self.assertIn("compact vdisk", notes(diagnose("disk-image-large"), "disk"))
        self.assertIn("autoMemoryReclaim=gradual", notes(diagnose("memory-raised"), "memory"))
        self.assertIn("raises no events", notes(diagnose("work-on-mnt-c"), "inotify"))
        self.assertIn("a container cannot see", notes(diagnose("dev-container-on-linux"), "disk"))

    def test_how_fixes_are_carried_out(self):
        memory = findings(diagnose("memory-4gb-oom"), "memory")["oom-kills"]["fix"]
        self.assertFalse(memory["automatic"])
        self.assertEqual("wsl", memory["restart"])
        watches = findings(diagnose("inotify-watches"), "inotify")["watches"]
        self.assertEqual("root", watches["fix"]["needs"])
        self.assertIn("[boot]", watches["detail"])  # there is no systemd to read /etc/sysctl.d
        self.assertEqual("user", findings(diagnose("tmp-noexec"), "tmp")["noexec"]["fix"]["needs"])

    def test_nobody_is_told_to_make_a_disk_sparse_or_to_remount_it(self):
        for fixture in all_fixtures():
            text = str(diagnose(fixture)).lower()
            for wrong in ("set-sparse true", "sparsevhd=true", "remount,rw", "allow-unsafe"):
                self.assertNotIn(wrong, text, fixture)


if __name__ == "__main__":
    unittest.main()
