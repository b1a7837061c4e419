"""``python -m jKool``: the command ``tnt4``."""

import sys

from jKool._command import main

sys.exit(main())
