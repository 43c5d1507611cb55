"""Processes that must not outlive the one that started them."""

from __future__ import annotations

import os
import signal
import threading
import time


def leave_with_parent(parent: int | None = None) -> None:
    """From now on this process ends (SIGTERM, then hard) within two seconds once its parent is gone.

    A parent killed with -9 tells nobody; the only sign is that the kernel gives its children another parent.
    """
    expected = parent or os.getppid()

    def watch() -> None:
        while os.getppid() == expected:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(8)
        os._exit(1)

    threading.Thread(target=watch, name="leave-with-parent", daemon=True).start()
