# SPDX-License-Identifier: GPL-3.0-or-later
"""The translations against the sources: that no text was left unmarked in a file, or unnamed in po/POTFILES; that
nothing is missing, doubtful or left over in a catalogue; and what can go wrong in a single message."""

import glob
import os
import re
import subprocess
from xml.etree import ElementTree

from ra_test import SOURCE, check, run_tests

MARK = re.compile(r"\b(?:N?C?_|d?ngettext|g_dngettext|dgettext)\s*\(\s*\"")
SPECIFIER = re.compile(r"%(?:(\d+)\$)?([-+ #0']*\d*(?:\.\d+)?(?:hh|h|ll|l|z|j|t)?[diouxXeEfgGscp%])")
SHOWN = ("label", "title", "tooltip-text", "placeholder-text", "tooltip-markup", "text", "description", "subtitle")

# The mnemonics of one page must differ: those of its .ui files, and those that its code sets. What is set on one
# and the same widget at different times stands in brackets.
NEXT = ("_Next",)
OUT = ("_Send the invitation", "_Save the invitation…", "Open the mail _program")
INVITE = ["invite-page.ui"]
PAGES = {
    "menu": (["front.ui"], []),
    "home": (["home-page.ui"], []),
    "invitations": (["invitations-page.ui", "invitation-row.ui"], []),
    "invite: how": (INVITE + ["invite-page-how.ui"], [NEXT]),
    "invite: what": (INVITE + ["invite-page-what.ui"], [NEXT]),
    "invite: password": (INVITE + ["invite-page-password.ui"], [OUT, ("Spell it _letter by letter",)]),
    "invite: result": (INVITE + ["invite-page-result.ui"],
                       [("_Done", "_Close"), ("Spell it _letter by letter",)]),
    "invite: choose a file": ([], [("_Save",), ("_Cancel",)]),
    "nothing": (["companion.ui"], []),
    "question": (["question-page.ui"], []),
    "session": (["session-page.ui", "chat-view.ui", "talk-view.ui"],
                [("Share the _clipboard while %s controls", "Share the _clipboard while your helper controls"),
                 ("Stop ta_lking", "Do not ta_lk")]),
    "summary": (["summary-page.ui"], []),
}


def read(*path):
    with open(os.path.join(SOURCE, *path), encoding="utf-8") as file:
        return file.read()


def unquote(text):
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), text)


class Message:
    def __init__(self):
        self.context, self.source, self.plural = None, "", None
        self.texts, self.flags, self.old = {}, set(), False

    @property
    def key(self):
        return self.context, self.source, self.plural


def parse(text):
    """The messages of a catalogue, its head (of the empty text) among them."""
    messages = []
    for block in re.split(r"\n\s*\n", text.strip()):
        message, part = Message(), None
        for line in block.splitlines():
            if line.startswith("#~"):
                message.old = True
            elif line.startswith("#,"):
                message.flags |= {flag.strip() for flag in line[2:].split(",")}
            elif not line.startswith("#"):
                word, quoted = re.fullmatch(r'(?:(msg\w+(?:\[\d\])?) )?"(.*)"', line).groups()
                part = word or part
                value = unquote(quoted)
                if part == "msgctxt":
                    message.context = (message.context or "") + value
                elif part == "msgid":
                    message.source += value
                elif part == "msgid_plural":
                    message.plural = (message.plural or "") + value
                else:
                    message.texts[part] = message.texts.get(part, "") + value
        messages.append(message)
    return messages


def languages():
    return [line for line in read("po", "LINGUAS").split("\n") if line and not line.startswith("#")]


def catalogue(language):
    return [message for message in parse(read("po", language + ".po")) if message.source or message.context]


def template():
    """The sources' messages, found as `make update-po` finds them."""
    result = subprocess.run([os.path.join(SOURCE, "po", "extract")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, check=False, timeout=120)
    check(result.returncode == 0 and result.stderr == "", f"po/extract: {result.returncode}: {result.stderr}")
    return [message for message in parse(result.stdout) if message.source or message.context]


def without_comments(text):
    """C without comments; strings stay."""
    return re.sub(r'("(?:\\.|[^"\\])*")|/\*.*?\*/|//[^\n]*', lambda m: m.group(1) or " ", text, flags=re.DOTALL)


def named():
    return read("po", "POTFILES").split("\n")[:-1]


def test_files(_stage):
    """po/POTFILES names each file with text, once, in order, and no other."""
    names = named()
    check(names == sorted(set(names)), "po/POTFILES is not sorted, or names a file twice")
    found = []
    for room in glob.glob(os.path.join(SOURCE, "*", "room.am")):
        for path in glob.glob(os.path.join(os.path.dirname(room), "**", "*.[ch]"), recursive=True):
            name = os.path.relpath(path, SOURCE)
            if not name.startswith("tests/") and MARK.search(without_comments(read(name))):
                found.append(name)
    for path in glob.glob(os.path.join(SOURCE, "host", "app", "*.ui")):
        if 'translatable="yes"' in read(path):
            found.append(os.path.relpath(path, SOURCE))
    check(len(found) > 20, f"found only {found}")
    missing, needless = sorted(set(found) - set(names)), sorted(set(names) - set(found))
    check(not missing, f"po/POTFILES lacks {missing}")
    check(not needless, f"po/POTFILES names files without text: {needless}")


def test_pages_marked(_stage):
    """Each text of a .ui file that somebody sees or hears is marked, whatever kind of property it is."""
    texts = 0
    for path in sorted(glob.glob(os.path.join(SOURCE, "host", "app", "*.ui"))):
        for element in ElementTree.parse(path).iter():
            text = (element.text or "").strip()
            if element.tag not in ("property", "item", "attribute", "col") or not re.search(r"[^\W\d_]", text) or \
                    element.get("name") == "accelerator":
                continue
            marked = element.get("translatable") == "yes"
            texts += marked
            shown = element.get("name") in SHOWN or element.tag in ("item", "col") or " " in text
            check(marked or not shown, f"{os.path.basename(path)}: “{text}” is not translatable")
    check(texts > 60, f"only {texts} texts found")


def test_complete(_stage):
    """A catalogue has all messages of the sources and no others, in their order, none of them doubtful."""
    wanted = [message.key for message in template()]
    check(len(wanted) > 300, f"only {len(wanted)} messages in the sources")
    check(languages() == ["de"], f"po/LINGUAS: {languages()}")
    for language in languages():
        have = catalogue(language)
        keys = [message.key for message in have if not message.old]
        missing, unused = [key for key in wanted if key not in keys], [key for key in keys if key not in wanted]
        check(not missing, f"po/{language}.po lacks {missing}: run `make update-po`, and translate them")
        check(not unused, f"po/{language}.po has {unused}, which is not in the sources: run `make update-po`")
        check(keys == wanted, f"po/{language}.po is not in the order of the sources: run `make update-po`")
        check(not [message.key for message in have if message.old], f"po/{language}.po has messages of the past")
        check(not [message.key for message in have if "fuzzy" in message.flags], f"po/{language}.po is fuzzy")
        empty = [message.key for message in have if not message.texts or not all(message.texts.values())]
        check(not empty, f"po/{language}.po: not translated: {empty}")


def test_msgfmt(stage):
    for language in languages():
        result = subprocess.run(["msgfmt", "--check", "--output-file", stage.path(language + ".mo"),
                                 os.path.join(SOURCE, "po", language + ".po")],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=60)
        check(result.returncode == 0 and result.stdout == "", f"msgfmt: {result.stdout}")


def specifiers(text):
    """Which argument each takes, and as what: reordering is seen through."""
    found, number = [], 0
    for place, kind in SPECIFIER.findall(text):
        if kind != "%":
            number += 1
        found.append((int(place) if place else number if kind != "%" else 0, kind))
    return sorted(found)


def wrong(source, text):
    """What is wrong with TEXT as the translation of SOURCE; None for nothing."""
    if specifiers(source) != specifiers(text) and "%H" not in source and "%-d" not in source:
        return "the specifiers differ"
    if sorted(re.findall(r"</?\w+>", source)) != sorted(re.findall(r"</?\w+>", text)):
        return "the markup differs"
    if re.match(r"\s*", source).group() != re.match(r"\s*", text).group():
        return "spaces in front"
    if re.search(r"\s*$", source).group() != re.search(r"\s*$", text).group():
        return "spaces behind"
    if "  " in text or "..." in text:
        return "two spaces, or three dots"
    for sign in "…:?":
        if source.endswith(sign) != text.endswith(sign):
            return f"only one of the two ends with “{sign}”"
    if len(re.findall(r"_\w", source)) != len(re.findall(r"_\w", text)):
        return "mnemonics differ"
    return None


def wrong_german(text):
    if text.count("„") != text.count("“") and text != "„":
        return "a quotation mark has no partner"
    if '"' in text or "'" in text or "”" in text:
        return "that is no German quotation mark"
    if re.search(r"[^\s ]…|\s…", text.replace("\u00a0…", "")):
        return "a no-break space belongs before “…”"
    if re.search(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*)\b", text):
        return "the novice is called Sie"
    return None


def test_messages(_stage):
    for language in languages():
        for message in catalogue(language):
            for part, text in message.texts.items():
                source = message.plural if message.plural and part != "msgstr[0]" else message.source
                reason = wrong(source, text) or (wrong_german(text) if language == "de" else None)
                check(reason is None, f"po/{language}.po: “{text}” for “{source}”: {reason}")


def mnemonics(page, translate):
    """(letter, text) of each widget of PAGE; those that replace each other count once for a letter."""
    files, code = PAGES[page]
    texts = []
    for name in files:
        for element in ElementTree.parse(os.path.join(SOURCE, "host", "app", name)).iter():
            if element.get("translatable") == "yes" and re.search(r"_\w", element.text):
                texts.append((element.text,))
    for group in texts + code:
        letters = {}
        for text in group:
            shown = translate(text)
            letters.setdefault(re.search(r"_(\w)", shown).group(1).lower(), shown)
        yield from letters.items()


def test_mnemonics(_stage):
    sources = {message.source for message in template() if re.search(r"_\w", message.source)}
    used = {text for _, code in PAGES.values() for group in code for text in group}
    for files, _ in PAGES.values():
        for name in files:
            used.update(element.text for element in ElementTree.parse(
                os.path.join(SOURCE, "host", "app", name)).iter() if element.get("translatable") == "yes")
    check(sources <= used, f"on which page are {sources - used}? Add them to PAGES in this test")
    for language in (None, *languages()):
        texts = {m.source: m.texts["msgstr"] for m in catalogue(language) if not m.plural} if language else {}
        for page in PAGES:
            letters = {}
            for letter, text in mnemonics(page, lambda source, texts=texts: texts.get(source, source)):
                check(letter not in letters, f"{language or 'English'}, page {page}: Alt+{letter} is both "
                                             f"“{letters.get(letter)}” and “{text}”")
                letters[letter] = text


def test_desktop_files(_stage):
    """What desktops read has its German beside it."""
    for path in sorted(glob.glob(os.path.join(SOURCE, "data", "*.desktop*"))):
        lines = read(path).splitlines()
        if "NoDisplay=true" in lines and not any(line.startswith("Name[") for line in lines):
            continue  # nobody sees its name
        for number, line in enumerate(lines):
            key = re.match(r"(Name|GenericName|Comment|Keywords)=", line)
            if key:
                check(any(other.startswith(key.group(1) + "[de]=") for other in lines[number + 1:number + 4]),
                      f"{os.path.basename(path)}: {line}: there is no {key.group(1)}[de]")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for path in glob.glob(os.path.join(SOURCE, "data", "*.metainfo.xml")):
        for parent in ElementTree.parse(path).iter():
            for tag in ("name", "summary", "p", "caption", "li"):
                texts = [child for child in parent.findall(tag)]
                english = sum(child.get(lang) is None for child in texts)
                german = sum(child.get(lang) == "de" for child in texts)
                check(english == german or parent.tag in ("developer", "release"),
                      f"metainfo: {english} <{tag}> in English, {german} in German")


if __name__ == "__main__":
    run_tests([test_files, test_pages_marked, test_complete, test_msgfmt, test_messages, test_mnemonics,
               test_desktop_files])
