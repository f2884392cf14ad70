"""Runs one pytest file the way the suite wants it: warnings are errors, nothing is written into the source tree."""

import os
import sys

try:
    import pytest
except ImportError:
    print("skipped: pytest is not installed for", sys.executable)
    sys.exit(77)

sys.dont_write_bytecode = True
sys.exit(pytest.main(["-q", "-W", "error", "-p", "no:cacheprovider", "--rootdir", os.path.dirname(os.path.abspath(sys.argv[1])), *sys.argv[1:]]))
