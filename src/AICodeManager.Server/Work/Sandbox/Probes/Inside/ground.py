# What every probe stands on. The parts of this folder are joined into one script, which is fed to python3 inside a
# sandbox; see ProbeScript.cs for their order. Run without a sandbox, as root even, no probe leaves a lasting mark:
# calls that would do harm are made with arguments that the kernel refuses after it has looked at the caller's rights.
import ctypes
import errno
import json
import os
import select
import signal
import socket
import stat
import sys
import time

CONFIG = json.loads(sys.argv[1])
WORKSPACE = os.getcwd()
LIMITS = CONFIG["limits"]
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
PROBES = {}
# A filter or a missing right; anything else means that the call got past both.
REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSYS}


def probe(function):
    """Enters a probe under its function's name. It returns None where the protection holds, else what got through."""
    PROBES[function.__name__.replace("_", "-")] = function
    return function


def call(number, *arguments):
    """A raw system call (x86_64 numbers): 0, or the number of its error."""
    ctypes.set_errno(0)
    result = LIBC.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    return ctypes.get_errno() if result == -1 else 0


def all_refused(**attempts):
    """Makes each call, given as (number, arguments...) under its name; names those that were not refused."""
    through = []
    for name, (number, *arguments) in attempts.items():
        result = call(number, *arguments)
        if result not in REFUSALS:
            through.append(f"{name}: {errno.errorcode.get(result, 'allowed')}")
    return ", ".join(through) or None


def apart(function, seconds=5, harmless=()):
    """Runs a probe in a child, for what cannot be undone. A child ended by one of the harmless signals was stopped in time."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = function()
        except BaseException as fault:
            answer = f"{type(fault).__name__}: {fault}"
        os.write(writer, json.dumps(answer).encode()[:4000] + b"\n")
        os._exit(0)
    os.close(writer)
    ready = select.select([reader], [], [], seconds)[0]
    if not ready:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    answer = os.read(reader, 4096).split(b"\n")[0] if ready else b""
    os.close(reader)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in harmless:
        return None
    return json.loads(answer) if answer else f"the attempt did not end by itself (status {status})"


def attempt(function, *arguments):
    """Whether an operation of the library went through."""
    try:
        function(*arguments)
        return True
    except OSError:
        return False


def processes():
    return [name for name in os.listdir("/proc") if name.isdigit()]


def read(path, most=1 << 16):
    """Some of a file's bytes; nothing where it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(descriptor, most)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def can_open(path, flags=os.O_WRONLY):
    try:
        os.close(os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC))
        return True
    except OSError:
        return False


def mounts():
    """(mount point, options of the mount, kind of file system), the uppermost last."""
    for line in open("/proc/self/mountinfo"):
        fields = line.split()
        yield fields[4], fields[5].split(","), fields[fields.index("-") + 1]


def say(name, problem):
    print(json.dumps({"probe": name, "held": problem is None, "detail": problem or ""}), flush=True)


def main():
    for name in CONFIG["probes"]:
        try:
            problem = PROBES[name]()
        except BaseException as fault:
            problem = f"the probe failed: {type(fault).__name__}: {fault}"
        say(name, problem)
