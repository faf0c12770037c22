"""Clocks of one process that jump, by a library that is preloaded; the machine's are left alone."""

from __future__ import annotations

import mmap
import pathlib
import struct
import subprocess

SOURCE = pathlib.Path(__file__).with_suffix(".c")


class JumpingClock:
    def __init__(self, folder: pathlib.Path):
        library = folder / "jumping_clock.so"
        if not library.exists():
            subprocess.run(["clang-19", "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE)], check=True)
        file = folder / "jumping_clock"
        file.write_bytes(bytes(24))
        with file.open("r+b") as opened:
            self._mapped = mmap.mmap(opened.fileno(), 24)
        self._offsets = [0, 0, 0]
        self.variables = {"LD_PRELOAD": str(library), "STOREFLEET_TEST_CLOCK": str(file)}

    def jump(self, wall: float = 0, monotonic: float = 0, boot: float = 0) -> None:
        """Moves the clocks by so many seconds."""
        for index, seconds in enumerate((wall, monotonic, boot)):
            self._offsets[index] += int(seconds * 1e9)
        self._mapped[:] = struct.pack("3q", *self._offsets)
