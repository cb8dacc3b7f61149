#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens on the novice's screen while bench-session measures; each runs until it is stopped.

screen.py wallpaper        a picture as large as the screen, of which no two rows are alike
screen.py video X Y W H N  N times a second a photo-like picture: eight of them in turn
screen.py scroll N         N lines of text a second, into this terminal
screen.py echo             for each key another picture of four letters, into this terminal
"""

import math
import os
import random
import sys
import time
import tty

import x11


def wallpaper():
    display = x11.Display(os.environ["DISPLAY"])
    rows = bytearray()
    for y in range(display.height):
        row = bytearray(display.width * 4)
        row[0::4] = bytes((x // 8 + y // 8) & 255 for x in range(display.width))
        row[1::4] = bytes([y & 255]) * display.width
        row[2::4] = bytes([y >> 8]) * display.width
        rows += row
    window = display.window(0, 0, display.width, display.height)
    picture = display.picture(display.width, display.height, bytes(rows))
    display.put(window, picture)
    print("ready", flush=True)
    time.sleep(1 << 20)


def photo(width, height, turn):
    """Soft shapes that zoom, and a little noise; four bytes each pixel."""
    source = random.Random(turn)
    noise = source.randbytes(width + 4096)
    zoom, pixels = 30 + 4 * turn, bytearray(width * height * 4)
    across = [round(50 * math.sin(x / zoom)) for x in range(width)]
    for y in range(height):
        down, at = 128 + round(60 * math.cos(y / zoom)), source.randrange(4096)
        row = bytearray(width * 4)
        for channel in range(3):
            row[channel::4] = bytes(down + step + (grain >> 5) + channel * 2
                                    for step, grain in zip(across, noise[at:]))
        pixels[y * width * 4:(y + 1) * width * 4] = row
    return bytes(pixels)


def video(x, y, width, height, rate):
    display = x11.Display(os.environ["DISPLAY"])
    window = display.window(x, y, width, height)
    pictures = [display.picture(width, height, photo(width, height, turn)) for turn in range(8)]
    print("ready", flush=True)
    due = time.monotonic()
    while True:
        for picture in pictures + pictures[-2:0:-1]:
            display.put(window, picture)
            due += 1 / rate
            time.sleep(max(due - time.monotonic(), 0))


def scroll(rate):
    words = "the quick brown fox jumps over a lazy dog and then sleeps in the warm sun for hours".split()
    source, due, number = random.Random(1), time.monotonic(), 0
    while True:
        number += 1
        print(f"{number:6} " + " ".join(source.choice(words) for _ in range(11)), flush=True)
        due += 1 / rate
        time.sleep(max(due - time.monotonic(), 0))


def echo():
    tty.setraw(0)
    turn = 0
    while os.read(0, 1):
        turn = 1 - turn
        os.write(1, b"\r" + (b"####" if turn else b"    "))


if __name__ == "__main__":
    command, numbers = sys.argv[1], [int(argument) for argument in sys.argv[2:]]
    {"wallpaper": wallpaper, "video": video, "scroll": scroll, "echo": echo}[command](*numbers)
