"""The judge is that of the engine's own tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "routing"))
