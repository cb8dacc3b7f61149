# SPDX-License-Identifier: GPL-3.0-or-later
"""A helper who has the key, lies, and tries to get past each of the novice's consents."""

import ctypes
import os
import struct
import subprocess
import time
import zlib

import ra_test
from liar import (ASSIST, CHAT, CLIPBOARD_SHARED, CURSOR, EXTENDED_CLIPBOARD, FENCE, FILE_ANSWER, FILE_CLOSE, MONITOR,
                  PAUSED, POINT, POINTER_POSITION, RAW, VOICE_ANSWER, VOICE_END, VOICE_SOUND, VOICE_WANT, WANT_CONTROL,
                  Liar, assist, fence, file_data, file_end, file_offer, holds, host_pid, key, key_of, memory, pointer,
                  request, workers)
from novice import Novice
from ra_test import Failure, check, need, wait_for
from sharing import invite, paint, set_stage

COVER = (b"\x52\x42\x3b\x00", b"\xe9\xde\xd8\x00")  # what a hidden screen is covered with, B G R and a byte
CONTENT = b"x" * 100
BOMB = 512  # MiB


class Scene:
    """A novice, and what a liar needs to come to them."""

    def __init__(self, stage, settings=""):
        novice, helper = set_stage(stage)
        novice.update(SDL_AUDIODRIVER="dummy")
        folder = os.path.join(novice["XDG_CONFIG_HOME"], "remote-assistance")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "config"), "w", encoding="ascii") as file:
            file.write(settings)
        self.env = novice
        self.downloads = os.path.join(novice["HOME"], "Downloads")
        self.psk = key_of(stage, helper, *invite(stage, novice))
        self.novice = Novice(novice)

    def view(self, *numbers):
        liar = Liar(self.psk)
        liar.ask()
        self.say(True, "connect")
        liar.begin(*(numbers or (RAW, ASSIST)))
        self.novice.wait_state("viewing")
        return liar

    def control(self, liar):
        liar.send(assist(WANT_CONTROL))
        self.say(True, "control")
        self.novice.wait_state("controlling")
        time.sleep(0.7)  # what comes right after a question is dropped

    def say(self, yes, what):
        number, _ = self.novice.question(what)
        self.novice.answer(number, yes)

    def questions(self):
        return [what for _, what, _ in self.novice.value("Questions")]

    def back(self, psk, *numbers):
        """Comes back with PSK, without a question."""
        liar = Liar(psk)
        liar.ask()
        liar.begin(*(numbers or (RAW, ASSIST)))
        wait_for("the helper to be back", 10, lambda: not self.novice.value("HelperLost"))
        check("connect" not in self.questions(), "the novice was asked again")
        return liar

    def cut(self, liar):
        liar.close()
        wait_for("the agent to notice", 10, lambda: self.novice.value("HelperLost"))

    def ended(self, liar, what):
        """The lie ended the session, and nobody comes back to it."""
        check(liar.gone(), f"{what}: the session goes on")
        self.novice.wait_state("listening")
        check(not self.novice.value("HelperLost"), f"{what}: the liar may come back")
        liar.close()


def test_nothing_is_taken_that_was_not_offered(stage):
    scene = Scene(stage, "[Session]\nChat=false\nFiles=false\nVoice=false\nPointing=false\nClipboard=false\n")
    lies = {"chat": assist(CHAT, b"\0\0\0\1hello"), "a file": file_offer(1, 5, b"a"), "voice": assist(VOICE_WANT),
            "sound": assist(VOICE_SOUND, b"\0\0\0\0\xf8\xff\xfe"), "a point": assist(POINT, b"\0\1\0\1\1"),
            "the clipboard": assist(CLIPBOARD_SHARED, b"\1")}
    for what, lie in lies.items():
        liar = scene.view()
        liar.send(lie)
        scene.ended(liar, what)
        check(scene.questions() == [], f"{what}: the novice was asked")
        check(scene.novice.heard("", "them") is None, f"{what}: it is in the history")


def test_no_file_without_a_yes(stage):
    scene = Scene(stage)
    offer = file_offer(1, len(CONTENT), b"a")
    lies = {"data of nothing": file_data(1, 0, CONTENT), "data before the answer": offer + file_data(1, 0, CONTENT),
            "an end before the answer": file_offer(1, 0, b"a") + file_end(1, b""),
            "a yes of their own": offer + assist(FILE_ANSWER, b"\0\0\0\1\1" + bytes(8)),
            "done by their own word": offer + assist(FILE_CLOSE, b"\0\0\0\1\1\0"),
            "the same twice": offer + offer, "a name with a zero": file_offer(1, 5, b"a\0b"),
            "no name": file_offer(1, 5, b""), "a size beyond all": file_offer(1, 1 << 63, b"a")}
    for what, lie in lies.items():
        liar = scene.view()
        liar.send(lie)
        scene.ended(liar, what)
        check(not os.path.exists(scene.downloads) or os.listdir(scene.downloads) == [], f"{what}: something came")


def take(scene, liar, number, name):
    """Offers and sends a file that the novice takes; its transfer."""
    liar.send(file_offer(number, len(CONTENT), name))
    question, transfer = scene.novice.file_question()
    scene.novice.answer(question, True)
    check(liar.hear(FILE_ANSWER)[4] == 1, "the answer is no")
    liar.send(file_data(number, 0, CONTENT), file_end(number, CONTENT))
    return scene.novice.wait_transfer(transfer, "over")


def test_no_file_leaves_its_folder(stage):
    scene = Scene(stage)
    outside = stage.path("outside")
    os.makedirs(scene.downloads)
    os.makedirs(outside)
    os.symlink(os.path.join(outside, "planted"), os.path.join(scene.downloads, "link"))
    before = sorted(os.listdir(scene.env["HOME"]))
    names = {b"../../../up": "up", b"/etc/passwd": "passwd", b"C:\\Windows\\calc.exe": "calc.exe", b".bashrc": "bashrc",
             b"..": None, b"CON": "_CON", b"dots. . .": "dots", b"link": "link (2)", b"-rf": "_rf",
             "gpj.\u202eexe".encode(): None, b"\x1b]0;title\x07": None, b"n" * 255: None, b"up": "up (2)"}
    liar = scene.view()
    for number, (name, wanted) in enumerate(names.items(), 1):
        transfer = take(scene, liar, number, name)
        check(transfer["end"] == "done", f"{name}: {transfer['text']}")
        path = bytes(transfer["path"]).rstrip(b"\0").decode()
        folder, base = os.path.split(path)
        check(folder == scene.downloads, f"{name} went to {folder}")
        check(wanted in (None, base), f"{name} is called {base}, not {wanted}")
        check(base.isprintable() and not base.startswith(".") and len(base.encode()) <= 255, f"{name}: {base!r}")
        with open(path, "rb") as file:
            check(file.read() == CONTENT, f"{name}: not what was sent")
        check(os.stat(path).st_mode & 0o111 == 0, f"{name} can be run")
    check(len(os.listdir(scene.downloads)) == len(names) + 1, "there is more, or less")
    check(os.listdir(outside) == [] and sorted(os.listdir(scene.env["HOME"])) == before, "something came elsewhere")
    # The folder is another one when the file is complete.
    liar.send(file_offer(99, len(CONTENT), b"late"))
    question, number = scene.novice.file_question()
    scene.novice.answer(question, True)
    liar.hear(FILE_ANSWER)
    os.rename(scene.downloads, scene.downloads + ".old")
    os.symlink(outside, scene.downloads)
    liar.send(file_data(99, 0, CONTENT), file_end(99, CONTENT))
    scene.novice.wait_transfer(number, "over")
    check(os.listdir(outside) == [], "it followed a link that was made meanwhile")


def test_no_yes_is_won_by_coming_back(stage):
    scene = Scene(stage)
    liar = scene.view()
    psk = liar.resume_key()
    offer = file_offer(1, len(CONTENT), b"a")
    liar.send(offer, file_offer(2, len(CONTENT), b"b"))
    question, _ = scene.novice.file_question()
    scene.novice.answer(question, False)
    wait_for("the question about the second", 10, lambda: scene.questions() == ["file"])
    scene.cut(liar)
    check(scene.questions() == [], "there is a question and nobody who asked it")
    liar = scene.back(psk)
    psk = liar.resume_key()
    liar.send(offer, file_offer(2, len(CONTENT), b"b"))
    check(liar.hear(FILE_CLOSE) == b"\0\0\0\1\0\2", "the refused one is not refused any more")
    question, number = scene.novice.file_question()
    check(scene.novice.transfer(number)["name"] == "b", "the novice is asked about another")
    scene.novice.answer(question, True)
    check(liar.hear(FILE_ANSWER)[:5] == b"\0\0\0\2\1", "the answer is no")
    liar.send(file_data(2, 0, CONTENT[:10]))
    wait_for("the first bytes", 10, lambda: scene.novice.transfer(number)["done"] == 10)
    scene.cut(liar)
    liar = scene.back(psk)
    psk = liar.resume_key()
    liar.send(file_offer(2, len(CONTENT), b"b"))
    check(liar.hear(FILE_ANSWER) == b"\0\0\0\2\1" + (10).to_bytes(8, "big"), "it does not go on where it was")
    scene.cut(liar)
    liar = scene.back(psk)
    liar.send(file_offer(2, len(CONTENT) + 1, b"b"))
    scene.ended(liar, "the same file with another size")
    check(os.listdir(scene.downloads) == [], "something came")


def test_no_talk_without_a_yes(stage):
    scene = Scene(stage)
    sound = assist(VOICE_SOUND, b"\0\0\0\0\xf8\xff\xfe")
    lies = {"sound": sound, "sound while asking": assist(VOICE_WANT) + sound,
            "an answer to nothing": assist(VOICE_ANSWER, b"\1\0"), "two questions": assist(VOICE_WANT) * 2,
            "a yes of their own": assist(VOICE_WANT) + assist(VOICE_ANSWER, b"\1\0")}
    for what, lie in lies.items():
        liar = scene.view()
        liar.send(lie)
        scene.ended(liar, what)
        check(not scene.novice.value("Microphone") and not scene.novice.value("Talking"), f"{what}: they talk")


def test_nobody_is_worn_down(stage):
    """By questions that are asked and withdrawn, and asked again."""
    scene = Scene(stage)
    liar = scene.view()
    asked = 0
    for number in range(1, 30):
        liar.send(assist(VOICE_WANT), file_offer(number, 5, b"a"))
        time.sleep(0.1)
        asked += len(scene.questions())
        liar.send(assist(VOICE_END), assist(FILE_CLOSE, number.to_bytes(4, "big") + b"\1\1"))
        time.sleep(0.1)
    check(asked <= 12, f"the novice was asked {asked} times")
    liar.send((assist(VOICE_WANT) + assist(VOICE_END)) * 5000)
    time.sleep(2)
    events = [entry for entry in scene.novice.history() if entry["who"] == "event"]
    check(len(events) < 100, f"{len(events)} lines in the history")
    check(scene.novice.state() == "viewing" and scene.questions() == [], "the session suffered")


def cut_text(content, extended=False):
    return struct.pack(">Bxxxi", 6, -len(content) if extended else len(content)) + content


def provide(data, times=1):
    """The extended clipboard's text, packed; what it unpacks to is so many times DATA."""
    packer = zlib.compressobj(9)
    packed = b"".join([packer.compress(data) for _ in range(times)] + [packer.flush()])
    return cut_text(struct.pack(">I", 1 << 28 | 1) + packed, True)


def copied(env):
    """What a program of the novice would paste."""
    return subprocess.run(["xclip", "-o", "-selection", "clipboard"], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=60, check=False).stdout


def test_nothing_is_copied_without_control(stage):
    need("xclip")
    scene = Scene(stage)

    def copy(data):
        subprocess.run(["xclip", "-selection", "clipboard"], env=scene.env, input=data, timeout=60, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def texts(liar):
        """What the host says of its clipboard until it answers."""
        liar.send(fence(b"now"))
        found = []
        for message in iter(liar.message, (248, b"now")):
            if message[0] == 3 and len(message[1]) > 4:
                found.append(message[1])
        return found

    copy(b"mine")
    liar = scene.view(RAW, EXTENDED_CLIPBOARD, FENCE, ASSIST)
    liar.send(assist(CLIPBOARD_SHARED, b"\1"), cut_text(struct.pack(">II", 0x1F << 24 | 1, 1 << 20), True))
    texts(liar)  # its own capabilities
    theirs = provide(struct.pack(">I", 7) + b"theirs\0")
    liar.send(theirs, cut_text(b"theirs"), cut_text(struct.pack(">I", 1 << 25 | 1), True))
    copy(b"secret")
    time.sleep(0.5)
    check(texts(liar) == [] and copied(scene.env) == b"secret", "copied without control")
    scene.control(liar)
    time.sleep(0.5)
    check(texts(liar) == [], "what was copied before is told")
    copy(b"shared")
    wait_for("what the novice copied", 10, lambda: texts(liar))
    liar.send(theirs)
    wait_for("what the helper copied", 10, lambda: copied(scene.env) == b"theirs")
    worker = workers(host_pid(scene.env))[0]
    liar.send(provide(b"\1" * (1 << 20), BOMB))  # half a MiB on the wire
    time.sleep(1)
    check(memory(worker) < BOMB * 3 / 4, f"the worker came to hold {memory(worker)} MiB")
    check(copied(scene.env) == b"theirs", "the bomb was copied")
    scene.novice.take_away("TakeBackControl")
    scene.novice.wait_state("viewing")
    texts(liar)
    copy(b"secret")
    liar.send(theirs, cut_text(struct.pack(">I", 1 << 25 | 1), True))
    time.sleep(0.5)
    check(texts(liar) == [] and copied(scene.env) == b"secret", "copied after control")


def keys_down(env):
    """How many keys the X server holds for pressed."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(env["DISPLAY"].encode()))
    keys = ctypes.create_string_buffer(32)
    x11.XQueryKeymap(display, keys)
    x11.XCloseDisplay(display)
    return sum(bin(byte).count("1") for byte in keys.raw)


def test_power_ends_with_the_link(stage):
    scene = Scene(stage)
    liar = scene.view()
    psk = liar.resume_key()
    scene.control(liar)
    liar.send(key(0x61), key(0x62))  # and held
    wait_for("two keys", 10, lambda: keys_down(scene.env) == 2)
    scene.cut(liar)
    check(keys_down(scene.env) == 0, "keys stay pressed")
    liar = scene.back(psk)
    check(scene.novice.state() == "viewing", "control came back by itself")
    before = ra_test.pointer(scene.env)
    liar.send(pointer(7, 7) * 50, key(0x61) * 50)
    time.sleep(0.5)
    check(ra_test.pointer(scene.env) == before and keys_down(scene.env) == 0, "input without control")


def test_the_key_to_come_back_with(stage):
    scene = Scene(stage)
    first = scene.view()
    one = first.resume_key()
    # Whoever has it takes the session over, and the old link ends.
    second = scene.back(one)
    check(first.gone(), "there are two helpers")
    two = second.resume_key()
    check(one[:2] != two[:2], "it is the same key again")
    try:
        Liar(one)
        raise Failure("the old key opens still")
    except Failure as failure:
        check("handshake" in str(failure), str(failure))
    # The invitation itself does not lead in meanwhile.
    third = Liar(scene.psk)
    third.ask()
    check(third.receive(4) == b"\0\0\0\1" and scene.questions() == [], "a second helper was let to ask")
    scene.cut(second)
    scene.novice.take_away("End")
    scene.novice.wait_state("listening")
    try:
        Liar(two)
        raise Failure("the key of a session that is over opens still")
    except Failure as failure:
        check("handshake" in str(failure), str(failure))


def test_the_key_is_wiped(stage):
    scene = Scene(stage)
    liar = scene.view()
    _, secret, _ = liar.resume_key()
    host = host_pid(scene.env)
    check(holds(os.getpid(), secret) > 0, "this test finds nothing")
    time.sleep(1)
    for pid in [host] + workers(host):
        check(holds(pid, secret) == 0, f"it stands in the memory of {pid}")
    folder = scene.env["HOME"]
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    data = file.read()
                check(secret not in data and secret.hex().encode() not in data, f"it stands in {path}")


def only_cover(data):
    return sum(data.count(colour) for colour in COVER) * 4 == len(data)


def test_nothing_leaves_while_hidden(stage):
    scene = Scene(stage)
    paint(stage, scene.env, "first", ["#204060", "red", "lime", "blue"])
    encodings = (RAW, CURSOR, POINTER_POSITION, ASSIST)
    liar = scene.view(*encodings)
    psk = liar.resume_key()
    liar.send(request())
    check(not only_cover(liar.pixels()), "there is nothing to see")
    scene.novice.take_away("Hide")
    liar.hear(PAUSED)
    paint(stage, scene.env, "second", ["#ffffff", "black", "#808080", "#ff8000"])

    def look(link):
        for rectangle in ((0, 0, 800, 600), (10, 10, 50, 50), (0, 0, 0xFFFF, 0xFFFF)):
            link.send(request(False, *rectangle), request(True), assist(MONITOR, b"\0\0\0\xff"))
            subprocess.run(["xdotool", "mousemove", str(100 + rectangle[0]), "100"], env=scene.env, check=True)
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            link.send(request())
            _, rectangles = next(message for message in iter(link.message, None) if message[0] == 0)
            for place, encoding, data in rectangles:
                check(encoding != RAW or only_cover(data), f"pixels of the screen at {place}")
                check(encoding != POINTER_POSITION or place[:2] == (0xFFFF, 0xFFFF), f"the pointer is at {place}")
                check(encoding != CURSOR or data == b"", "the pointer's shape")

    look(liar)
    scene.control(liar)  # the question may be asked, and nothing is seen still
    before = ra_test.pointer(scene.env)
    liar.send(pointer(7, 7) * 20, key(0x61))
    time.sleep(0.5)
    check(ra_test.pointer(scene.env) == before, "input to a hidden screen")
    look(liar)
    scene.cut(liar)
    back = scene.back(psk, *encodings)
    check(back.hear(PAUSED) == b"\1", "the helper does not hear that it is hidden")
    look(back)
    check(scene.novice.value("Paused"), "it was shown")
    scene.novice.do("Show")
    back.hear(PAUSED)
    back.send(request())
    wait_for("the screen", 10, lambda: back.send(request()) and not only_cover(back.pixels()))


ra_test.run_tests([test_nothing_is_taken_that_was_not_offered, test_no_file_without_a_yes,
                   test_no_file_leaves_its_folder, test_no_yes_is_won_by_coming_back, test_no_talk_without_a_yes,
                   test_nobody_is_worn_down, test_nothing_is_copied_without_control, test_power_ends_with_the_link,
                   test_the_key_to_come_back_with, test_the_key_is_wiped, test_nothing_leaves_while_hidden])
