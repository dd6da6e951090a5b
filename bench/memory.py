"""How much memory a long list of followers takes to read, in a process of its own.

    python -m bench.memory [--people 1000000]

Prints the memory of the list, and the most that the process had taken before and after the product's own reading
(`checks.readers.facts.read_facts`), in MB, with people a second of processor time. The bios are those of
bench/data/ordinary-bios.csv over and over; one in fifty says an age. Linux and macOS only: it asks the system for the
peak.
"""

import argparse
import csv
import random
import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from checks.readers.facts import read_facts
from checks.readers.personal_data import AllowList
from connectors.snapshot import PEOPLE, Account, Resource, Snapshot, complete, frame

ON = date(2026, 11, 22)
SEED = 20261122
DATA = Path(__file__).parent / "data"
TELLING = ("{age} | {town} | roblox", "im {age} and i love slime", "Year {year} at {town} primary")
NAMES = ("Otter Holt", "Robin Larch", "J. Marsh", "Wren \U0001f33b", "Hazel B", "the allotment diaries", "Sam")
TOWNS = ("Hazelbrook", "Marshwick", "Eastmere", "Kirkbeck", "Thornley")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure once and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description="Measure the reading of a long list.")
    parser.add_argument("--people", type=int, default=1_000_000)
    people = followers(parser.parse_args(arguments).people)
    account = Account(key="bluesky:hazelbrook.example", row=4, platform="bluesky", handle="hazelbrook.example")
    night = datetime(2026, 11, 22, 2, tzinfo=UTC)
    snapshot = Snapshot(account, night, {Resource.FOLLOWERS: complete(len(people))}, followers=people)
    read_facts(Snapshot(account, night, {}), AllowList(), (), ON, lambda _person: None)  # loads the readers' words
    before = _peak()
    start = time.process_time()
    facts = read_facts(snapshot, AllowList(), (), ON, lambda _person: None)
    seconds = time.process_time() - start
    held = people.memory_usage(deep=True).sum() / 2**20
    print(
        f"{len(people):,} people: the list {held:,.0f} MB, peak before reading {before:,.0f} MB,"
        f" after {_peak():,.0f} MB;"
        f" {len(facts.follower_ages):,} readings, {len(people) / seconds:,.0f} people a second of processor time"
    )
    return 0


def followers(count: int) -> pd.DataFrame:
    """Invented people (schema PEOPLE)."""
    chance = random.Random(SEED)  # noqa: S311 - nothing is secret here

    with (DATA / "ordinary-bios.csv").open(encoding="utf-8", newline="") as lines:
        silent = [row["text"] for row in csv.DictReader(lines)]

    def bio() -> str:
        if chance.random() >= 1 / 50:
            return chance.choice(silent)
        words = chance.choice(TELLING)
        return words.format(town=chance.choice(TOWNS), age=chance.randint(8, 17), year=chance.randint(1, 6))

    numbers = range(count)
    return (
        frame(PEOPLE)
        .reindex(numbers)
        .assign(
            id=[f"did:plc:{number:024d}" for number in numbers],
            handle=[f"otter{number}.example" for number in numbers],
            name=[chance.choice(NAMES) for _ in numbers],
            bio=[bio() for _ in numbers],
            address=[f"https://bsky.app/profile/did:plc:{number:024d}" for number in numbers],
            created=pd.Timestamp("2024-05-01", tz="UTC"),
        )
    )


def _peak() -> float:
    """The most memory this process has taken so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


if __name__ == "__main__":
    sys.exit(main())
