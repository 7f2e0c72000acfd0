"""The README says what the program says."""

import unittest

from support import SOURCE, doctor


class Readme(unittest.TestCase):
    def test_table_of_checks(self):
        table = doctor("list", "--format", "markdown").stdout.strip()
        self.assertIn("windows-drive", table)
        self.assertIn(table, (SOURCE / "README.md").read_text())

    def test_its_sample_is_what_the_program_prints(self):
        prompt = "$ wsl-go-doctor "
        text = (SOURCE / "README.md").read_text()
        command, sample = text.split(prompt, 1)[1].split("```", 1)[0].split("\n", 1)
        self.assertIn("--from fixtures/", command)
        self.assertEqual(doctor(*command.split(), cwd=SOURCE).stdout, sample)

    def test_every_option_it_names_exists(self):
        import re
        helps = "".join(doctor(*words, "--help").stdout
                        for words in ([], ["check"], ["fix"], ["list"], ["explain"], ["snapshot"]))
        text = (SOURCE / "README.md").read_text()
        for block in re.findall(r"wsl-go-doctor [^\n`]*", text):
            for option in re.findall(r"(?<= )--[a-z][a-z-]+", block):
                self.assertIn(option, helps, block)


if __name__ == "__main__":
    unittest.main()
