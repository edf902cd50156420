#!/usr/bin/env python3
"""Runs the tests of a preset that have not passed yet with what they are made of now.

    tests/run_changed.py PRESET BUILD [--all]

A test is made of the programs and scripts that its command names and of the data that tests read. Who passed with what
stands in BUILD/passed.json; a test that failed, or was skipped, runs again. With --all, all of them run.
"""
import hashlib
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as xml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = (".cpp", ".hpp")  # are compiled into the programs
PAGES = {"docs/rules.md"}  # that programs read; the others are read by scripts alone


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def data_digests():
    """Of everything in the tree that a test may read while it runs: without pages of text, and with them."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.split("\0")
    data, data_and_pages = hashlib.sha256(), hashlib.sha256()
    for name in sorted(set(listed)):
        path = os.path.join(ROOT, name)
        if not name or name.endswith(SOURCES) or not os.path.isfile(path):
            continue
        line = f"{name} {digest_of(path)}\n".encode()
        data_and_pages.update(line)
        if not name.endswith(".md") or name in PAGES:
            data.update(line)
    return data.hexdigest(), data_and_pages.hexdigest()


class Digests:
    def __init__(self):
        self.data, self.data_and_pages = data_digests()
        self.files = {}

    def of_test(self, test):
        command = test.get("command", [])
        is_script = not any(word.startswith("--gtest_filter") for word in command)
        whole = hashlib.sha256((self.data_and_pages if is_script else self.data).encode())
        for word in command:
            whole.update(word.encode() + b"\0")
            if os.path.isfile(word):
                if word not in self.files:
                    self.files[word] = digest_of(word)
                whole.update(self.files[word].encode())
        return whole.hexdigest()


def outcomes(report):
    """The names of those that ran and passed."""
    passed = set()
    for case in xml.parse(report).getroot().iter("testcase"):
        if case.get("status") == "run" and case.find("failure") is None:
            passed.add(case.get("name"))
    return passed


def main():
    preset, build = sys.argv[1:3]
    run_all = "--all" in sys.argv[3:]
    build = os.path.join(ROOT, build)
    memory = os.path.join(build, "passed.json")
    known = {}
    if os.path.exists(memory):
        with open(memory, encoding="utf-8") as file:
            known = json.load(file)
    shown = subprocess.run(["ctest", "--preset", preset, "--show-only=json-v1"], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout
    tests = json.loads(shown[shown.index("{"):])["tests"]
    digests = Digests()
    now = {test["name"]: digests.of_test(test) for test in tests}
    wanted = [i for i, test in enumerate(tests, 1) if run_all or known.get(test["name"]) != now[test["name"]]]
    print(f"{len(wanted)} of {len(tests)} tests: the others passed with what they are made of now", flush=True)
    if not wanted:
        return 0
    numbers = os.path.join(build, "wanted_tests")
    with open(numbers, "w", encoding="utf-8") as file:
        file.write("0,0,0," + ",".join(map(str, wanted)))
    report = os.path.join(build, "tests.xml")
    result = subprocess.run(["ctest", "--preset", preset, "-I", numbers, "--output-junit", report], cwd=ROOT, check=False)
    passed = outcomes(report)
    ran = {tests[i - 1]["name"] for i in wanted}
    kept = {name: digest for name, digest in now.items() if name in passed or name not in ran}
    with open(memory, "w", encoding="utf-8") as file:
        json.dump(kept, file, indent=0, sort_keys=True)
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
