"""What measure, home and soak share: fronts, processes and their CPU, load cells."""
import json
import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCH_DIR = Path(os.environ.get("BENCH_DIR") or HERE.parent / "target" / "bench").resolve()
RUN = BENCH_DIR / "run"
LOADER = BENCH_DIR / "bin" / "loader"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """Something the caller must fix; the message says what."""


# ---- fronts: a name, a port, and a pid file -------------------------------------------------------------------------


@dataclass(frozen=True)
class Front:
    name: str
    port: int
    pid_file: Path
    single_route: bool = False  # knows n1 only, and names no node

    def root_pid(self):
        try:
            return int(self.pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            raise BenchError(f"{self.name}: no pid in {self.pid_file} (is it up?)") from None

    def pids(self):
        """The process of the pid file and all its descendants."""
        children = {}
        for pid, stat in all_stats():
            children.setdefault(int(stat[1]), []).append(pid)
        found, open_ = [], [self.root_pid()]
        while open_:
            pid = open_.pop()
            found.append(pid)
            open_ += children.get(pid, [])
        return found

    def is_jvm(self):
        try:
            return os.path.basename(os.readlink(f"/proc/{self.root_pid()}/exe")) == "java"
        except OSError:
            raise BenchError(f"{self.name}: process {self.root_pid()} is gone") from None


def peers_table():
    rows = [line.split() for line in (HERE / "peers.conf").read_text().splitlines()]
    return {row[0]: int(row[1]) for row in rows if row and not row[0].startswith("#")}


def peer(name):
    table = peers_table()
    if name not in table:
        raise BenchError(f"unknown peer: {name} (expected one of {', '.join(table)})")
    return Front(name, table[name], RUN / f"{name}.pid")


def front(text):
    """NAME=PORT:PIDFILE"""
    match = re.fullmatch(r"([\w.-]+)=(\d+):(.+)", text)
    if not match:
        raise BenchError(f"--front {text} (expected: NAME=PORT:PIDFILE)")
    return Front(match[1], int(match[2]), Path(match[3]))


# ---- processes ------------------------------------------------------------------------------------------------------


def stat_of(pid):
    """The fields of stat after the command: [0] state, [1] parent, [11] user and [12] system ticks, [19] start."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()


def all_stats():
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                yield int(entry), stat_of(entry)
            except OSError:
                pass


def cpu_seconds(pids):
    """(user, system) CPU seconds of the processes, including threads that have ended."""
    user = system = 0
    for pid in pids:
        try:
            fields = stat_of(pid)
        except OSError:
            continue
        user += int(fields[11])
        system += int(fields[12])
    return user / TICKS_PER_SECOND, system / TICKS_PER_SECOND


def rss_mib(pids):
    total = 0
    for pid in pids:
        try:
            match = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        except OSError:
            continue
        total += int(match[1]) if match else 0
    return total / 1024


def machine_cpu_seconds():
    """CPU seconds that the whole machine was busy."""
    with open("/proc/stat") as file:
        user, nice, system, idle, iowait, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS_PER_SECOND


def wait_for_quiet(limit):
    """Waits until the machine uses less than a quarter of a core; gives up after `limit` seconds."""
    deadline = time.monotonic() + limit
    while True:
        before = machine_cpu_seconds()
        time.sleep(0.3)
        if machine_cpu_seconds() - before < 0.075:
            return True
        if time.monotonic() > deadline:
            return False


# ---- cells: what load to apply --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """[r<rate>][p<post bytes>]c<connections>:/path"""

    text: str
    rate: int
    post_bytes: int
    connections: int
    path: str

    @staticmethod
    def parse(text):
        match = re.fullmatch(r"(?:r(\d+))?(?:p(\d+))?c(\d+):(/\S*)", text)
        if not match:
            raise BenchError(f"cell {text} (expected: [rRATE][pPOST_BYTES]cCONNECTIONS:/PATH)")
        rate, post, connections, path = match.groups()
        return Cell(text, int(rate or 0), int(post) if post else -1, int(connections), path)

    def saturated(self):
        """The same shape without a rate: what a JVM is warmed with."""
        return Cell.parse(re.sub(r"^r\d+", "", self.text))

    def body_bytes(self):
        """What the C back ends answer."""
        if self.post_bytes >= 0:
            return 2
        last = re.split(r"[?;]", self.path)[0].rsplit("/", 1)[1]
        return {"64k": 65536, "1m": 1 << 20}.get(last, 1024)


def load(target, cell, seconds):
    """Runs the loader; returns its JSON object. A loader that could not run counts as one bad response."""
    command = [LOADER, "-p", target.port, "-d", seconds, "-c", cell.connections, "-u", cell.path, "-b", cell.body_bytes()]
    if cell.rate:
        command += ["-r", cell.rate]
    if cell.post_bytes >= 0:
        command += ["-P", cell.post_bytes]
    if target.single_route:
        command += ["-1", "-x"]
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=seconds + 60)
    except FileNotFoundError:
        raise BenchError(f"{LOADER} is missing: run bench/setup") from None
    if done.returncode > 1 or not done.stdout:
        return {"reqs": 0, "rps": 0.0, "bad": 1, "p50": -1, "p90": -1, "p99": -1, "failure": done.stderr.strip()}
    return json.loads(done.stdout)
