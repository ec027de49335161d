"""Changes a source file in one place at a time, on a copy, and asks which check notices."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "mutants"
COPY = TARGET / f"copy-{Path(sys.argv[0]).name}"


@dataclass
class Mutant:
    """`start..end` of a file becomes `new`."""

    path: str
    source: str
    start: int
    end: int
    new: str

    def mutated(self):
        return self.source[: self.start] + self.new + self.source[self.end :]

    def line(self):
        return self.source.count("\n", 0, self.start) + 1

    def function(self):
        named = re.findall(r"\bfn (\w+)", self.source[: self.start])
        return named[-1] if named else "constant"

    def change(self):
        """The lines concerned, before and after; of many lines, the first."""
        first = self.source.rfind("\n", 0, self.start) + 1
        last = self.source.find("\n", self.end)
        old = self.source[first:last].strip().split("\n")[0]
        new = self.source[first : self.start] + self.new + self.source[self.end : last]
        return f"{old} -> {' '.join(new.split())}".rstrip()

    def name(self):
        return f"{self.path} {self.function()}: {self.change()}"

    @contextmanager
    def made(self):
        """In the copy, for as long as this lasts."""
        copied = COPY / self.path
        copied.write_text(self.mutated())
        try:
            yield
        finally:
            copied.write_text(self.source)

    def tell(self, fate):
        print(f"{self.name()} ({self.line()}): {fate}", flush=True)


def read(path):
    return (ROOT / path).read_text()


def sources():
    """What users compile: no path with `tests` in it."""
    found = (path.relative_to(ROOT) for path in sorted((ROOT / "src").rglob("*.rs")))
    return [str(path) for path in found if "tests" not in path.with_suffix("").parts]


def matches(path, pattern, new):
    """A mutant for each match of a pattern, outside comments."""
    source = read(path)
    for match in re.finditer(pattern, source, re.MULTILINE):
        line = source[source.rfind("\n", 0, match.start()) + 1 : match.start()]
        if "//" not in line and not line.lstrip().startswith("use "):
            yield Mutant(path, source, match.start(), match.end(), match.expand(new))


def run(command, **env):
    """The exit status and what was printed."""
    done = subprocess.run(
        command, cwd=COPY, env={**os.environ, **env}, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout


def build(folder, *options, **env):
    """The test binaries, or None if they do not build."""
    env["CARGO_TARGET_DIR"] = str(TARGET / folder)
    status, output = run(["cargo", "test", "--no-run", *options], **env)
    if status:
        return None
    return [str(COPY / path) for path in re.findall(r"Executable .*\((.*)\)", output)]


def explained():
    """Why each of the mutants in `survivors` cannot be noticed: a paragraph each, its name first."""
    paragraphs = (ROOT / ".ci/survivors").read_text().strip().split("\n\n")[1:]
    entries = (paragraph.split("\n", 1) for paragraph in paragraphs)
    return {name: " ".join(reason.split()) for name, reason in entries}


def survey(mutants, stages):
    """Prints the fate of each mutant, and the score; exits with 1 if a survivor is not explained.

    A stage is told which mutants are put to it: those that survived the stages before, and that `survivors` does not
    explain. It returns what names the test that notices a mistake in a path, or says nothing, or raises `DoesNotBuild`.
    """
    reasons = explained()
    killed = explained_ones = 0
    for stage in stages:
        killer_of = stage(mutants)
        survivors = []
        for mutant in mutants:
            try:
                with mutant.made():
                    killer = killer_of(mutant.path)
            except DoesNotBuild:
                continue
            reason = reasons.get(mutant.name())
            if killer:
                killed += 1
                mutant.tell(f"killed by {killer}{', though it is explained' if reason else ''}")
            elif reason:
                explained_ones += 1
                mutant.tell(f"SURVIVES: {reason}")
            else:
                survivors.append(mutant)
        mutants = survivors
    for mutant in mutants:
        mutant.tell("SURVIVES: unexplained")
    total = killed + explained_ones + len(mutants)
    print(f"{killed} of {total} killed, {100 * killed / max(total, 1):.1f} %; "
          f"{explained_ones} survivors explained, {len(mutants)} not")
    sys.exit(1 if mutants or not total else 0)


def first_to_notice(checks):
    """What the first check says that notices; the next mutant is put to that check first."""
    for check in checks:
        if found := check():
            checks.remove(check)
            checks.insert(0, check)
            return found
    return None


class DoesNotBuild(Exception):
    pass


def copy():
    shutil.rmtree(COPY, ignore_errors=True)
    # With new times: cargo must not take for fresh what it built of the last mutant.
    ignored = shutil.ignore_patterns("target", ".git")
    shutil.copytree(ROOT, COPY, ignore=ignored, copy_function=shutil.copy)
