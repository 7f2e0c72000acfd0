"""What each machine must be told of interop and of limits, written by hand."""

import unittest

from conclusions import assert_fixes, assert_told
from support import all_fixtures, diagnose, findings

# fixture: {check: (status, ids of its findings)}
EXPECTED = {
    "ubuntu-24.04": {"interop": ("ok", []), "limits": ("ok", [])},
    "wsl1-ubuntu-20.04": {"interop": ("ok", []), "limits": ("ok", [])},
    "interop-lost": {"interop": ("error", ["binfmt-lost"]), "systemd": ("ok", [])},
    "interop-entry-disabled": {"interop": ("error", ["binfmt-disabled"]), "systemd": ("ok", [])},
    "interop-mono": {"interop": ("error", ["binfmt-rival"])},
    "interop-tmux": {"interop": ("warning", ["stale-socket"])},
    "interop-parent-socket": {"interop": ("ok", [])},
    "interop-off": {"interop": ("skipped", []), "systemd": ("ok", [])},
    "automount-root": {"interop": ("ok", [])},
    "dev-container-on-c": {"interop": ("skipped", []), "limits": ("ok", [])},
    "plain-linux": {"interop": ("skipped", []), "limits": ("ok", [])},
    "ci-runner": {"interop": ("skipped", []), "limits": ("ok", [])},
    "limits-ulimit": {"limits": ("warning", ["open-files"]), "interop": ("ok", [])},
    "limits-container": {"limits": ("warning", ["open-files", "processes"]), "interop": ("skipped", [])},
}

# fixture: {check: {finding: (fix, is it automatic)}}; None: there must be none.
FIXES = {
    "interop-lost": {"interop": {"binfmt-lost": ("interop-binfmt", True)}},
    "interop-entry-disabled": {"interop": {"binfmt-disabled": ("interop-enable", True)}},
    "interop-mono": {"interop": {"binfmt-rival": None}},
    "interop-tmux": {"interop": {"stale-socket": None}},
    "limits-ulimit": {"limits": {"open-files": ("limits-startup-line", False)}},
    "limits-container": {"limits": {"open-files": None, "processes": None}},
}


def notes(report, check):
    return [note for diagnosis in report["diagnoses"] if diagnosis["check"] == check for note in diagnosis["notes"]]


class Conclusions(unittest.TestCase):
    def test_statuses_and_findings(self):
        assert_told(self, EXPECTED)

    def test_fixes(self):
        assert_fixes(self, FIXES)

    def test_the_way_out_of_tmux_is_a_socket_that_lives(self):
        detail = findings(diagnose("interop-tmux"), "interop")["stale-socket"]["detail"]
        self.assertIn("export WSL_INTEROP=/run/WSL/3021_interop", detail)  # 3777 is newer, and dead
        self.assertIn("set -ga update-environment WSL_INTEROP", detail)

    def test_the_line_that_sets_a_limit_is_named(self):
        location = findings(diagnose("limits-ulimit"), "limits")["open-files"]["location"]
        self.assertEqual(("/home/dev/.bashrc", 3), (location["file"], location["line"]))

    def test_systemd_points_at_interop_where_the_entry_is_gone(self):
        self.assertTrue(any("see `interop`" in note for note in notes(diagnose("interop-lost"), "systemd")))
        for fixture in ("interop-off", "interop-entry-disabled", "ubuntu-24.04"):
            self.assertFalse(any("binfmt" in note for note in notes(diagnose(fixture), "systemd")), fixture)

    def test_no_false_advice(self):
        """Neither masking systemd-binfmt nor a limits.conf that WSL's shells never read."""
        for fixture in all_fixtures():
            report = diagnose(fixture)
            for check in ("interop", "limits"):
                for finding in findings(report, check).values():
                    script = (finding["fix"] or {}).get("script", "")
                    for text in (finding["detail"], script):
                        self.assertNotIn("systemctl mask", text, fixture)
                    self.assertNotIn("/etc/security", script, fixture)


if __name__ == "__main__":
    unittest.main()
