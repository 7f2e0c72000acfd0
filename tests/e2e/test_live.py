"""The program on the machine that runs the tests: real time servers, a recording, slow answers, a dead mount."""

import contextlib
import getpass
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from support import BUILD, PROGRAM, clean_environment, doctor, findings, statuses


@contextlib.contextmanager
def started(arguments, **options):
    """A process that is ended, by its id, when the test is over."""
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True, **options)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers_ntp(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        asking.sendto(b"\x23" + b"\0" * 47, ("127.0.0.1", port))
        with contextlib.suppress(OSError):
            return len(asking.recv(512)) >= 48
        return False


@contextlib.contextmanager
def chrony(folder, offset):
    """A real NTP server on loopback whose clock is wrong by `offset` seconds; its port.

    Not by less than a second: there chronyd believes the kernel's receive time, which faketime does not change.
    Somebody else may take the free port before chronyd does: then another one is tried.
    """
    for _ in range(3):
        with contextlib.ExitStack() as stack:
            port = free_port()
            stack.enter_context(started(chrony_command(folder, offset, port)))
            deadline = time.monotonic() + 10
            while not (answers := answers_ntp(port)) and time.monotonic() < deadline:
                time.sleep(0.1)
            if answers:
                yield port
                return
    raise RuntimeError("chronyd does not answer")


def chrony_command(folder, offset, port):
    config = pathlib.Path(folder) / f"chrony-{port}.conf"
    config.write_text(f"local stratum 3\nallow 127.0.0.1\nport {port}\ncmdport 0\nbindaddress 127.0.0.1\n"
                      f"pidfile {folder}/{port}.pid\ndriftfile {folder}/{port}.drift\n")
    return ["/usr/bin/faketime", "-f", f"{offset:+}s", "/usr/sbin/chronyd", "-x", "-d", "-U", "-u",
            getpass.getuser(), "-f", str(config)]


class WithHome(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)

    def settings(self, text):
        (self.home / ".wsl-go-doctor.toml").write_text(text)

    def check(self, *arguments, env=None, timeout=60):
        result = doctor("check", "--format", "json", *arguments, home=self.home, cwd=self.home, env=env,
                        timeout=timeout)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        return json.loads(result.stdout)


class Clock(WithHome):
    def offset(self, report):
        found = report["diagnoses"][0]
        measured = found["findings"][0]["measurements"] if found["findings"] else found["measurements"]
        return next(m["value"] for m in measured if m["name"] == "offset")

    def test_skewed_server(self):
        for offset, status in ((0, "ok"), (3.25, "warning"), (-3.25, "warning"), (-241.5, "error")):
            with self.subTest(offset=offset), chrony(self.home, offset) as port:
                self.settings(f'ntp-servers = ["127.0.0.1:{port}"]\n')
                report = self.check("--only", "clock-skew")
                self.assertEqual(status, statuses(report)["clock-skew"])
                self.assertAlmostEqual(offset, self.offset(report), delta=0.1)

    def test_the_majority_wins(self):
        with chrony(self.home, 0) as good, chrony(self.home, 0) as better, chrony(self.home, 900) as bad:
            self.settings(f'ntp-servers = ["127.0.0.1:{bad}", "127.0.0.1:{good}", "127.0.0.1:{better}"]\n')
            report = self.check("--only", "clock-skew")
            self.assertEqual("ok", statuses(report)["clock-skew"])
            self.assertIn(f"127.0.0.1:{bad} contradicts", " ".join(report["diagnoses"][0]["notes"]))

    def test_two_that_disagree_are_not_believed(self):
        with chrony(self.home, -30) as one, chrony(self.home, 30) as other:
            self.settings(f'ntp-servers = ["127.0.0.1:{one}", "127.0.0.1:{other}"]\n')
            report = self.check("--only", "clock-skew")
            self.assertEqual("unknown", statuses(report)["clock-skew"])
            self.assertIn("servers-disagree", findings(report, "clock-skew"))

    def test_thresholds_of_the_settings_count(self):
        with chrony(self.home, 3.25) as port:
            self.settings(f'ntp-servers = ["127.0.0.1:{port}"]\n[checks.clock-skew]\nwarning-seconds = 5\n')
            self.assertEqual("ok", statuses(self.check("--only", "clock-skew"))["clock-skew"])

    def test_offline_asks_nobody(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
            listening.bind(("127.0.0.1", 0))
            listening.settimeout(0.5)
            self.settings(f'ntp-servers = ["127.0.0.1:{listening.getsockname()[1]}"]\n')
            self.assertEqual("skipped", statuses(self.check("--only", "clock-skew", "--offline"))["clock-skew"])
            with self.assertRaises(TimeoutError):
                listening.recv(512)


class Recording(WithHome):
    def test_a_recorded_machine_is_diagnosed_like_the_live_one(self):
        with chrony(self.home, 3.25) as port:
            self.settings(f'ntp-servers = ["127.0.0.1:{port}"]\n')
            live = self.check()
            recording = self.home / "machine.toml"
            recorded = doctor("snapshot", "-o", recording, home=self.home, cwd=self.home)
            self.assertEqual(0, recorded.returncode, recorded.stderr)
        replayed = self.check("--from", recording)
        about = lambda report: [(d["check"], d["status"], [(f["id"], f["severity"]) for f in d["findings"]])
                                for d in report["diagnoses"]]
        self.assertEqual(about(live), about(replayed))
        self.assertEqual(live["environment"]["kind"], replayed["environment"]["kind"])

    def test_names_and_tokens_are_taken_out(self):
        env = {"GOPROXY": "https://zoe:hunter2secret@proxy.example.org", "USER": "zoe"}
        text = doctor("snapshot", "--offline", home=self.home, env=env).stdout
        self.assertIn("snapshot = 1", text)
        self.assertNotIn("hunter2secret", text)
        kept = doctor("snapshot", "--offline", "--no-redact", home=self.home, env=env).stdout
        self.assertIn("snapshot = 1", kept)


class SlowAnswers(WithHome):
    """Answers that take long cost as much as the slowest of them, not their sum."""

    def powershell(self, seconds):
        folder = self.home / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / "powershell.exe"
        program.write_text(f"#!/bin/sh\nsleep {seconds}\n")
        program.chmod(0o755)
        return {"PATH": f"{folder}:{clean_environment(self.home)['PATH']}", "WSL_DISTRO_NAME": "Test"}

    def test_they_overlap(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            self.settings(f'ntp-servers = ["127.0.0.1:{silent.getsockname()[1]}"]\n')
            report = self.check("--environment", "wsl2", env=self.powershell(3))
            durations = [d["duration_ms"] for d in report["diagnoses"]]
            self.assertGreater(sum(durations), report["duration_ms"] * 1.4)

    def test_the_timeout_bounds_everything(self):
        start = time.monotonic()
        report = self.check("--environment", "wsl2", "--timeout", "1", "--offline", env=self.powershell(60))
        self.assertLess(time.monotonic() - start, 10)
        self.assertEqual("unknown", statuses(report)["defender-exclusion"])

    def test_a_powershell_that_hangs_holds_no_pipe_open(self):
        env = {**clean_environment(self.home), **self.powershell(60)}
        start = time.monotonic()
        shell = subprocess.run(["bash", "-c", f"'{PROGRAM}' check --environment wsl2 --offline --timeout 1 | cat"],
                               env=env, cwd=self.home, capture_output=True, text=True, timeout=30)
        self.assertLess(time.monotonic() - start, 15)
        self.assertIn("defender-exclusion", shell.stdout)


class DeadMount(WithHome):
    """A real file system that never answers (FUSE): `check` ends by its deadline and says what it is."""

    def test_a_dead_mount_is_a_diagnosis(self):
        mount = self.home / "dead"
        mount.mkdir()
        server = pathlib.Path(BUILD) / "hanging_fs"
        self.assertTrue(server.exists(), "hanging_fs has not been built")
        with started([str(server), "-f", str(mount)]) as process:
            try:
                deadline = time.monotonic() + 10
                while str(mount) not in pathlib.Path("/proc/self/mountinfo").read_text():
                    self.assertLess(time.monotonic(), deadline, "the FUSE mount did not come up")
                    time.sleep(0.05)
                os.kill(process.pid, signal.SIGUSR1)
                time.sleep(0.2)
                start = time.monotonic()
                env = {**clean_environment(self.home), "GOCACHE": f"{mount}/go-build", "GOMODCACHE": f"{mount}/mod"}
                shell = subprocess.run(["bash", "-c", f"'{PROGRAM}' check --offline --format json | cat"], env=env,
                                       cwd=self.home, capture_output=True, text=True, timeout=60)
                self.assertLess(time.monotonic() - start, 12)
                self.assertIn(f"hung{mount}", findings(json.loads(shell.stdout), "windows-drive"))
            finally:
                subprocess.run(["fusermount3", "-u", "-z", str(mount)], check=True)


if __name__ == "__main__":
    unittest.main()
