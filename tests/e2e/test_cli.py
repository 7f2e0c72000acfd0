"""What a user types, right and wrong: streams, exit codes, suggestions, colour."""

import json
import os
import pathlib
import pty
import re
import subprocess
import tempfile
import unittest

from support import FIXTURES, PROGRAM, clean_environment, doctor, version

SICK = FIXTURES / "work-on-mnt-c.toml"
HEALTHY = FIXTURES / "ubuntu-24.04.toml"


def on_a_terminal(*arguments, **variables):
    """Output of the program when it writes to a terminal."""
    with tempfile.TemporaryDirectory() as home:
        main, terminal = pty.openpty()
        child = subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=terminal, stderr=terminal, stdin=terminal,
                                 cwd=home, env=clean_environment(home, TERM="xterm-256color", **variables))
        os.close(terminal)
        output = b""
        while True:
            try:
                chunk = os.read(main, 65536)
            except OSError:
                break
            if not chunk:
                break
            output += chunk
        child.wait(30)
        os.close(main)
        return output.decode()


class Usage(unittest.TestCase):
    def check_usage_error(self, words, *expected):
        result = doctor(*words)
        self.assertEqual(2, result.returncode, result)
        self.assertEqual("", result.stdout)
        for text in expected:
            self.assertIn(text, result.stderr)

    def test_misspelt_command(self):
        self.check_usage_error(["chekc"], "there is no command `chekc`; did you mean `check`?")

    def test_misspelt_check(self):
        self.check_usage_error(["check", "--only", "clock-skwe"], "did you mean `clock-skew`?")
        self.check_usage_error(["explain", "systmd"], "did you mean `systemd`?")

    def test_misspelt_option(self):
        self.check_usage_error(["check", "--ofline"], "there is no option `--ofline`; did you mean `--offline`?")

    def test_wrong_values(self):
        self.check_usage_error(["check", "--fail-on", "sometimes"], "--fail-on")
        self.check_usage_error(["check", "--timeout", "-3"], "--timeout")
        self.check_usage_error(["check", "--jobs", "0"], "--jobs")
        self.check_usage_error(["check", "--environment", "wsl3"], "--environment")
        self.check_usage_error(["check", "--format", "yaml"], "--format")

    def test_project_that_is_not_there(self):
        self.check_usage_error(["check", "--project", "/no/such/folder"], "/no/such/folder")

    def test_apply_needs_a_live_machine(self):
        self.check_usage_error(["fix", "--apply", "--yes", "--from", SICK], "--from")

    def test_apply_without_a_terminal_needs_yes(self):
        self.check_usage_error(["fix", "--apply", "--offline"], "--yes")

    def test_hostile_words_are_escaped(self):
        result = doctor("\x1b[31mcheck")
        self.assertEqual(2, result.returncode)
        self.assertNotIn("\x1b", result.stderr)


class Help(unittest.TestCase):
    def test_help_shows_every_command_and_examples(self):
        result = doctor("--help")
        self.assertEqual(0, result.returncode)
        for word in ("check", "fix", "list", "explain", "snapshot", "Examples:", "Exit codes"):
            self.assertIn(word, result.stdout)

    def test_version(self):
        result = doctor("--version")
        self.assertEqual(f"wsl-go-doctor {version()}\n", result.stdout)

    def test_list_and_explain(self):
        ids = re.findall(r"^([a-z][a-z-]+) ", doctor("list").stdout, re.M)
        self.assertGreaterEqual(len(ids), 6)
        for check in ids:
            page = doctor("explain", check)
            self.assertEqual(0, page.returncode)
            self.assertIn("http", page.stdout)
            self.assertTrue(all(len(line) <= 80 or "http" in line for line in page.stdout.splitlines()))


class ExitCodes(unittest.TestCase):
    def code(self, fixture, *arguments):
        return doctor("check", "--from", fixture, *arguments).returncode

    def test_healthy(self):
        self.assertEqual(0, self.code(HEALTHY))
        self.assertEqual(0, self.code(HEALTHY, "--fail-on", "warning", "--strict"))

    def test_warning_fails_only_when_asked(self):
        self.assertEqual(0, self.code(SICK))
        self.assertEqual(1, self.code(SICK, "--fail-on", "warning"))

    def test_error_fails_unless_never(self):
        fixture = FIXTURES / "systemd-restart-pending.toml"
        self.assertEqual(1, self.code(fixture))
        self.assertEqual(0, self.code(fixture, "--fail-on", "never"))

    def test_unknown_fails_only_when_strict(self):
        fixture = FIXTURES / "interop-off.toml"
        self.assertEqual(0, self.code(fixture))
        self.assertEqual(1, self.code(fixture, "--strict"))

    def test_unusable_snapshots(self):
        for text, expected in (("", "snapshot = 1"), ("snapshot = 1\nvariables = 3\n", ":2:"),
                               ("snapshot = 1\n[variables\n", ":2:"), ("snapshot = 2\n", "newer")):
            result = doctor("check", "--from", "-", stdin=text)
            self.assertEqual(2, result.returncode, text)
            self.assertIn(expected, result.stderr)
            self.assertEqual("", result.stdout)
        self.assertEqual(2, self.code("/no/such/snapshot.toml"))
        self.assertEqual(2, self.code("/"))


class Output(unittest.TestCase):
    def test_no_arguments_means_check(self):
        self.assertIn("windows-drive", doctor().stdout)

    def test_json_is_the_only_thing_on_standard_output(self):
        result = doctor("check", "--from", SICK, "--format", "json")
        self.assertEqual("wsl2", json.loads(result.stdout)["environment"]["kind"])
        self.assertEqual("", result.stderr)

    def test_colour_only_on_a_terminal_that_wants_it(self):
        self.assertNotIn("\x1b[", doctor("check", "--from", SICK).stdout)
        self.assertIn("\x1b[", doctor("check", "--from", SICK, "--color", "always").stdout)
        self.assertIn("\x1b[", on_a_terminal("check", "--from", SICK))
        self.assertNotIn("\x1b[", on_a_terminal("check", "--from", SICK, NO_COLOR="1"))
        self.assertNotIn("\x1b[", on_a_terminal("check", "--from", SICK, "--color", "never"))

    def test_quiet_says_nothing_of_a_healthy_machine(self):
        self.assertEqual("", doctor("check", "--from", HEALTHY, "--quiet").stdout)

    def test_ascii_where_the_locale_is_not_utf8(self):
        text = doctor("check", "--from", SICK, env={"LANG": "C"}).stdout
        self.assertTrue(text.isascii(), [line for line in text.splitlines() if not line.isascii()])

    def test_a_closed_pipe_is_no_crash(self):
        shell = subprocess.run(["bash", "-c", '"$0" check --from "$1" | head -n 1', PROGRAM, str(SICK)],
                               capture_output=True, text=True, timeout=30)
        self.assertEqual("", shell.stderr)
        self.assertIn("wsl-go-doctor", shell.stdout)

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, "check", "--from", str(SICK)], stdout=full, stderr=subprocess.PIPE,
                                    text=True, timeout=30)
        self.assertEqual(3, result.returncode)
        self.assertIn("standard output", result.stderr)

    def test_only_and_skip(self):
        report = json.loads(doctor("check", "--from", SICK, "--only", "systemd,cgroup-version", "--format",
                                   "json").stdout)
        self.assertEqual(["cgroup-version", "systemd"], [d["check"] for d in report["diagnoses"]])
        report = json.loads(doctor("check", "--from", SICK, "--skip", "clock-skew", "--format", "json").stdout)
        self.assertNotIn("clock-skew", [d["check"] for d in report["diagnoses"]])

    def test_a_hostile_snapshot_reaches_no_terminal_unescaped(self):
        text = ('snapshot = 1\nproject = "/home/x/\\u001b]0;owned\\u0007"\n[variables]\nHOME = "/home/x"\n'
                'GOPATH = "/home/x/\\u001b[2J\\u202e"\n[files]\n'
                '"/proc/sys/kernel/osrelease" = "6.6-microsoft-standard-WSL2\\u001b[31m"\n'
                '"/proc/self/mountinfo" = "30 0 8:32 / / rw - 9p C: rw,aname=drvfs;path=C:\\\\\\\\;\\u001b[31m\\n"\n')
        for arguments in (["check", "-v"], ["check", "--format", "json"], ["fix"]):
            result = doctor(*arguments, "--from", "-", stdin=text)
            self.assertNotIn("\x1b", result.stdout + result.stderr, arguments)
            self.assertNotIn("\u202e", result.stdout + result.stderr, arguments)
            self.assertIn(result.returncode, (0, 1), result.stderr)


if __name__ == "__main__":
    unittest.main()
