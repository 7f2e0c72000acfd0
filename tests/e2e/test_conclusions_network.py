"""What machines with a sick network must be told, written by hand."""

import json
import pathlib
import tempfile
import unittest

from support import FIXTURES, diagnose, doctor, findings, statuses

CHECK = "dns-network"
PASSWORD = "hunter2"

# fixture: (status, {finding id: (severity, parts of what it says)})
EXPECTED = {
    "network-resolv-conf-gone": ("error", {
        "resolv-conf": ("error", ["link to a file that does not exist", "/etc/wsl.conf keeps WSL from writing it"])}),
    "network-dns-silent": ("error", {
        "name-servers": ("error", ["8.8.8.8 is silent", "generateResolvConf=true", "chattr -i"])}),
    "network-dns-first-silent": ("warning", {"slow": ("warning", ["10.40.0.53 is silent", "wait 5.0 s"])}),
    "network-proxy-localhost": ("error", {
        "https-proxy": ("error", ["https_proxy", "127.0.0.1:7890", "networkingMode=mirrored", "172.168.80.1:7890"])}),
    "network-vpn-mtu": ("warning", {"mtu": ("warning", ["1500 bytes", "1390", "dev eth0 mtu 1390"])}),
    "network-mirrored-refused": ("warning", {
        "networking-mode": ("warning", ["networkingMode=mirrored", "nat runs", "build 19045"])}),
    "network-ipv6-nowhere": ("warning", {"ipv6": ("warning", ["IPv6 leads nowhere", "300 ms"])}),
    "network-none": ("error", {"no-network": ("error", ["could not set one up"])}),
    "network-behind-proxy": ("ok", {}),
    "network-offline": ("skipped", {}),
}


class NetworkConclusions(unittest.TestCase):
    def test_statuses_and_findings(self):
        for fixture, (status, expected) in EXPECTED.items():
            report = diagnose(fixture)
            with self.subTest(fixture=fixture):
                self.assertEqual(status, statuses(report)[CHECK])
                found = findings(report, CHECK)
                self.assertEqual(sorted(expected), sorted(found))
                for finding, (severity, parts) in expected.items():
                    self.assertEqual(severity, found[finding]["severity"])
                    said = found[finding]["summary"] + " " + found[finding]["detail"]
                    for part in parts:
                        self.assertIn(part, said)

    def test_nothing_else_complains(self):
        """A sick network is this check's business; no other check makes a finding of it."""
        for fixture in EXPECTED:
            for check, status in statuses(diagnose(fixture)).items():
                # The clock needs the network too, and the linter knows which key takes which Windows.
                if check == CHECK or (fixture, check) in (("network-none", "clock-skew"),
                                                          ("network-mirrored-refused", "wslconfig")):
                    continue
                with self.subTest(fixture=fixture, check=check):
                    self.assertIn(status, ("ok", "skipped", "unknown"))

    def test_only_a_missing_resolv_conf_is_mended(self):
        for fixture in EXPECTED:
            for finding, found in findings(diagnose(fixture), CHECK).items():
                with self.subTest(fixture=fixture, finding=finding):
                    fix = found["fix"] and found["fix"]["id"]
                    self.assertEqual("dns-resolv-conf-wsl" if finding == "resolv-conf" else None, fix)

    def test_the_fix_waits_for_a_restart(self):
        fix = findings(diagnose("network-resolv-conf-gone"), CHECK)["resolv-conf"]["fix"]
        self.assertEqual("root", fix["needs"])
        self.assertEqual("distribution", fix["restart"])
        self.assertTrue(fix["automatic"])
        self.assertIn("/etc/wsl.conf", fix["script"])

    def test_passwords_of_proxies_are_never_shown(self):
        snapshot = FIXTURES / "network-proxy-localhost.toml"
        self.assertIn(PASSWORD, snapshot.read_text())
        for arguments in (["check", "-v"], ["check", "--format", "json"], ["fix"]):
            result = doctor(*arguments, "--from", snapshot)
            self.assertNotIn(PASSWORD, result.stdout + result.stderr)

    def test_a_slow_look_up_is_a_matter_of_the_settings(self):
        settings = "[checks.dns-network]\nslow-seconds = 30\n"
        with tempfile.TemporaryDirectory() as home:
            folder = pathlib.Path(home, ".config", "wsl-go-doctor")
            folder.mkdir(parents=True)
            (folder / "config.toml").write_text(settings)
            result = doctor("check", "--from", FIXTURES / "network-dns-first-silent.toml", "--format", "json",
                            home=home)
            self.assertEqual("ok", statuses(json.loads(result.stdout))[CHECK])


if __name__ == "__main__":
    unittest.main()
