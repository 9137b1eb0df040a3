"""An animated WebP of screenshots. Chromium encodes the parts that change; this module puts them in their container.

Source: RFC 9649, section 2.7 (the extended file format: VP8X, ANIM, ANMF).
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from playwright.sync_api import Browser

#: Draws a screenshot on a canvas and returns the part that differs from the one before, or null: [x, y, width, height,
#: WebP in base64]. x and y are even, as the container wants them.
DRAW = """async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    window.canvas ??= new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    const before = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    context.drawImage(image, 0, 0);
    const after = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    let [left, top, right, bottom] = [canvas.width, canvas.height, -1, -1];
    for (let at = 0; at < after.length; at++) {
        if (after[at] === before[at]) continue;
        const x = at % canvas.width, y = Math.floor(at / canvas.width);
        left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
    }
    if (right < 0) return null;
    left -= left % 2; top -= top % 2;
    const [width, height] = [right - left + 1, bottom - top + 1];
    const part = new OffscreenCanvas(width, height);
    part.getContext("2d", { alpha: false }).drawImage(canvas, -left, -top);
    const blob = await part.convertToBlob({ type: "image/webp", quality: QUALITY });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return [left, top, width, height, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))];
}"""
QUALITY = 0.8


@dataclass(frozen=True)
class Patch:
    """A part of a frame that is drawn over the frame before: its place, its size, and the chunk of its image."""

    x: int
    y: int
    width: int
    height: int
    image: bytes


class Canvas:
    """A page of Chromium that encodes screenshots of one size."""

    def __init__(self, browser: Browser, size: tuple[int, int]) -> None:
        """Use a page of a browser."""
        self._page = browser.new_page(viewport={"width": size[0], "height": size[1]})

    def __enter__(self) -> Self:
        """Return the canvas."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the page."""
        self._page.close()

    def patches(self, frames: Iterable[bytes]) -> Iterator[Patch | None]:
        """Yield what each frame changes, None where it changes nothing."""
        for frame in frames:
            found = self._page.evaluate(DRAW.replace("QUALITY", str(QUALITY)), base64.b64encode(frame).decode())
            if found is None:
                yield None
                continue
            x, y, width, height, file = found
            yield Patch(x, y, width, height, _image(base64.b64decode(file)))


def webp(size: tuple[int, int], patches: Iterable[Patch | None], milliseconds: int) -> bytes:
    """Return an animation that repeats for ever, each of whose frames is shown for some milliseconds."""
    shown: list[tuple[Patch, int]] = []
    for patch in patches:
        if patch is None:
            shown[-1] = (shown[-1][0], shown[-1][1] + milliseconds)
        else:
            shown.append((patch, milliseconds))
    animated, no_blending = 0x02, 0x02
    body = _chunk(b"VP8X", bytes([animated, 0, 0, 0]) + _three(size[0] - 1) + _three(size[1] - 1))
    body += _chunk(b"ANIM", struct.pack("<IH", 0, 0))
    for patch, duration in shown:
        place = (patch.x // 2, patch.y // 2, patch.width - 1, patch.height - 1, duration)
        body += _chunk(b"ANMF", b"".join(map(_three, place)) + bytes([no_blending]) + patch.image)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _image(file: bytes) -> bytes:
    """Return the chunk of a WebP file that has its image, without those of its colour profile."""
    at = 12  # after "RIFF", the size of the file and "WEBP"
    while True:
        name, size = struct.unpack_from("<4sI", file, at)
        end = at + 8 + size + size % 2
        if name in {b"VP8 ", b"VP8L"}:
            return file[at:end]
        at = end


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
