"""fix --apply, as root, on a machine that is told to be WSL: in namespaces with an /etc of its own, and with bash as
PID 1, so that systemd is installed but does not run, whatever has booted the machine that runs the tests."""

import pathlib
import re
import subprocess
import tempfile
import unittest

from support import PROGRAM, clean_environment


class FixApply(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)

    def in_namespace(self, script):
        env = {**clean_environment(self.home), "DOCTOR": PROGRAM, "WSL_DISTRO_NAME": "Test"}
        prepare = ("set -e; cp -a /etc \"$HOME/etc\"; mount --bind \"$HOME/etc\" /etc; rm -f /etc/wsl.conf; "
                   "mkdir -p \"$HOME/state\"; mount -t tmpfs none /var/backups; mount -t tmpfs none /run; ")
        return subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c",
                               prepare + script], env=env, cwd=self.home, text=True, capture_output=True, timeout=120,
                              stdin=subprocess.DEVNULL)

    fix = '"$DOCTOR" fix --apply --yes --only systemd --environment wsl2 --offline'

    def test_applied_checked_again_and_undone(self):
        result = self.in_namespace(
            "printf '[user]\\r\\ndefault=zoe' >/etc/wsl.conf; chmod 640 /etc/wsl.conf; cp -p /etc/wsl.conf before; "
            f"{self.fix}; echo code=$?; cat /etc/wsl.conf; echo; stat -c %a /etc/wsl.conf; {self.fix}; echo again=$?; "
            'script=$(ls "$HOME"/.local/state/wsl-go-doctor/runs/*/*.sh | head -n 1); bash "$script" --undo; '
            "cmp before /etc/wsl.conf && echo same bytes; stat -c %a /etc/wsl.conf")
        self.assertIn("waits for a restart: systemd", result.stdout, result.stderr)
        self.assertIn("wsl --terminate Test", result.stdout)
        self.assertIn("code=0", result.stdout)
        self.assertIn("[user]\n".replace("\n", ""), result.stdout)
        self.assertIn("systemd=true", result.stdout)
        self.assertIn("same bytes", result.stdout)
        self.assertEqual(["640", "640"], re.findall(r"^(640)$", result.stdout, re.M))

    def test_a_script_that_fails_is_told_with_its_output(self):
        result = self.in_namespace(
            f"echo '[user]' >/etc/wsl.conf; mount -o remount,ro,bind /etc; {self.fix} || echo code=$?")
        self.assertIn("failed: systemd", result.stdout, result.stderr)
        self.assertIn("code=1", result.stdout)

    def test_the_plan_alone_changes_nothing(self):
        result = self.in_namespace('find /etc -newer "$HOME/state" -name wsl.conf; "$DOCTOR" fix --environment wsl2 '
                                   '--offline --only systemd; test ! -e /etc/wsl.conf && echo untouched')
        self.assertIn("Turn systemd on in /etc/wsl.conf", result.stdout)
        self.assertIn("untouched", result.stdout)

    def test_output_writes_the_scripts(self):
        result = self.in_namespace('"$DOCTOR" fix --environment wsl2 --offline --only systemd --output scripts; '
                                   "ls -l scripts; bash -n scripts/*.sh && echo parses")
        self.assertIn("-rwx------", result.stdout)
        self.assertIn("parses", result.stdout)


if __name__ == "__main__":
    unittest.main()
