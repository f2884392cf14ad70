"""Runs one pytest file the way the suite wants it: warnings are errors, nothing is written into the source tree."""

import sys

try:
    import pytest
except ImportError:
    print("skipped: pytest is not installed for", sys.executable)
    sys.exit(77)

sys.dont_write_bytecode = True
sys.exit(pytest.main(["-q", "-W", "error", "-p", "no:cacheprovider", "--rootdir", sys.argv[1].rsplit("/", 1)[0], *sys.argv[1:]]))
