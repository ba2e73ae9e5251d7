# What a sandbox may use up. Each bomb stops by itself a little past the limit, in case nothing stops it before.


@probe
def fork_bomb():
    most, children = LIMITS["pids"], []

    def nap():
        pid = os.fork()
        if pid == 0:
            signal.pause()
        children.append(pid)
    while len(children) <= most + 32 and attempt(nap):
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    return f"{len(children)} processes were started, {most} are allowed" if len(children) >= most else None


def filled(folder, most):
    path, written = os.path.join(folder, "probe-fill"), 0
    chunk = b"x" * (1 << 20)
    number = 0
    try:
        while written <= most:
            number += 1
            with open(f"{path}{number}", "wb", buffering=0) as file:
                for _ in range(4):
                    written += file.write(chunk)
        return f"{written >> 20} MiB were written to {folder}"
    except OSError as fault:
        return None if fault.errno in (errno.ENOSPC, errno.EDQUOT) else f"{folder}: {fault}"
    finally:
        for each in range(1, number + 1):
            attempt(os.unlink, f"{path}{each}")


@probe
def tmp_full():
    return filled("/tmp", LIMITS["tmp_bytes"])


@probe
def home_full():
    return filled("/home/agent", LIMITS["home_bytes"])


@probe
def shared_memory_full():
    return filled("/dev/shm", 96 << 20)


@probe
def processor_share():
    seconds, readers = 0.8, []
    begin = time.monotonic()
    for _ in range(2):
        reader, writer = os.pipe()
        if os.fork() == 0:
            while time.monotonic() - begin < seconds:
                pass
            os.write(writer, json.dumps(time.process_time()).encode())
            os._exit(0)
        os.close(writer)
        readers.append(reader)
    used = sum(json.loads(os.read(reader, 64)) for reader in readers)
    share, allowed = used / (time.monotonic() - begin), LIMITS["cpus"]
    # Quotas are given out by tenths of a second: the first one comes for free.
    return f"{share:.2f} processors were used, {allowed} are allowed" if share > allowed * 1.5 else None


@probe
def memory_bomb():
    # Where the limit holds, nobody is left to answer: the host sees how it ended.
    kept = []
    for _ in range(2 * LIMITS["memory_bytes"] >> 22):
        kept.append(b"x" * (1 << 22))
    return f"{len(kept) * 4} MiB were taken, {LIMITS['memory_bytes'] >> 20} MiB are allowed"


@probe
def folder_bytes():
    chunk = b"x" * (1 << 18)
    for number in range(4 * LIMITS["folder_bytes"] >> 18):
        with open(os.path.join(WORKSPACE, f"fill{number}"), "wb") as file:
            file.write(chunk)
    time.sleep(5)
    return "the working copy grew past its bound and nothing ended the sandbox"


@probe
def folder_files():
    for number in range(4 * LIMITS["folder_files"]):
        open(os.path.join(WORKSPACE, f"file{number}"), "w").close()
    time.sleep(5)
    return "the working copy holds more files than its bound and nothing ended the sandbox"
