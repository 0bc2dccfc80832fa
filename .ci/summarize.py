"""Prints 'N passed, N failed, N skipped' for the Maven test reports below a folder.

Exits with 1 when a test failed or when no test ran.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def main(root: pathlib.Path) -> int:
    passed = failed = skipped = 0
    for folder in ("surefire-reports", "failsafe-reports"):
        for report in sorted(root.glob(f"*/target/{folder}/TEST-*.xml")):
            for case in ElementTree.parse(report).getroot().iter("testcase"):
                if case.find("failure") is not None or case.find("error") is not None:
                    failed += 1
                    print(f"failed: {case.get('classname')}.{case.get('name')} ({report})")
                elif case.find("skipped") is not None:
                    skipped += 1
                else:
                    passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    if passed + failed == 0:
        print("No test ran: see Maven's output above.", file=sys.stderr)
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
