"""Every script that any fixture brings forth: shellcheck, then real bash in a scratch root made of the fixture's own
files, twice, then its undo. The same bytes must come back."""

import base64
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import tomllib
import unittest

from support import FIXTURES, all_fixtures, clean_environment, diagnose


def fixes(fixture):
    found = {}
    for diagnosis in diagnose(fixture)["diagnoses"]:
        for finding in diagnosis["findings"]:
            if finding["fix"]:
                found[finding["fix"]["id"]] = finding["fix"]
    return found


def real_library(name):
    soname = next((soname for soname in ("libstdc++.so.6", "libc.so.6") if name.startswith(soname)), None)
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    return next((line.split()[-1] for line in listed.splitlines() if soname and line.split()[0] == soname), None)


def lay_out(fixture, root):
    """The fixture's files, as far as they are files, folders and links, below a scratch root."""
    machine = tomllib.loads((FIXTURES / f"{fixture}.toml").read_text())
    (root / machine["variables"]["HOME"].lstrip("/")).mkdir(parents=True)
    entries = machine.get("files", {})
    for path, entry in sorted(entries.items()):
        entry = {"text": entry} if isinstance(entry, str) else entry
        if not set(entry) & {"link"}:
            continue
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(entry["link"])
    for path, entry in entries.items():
        entry = {"text": entry} if isinstance(entry, str) else entry
        if "error" in entry or "link" in entry:
            continue
        place = root / path.lstrip("/")
        for folder in reversed(place.parents):
            if folder.is_relative_to(root):
                folder.mkdir(exist_ok=True) if not folder.is_symlink() else None
        if entry.get("kind") == "directory":
            place.mkdir(parents=True, exist_ok=True)
            continue
        content = base64.b64decode(entry["base64"]) if "base64" in entry else entry.get("text", "").encode()
        # A fixture holds no libraries; ldconfig wants real ones.
        library = real_library(place.name) if not content else None
        shutil.copyfile(library, place) if library else place.write_bytes(content)
        place.chmod(entry.get("mode", 0o644))


def picture(root):
    """Everything below a folder: kind, mode, content; the log of update-alternatives left out."""
    seen = {}
    for place in sorted(root.rglob("*")):
        name = str(place.relative_to(root))
        if name in ("var", "var/log", "var/log/alternatives.log"):
            continue
        if place.is_symlink():
            seen[name] = ("link", os.readlink(place))
        elif place.is_dir():
            seen[name] = ("folder", place.stat().st_mode)
        else:
            seen[name] = ("file", place.stat().st_mode, hashlib.sha256(place.read_bytes()).hexdigest())
    return seen


class FixScripts(unittest.TestCase):
    def run_script(self, script, root, *arguments):
        # The clock's scripts look for hwclock, which not every release installs, and run nothing in a scratch root.
        hwclock = root.with_name("tools") / "hwclock"
        hwclock.parent.mkdir(exist_ok=True)
        hwclock.write_text("#!/bin/sh\nexit 1\n")
        hwclock.chmod(0o755)
        env = {**clean_environment("/root"), "WSL_GO_DOCTOR_ROOT": str(root),
               "WSL_GO_DOCTOR_BACKUP": str(root.with_name("backup"))}
        env["PATH"] += f":{hwclock.parent}"
        return subprocess.run(["bash", str(script), *arguments], capture_output=True, text=True, env=env, timeout=60)

    def systemd_off(self, folder):
        """The machine `systemd-off` laid out in `folder`, and the script that mends it."""
        root = pathlib.Path(folder) / "root"
        root.mkdir()
        lay_out("systemd-off", root)
        script = pathlib.Path(folder) / "fix.sh"
        script.write_text(fixes("systemd-off")["systemd-enable"]["script"])
        return root, script

    def bash_fixes(self):
        for fixture in all_fixtures():
            for fix in fixes(fixture).values():
                if fix["shell"] == "bash":
                    yield fixture, fix

    def test_shellcheck(self):
        with tempfile.TemporaryDirectory() as folder:
            scripts = []
            for fixture, fix in self.bash_fixes():
                path = pathlib.Path(folder) / f"{fixture}--{fix['id']}.sh"
                path.write_text(fix["script"])
                scripts.append(str(path))
            self.assertGreater(len(scripts), 10)
            result = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, timeout=300)
            self.assertEqual("", result.stdout + result.stderr)

    def test_apply_twice_and_undo(self):
        changed_files = 0
        for fixture, fix in self.bash_fixes():
            with self.subTest(fixture=fixture, fix=fix["id"]), tempfile.TemporaryDirectory() as folder:
                root = pathlib.Path(folder) / "root"
                root.mkdir()
                lay_out(fixture, root)
                script = pathlib.Path(folder) / "fix.sh"
                script.write_text(fix["script"])
                before = picture(root)
                first = self.run_script(script, root)
                self.assertEqual(0, first.returncode, first.stdout + first.stderr)
                once = picture(root)
                second = self.run_script(script, root)
                self.assertEqual(0, second.returncode, second.stdout + second.stderr)
                self.assertEqual(once, picture(root))
                undone = self.run_script(script, root, "--undo")
                self.assertEqual(0, undone.returncode, undone.stdout + undone.stderr)
                self.assertEqual(before, picture(root))
                changed_files += once != before
        self.assertGreater(changed_files, 8)

    def test_what_the_systemd_fix_writes_is_what_wsl_needs(self):
        with tempfile.TemporaryDirectory() as folder:
            root, script = self.systemd_off(folder)
            before = (root / "etc/wsl.conf").read_text()
            self.assertEqual(0, self.run_script(script, root).returncode)
            after = (root / "etc/wsl.conf").read_text()
            self.assertTrue(after.startswith(before))
            self.assertIn("[boot]\nsystemd=true\n", after)

    def test_a_file_that_changed_since_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            root, script = self.systemd_off(folder)
            (root / "etc/wsl.conf").write_text("[user]\ndefault=somebody-else\n")
            result = self.run_script(script, root)
            self.assertNotEqual(0, result.returncode)
            self.assertIn("has changed since", result.stderr)
            self.assertEqual("[user]\ndefault=somebody-else\n", (root / "etc/wsl.conf").read_text())

    def test_the_kernel_command_line_is_merged(self):
        script = fixes("cgroup-hybrid")["cgroup-wslconfig"]["script"]
        self.assertIn("vsyscall=emulate cgroup_no_v1=all", script)

    def test_powershell_scripts_are_ascii_and_know_undo(self):
        found = 0
        for fixture in all_fixtures():
            for fix in fixes(fixture).values():
                if fix["shell"] == "powershell":
                    found += 1
                    self.assertTrue(fix["script"].isascii())
                    self.assertIn("param([switch]$Undo)", fix["script"])
        self.assertGreater(found, 0)


class ProjectCopy(unittest.TestCase):
    def test_uncommitted_work_is_carried_over(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder) / "root"
            project = root / "mnt/c/Users/zoe/source/shop"
            project.mkdir(parents=True)
            (root / "home/zoe").mkdir(parents=True)
            git = lambda *words: subprocess.run(["git", "-C", str(project), "-c", "user.name=z", "-c", "user.email=z@z",
                                                 *words], check=True, capture_output=True)
            git("init", "-q")
            (project / "main.go").write_text("package main\n")
            (project / "run.sh").write_text("#!/bin/sh\n")
            (project / "run.sh").chmod(0o755)
            git("add", ".")
            git("commit", "-qm", "one")
            (project / "main.go").write_text("package main // edited\n")
            (project / "new file.txt").write_text("untracked\n")
            (project / "link").symlink_to("main.go")
            (project / "main.go").chmod(0o777)  # as a Windows drive shows it
            script = pathlib.Path(folder) / "fix.sh"
            script.write_text(fixes("work-on-mnt-c")["windows-drive-project"]["script"])
            env = {**clean_environment(root / "home/zoe"), "WSL_GO_DOCTOR_ROOT": str(root)}
            run = lambda *words: subprocess.run(["bash", str(script), *words], env=env, capture_output=True, text=True)
            first = run()
            self.assertEqual(0, first.returncode, first.stderr)
            copy = root / "home/zoe/src/shop"
            self.assertEqual("package main // edited\n", (copy / "main.go").read_text())
            self.assertEqual("untracked\n", (copy / "new file.txt").read_text())
            self.assertEqual("main.go", os.readlink(copy / "link"))
            self.assertEqual(0o644, (copy / "main.go").stat().st_mode & 0o777)
            self.assertEqual(0o755, (copy / "run.sh").stat().st_mode & 0o777)
            self.assertTrue((project / "main.go").exists())
            self.assertIn("Already copied", run().stdout)
            (copy / "main.go").write_text("new work\n")
            refused = run("--undo")
            self.assertNotEqual(0, refused.returncode)
            self.assertTrue(copy.exists())
            (copy / "main.go").write_text("package main // edited\n")
            self.assertEqual(0, run("--undo").returncode)
            self.assertFalse(copy.exists())

    def test_a_hostile_repository_starts_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder) / "root"
            project = root / "mnt/c/Users/zoe/source/shop"
            project.mkdir(parents=True)
            marker = pathlib.Path(folder) / "owned"
            subprocess.run(["git", "init", "-q", str(project)], check=True)
            (project / "$(touch owned)\n'x'").write_text("x")
            subprocess.run(["git", "-C", str(project), "add", "."], check=True)
            with open(project / ".git/config", "a", encoding="utf-8") as config:
                config.write(f"[core]\n\tfsmonitor = touch {marker}\n\tpager = touch {marker}\n"
                             f"\thooksPath = {folder}\n[alias]\n\tls-files = !touch {marker}\n")
            script = pathlib.Path(folder) / "fix.sh"
            script.write_text(fixes("work-on-mnt-c")["windows-drive-project"]["script"])
            env = {**clean_environment(root / "home/zoe"), "WSL_GO_DOCTOR_ROOT": str(root)}
            result = subprocess.run(["bash", str(script)], env=env, cwd=folder, capture_output=True, text=True)
            self.assertEqual(0, result.returncode, result.stderr)
            self.assertFalse(marker.exists())
            self.assertFalse((pathlib.Path(folder) / "owned").exists())


if __name__ == "__main__":
    unittest.main()
