#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No stage of the picture path needs notably more instructions than tests/bench/instructions says."""

import os
import runpy
import sys

sys.argv[1:] = ["--tap"]
runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench-instructions"), run_name="__main__")
