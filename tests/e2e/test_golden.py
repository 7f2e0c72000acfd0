"""Every fixture is diagnosed as its golden files say, and every report keeps its contract."""

import json
import unittest

import jsonschema

from golden import reports
from support import FIXTURES, all_fixtures, schema


class Golden(unittest.TestCase):
    maxDiff = None

    def test_every_fixture(self):
        names = all_fixtures()
        self.assertGreaterEqual(len(names), 24)
        validator = jsonschema.Draft7Validator(schema())
        for name in names:
            for suffix, content in reports(name).items():
                with self.subTest(fixture=name, report=suffix):
                    self.assertEqual((FIXTURES / f"{name}{suffix}").read_bytes().decode(), content)
                    if suffix == ".json":
                        self.assertEqual([], [error.message for error in validator.iter_errors(json.loads(content))])

    def test_text_fits_eighty_columns_and_holds_no_escapes(self):
        for name in all_fixtures():
            text = (FIXTURES / f"{name}.txt").read_text()
            with self.subTest(fixture=name):
                self.assertNotIn("\x1b", text)
                for line in text.splitlines():
                    self.assertLessEqual(len(line), 80, line)
                    self.assertEqual(line.rstrip(), line)

    def test_no_golden_file_is_left_over(self):
        names = set(all_fixtures())
        for path in FIXTURES.iterdir():
            self.assertIn(path.stem, names, path)


if __name__ == "__main__":
    unittest.main()
