"""The two questions that every table of conclusions asks of its fixtures."""

from support import diagnose, findings, statuses


def assert_told(test, expected):
    """`expected`: {fixture: {check: (status, ids of its findings; None: whichever)}}."""
    for fixture, checks in expected.items():
        report = diagnose(fixture)
        for check, (status, ids) in checks.items():
            with test.subTest(fixture=fixture, check=check):
                test.assertEqual(status, statuses(report)[check])
                if ids is not None:
                    test.assertEqual(sorted(ids), sorted(findings(report, check)))


def assert_fixes(test, expected):
    """`expected`: {fixture: {check: {finding: fix}}}; a fix is its id, or (id, automatic); None: there must be none."""
    for fixture, checks in expected.items():
        report = diagnose(fixture)
        for check, fixes in checks.items():
            for finding, fix in fixes.items():
                with test.subTest(fixture=fixture, finding=finding):
                    found = findings(report, check)[finding]["fix"]
                    if isinstance(fix, tuple):
                        test.assertEqual(fix, found and (found["id"], found["automatic"]))
                    else:
                        test.assertEqual(fix, found and found["id"])
