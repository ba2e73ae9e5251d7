# Who the sandbox is, what it may become, and what of the host's machinery it may touch.
import resource


@probe
def user_id():
    user = CONFIG["user"]
    ids = {*os.getresuid(), *os.getresgid(), *os.getgroups()}
    if ids != {user}:
        return f"ids {sorted(ids)}, not only {user}"


@probe
def capabilities():
    return next(filter(None, (every_status(name, "0" * 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"))), None)


@probe
def become_root():
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    every = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
    return apart(lambda: all_refused(
        setuid=(105, 0), setgid=(106, 0), setresuid=(117, 0, 0, 0), setresgid=(119, 0, 0, 0), setgroups=(116, 0, None), capset=(126, header, every)))


@probe
def set_uid_files():
    import subprocess
    folders = [f for f in ("/usr", "/opt", "/etc", "/var", "/home", "/root") if os.path.isdir(f)]
    found = subprocess.run(["find", *folders, "-xdev", "-type", "f", "-perm", "/6000", "-print", "-quit"], capture_output=True, timeout=5).stdout
    return f"{found.decode(errors='replace').strip()} has a set-uid or set-gid bit" if found else None


@probe
def own_set_uid():
    path = os.path.join(WORKSPACE, ".probe-set-uid")
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o755))
    try:
        if attempt(os.chown, path, 0, 0):
            return "a file was given to root"
    finally:
        os.unlink(path)


@probe
def own_namespaces():
    same = [name for name, link in CONFIG["namespaces"].items() if os.readlink(f"/proc/self/ns/{name}") == link]
    return "shared with the host: " + ", ".join(same) if same else None


@probe
def host_processes():
    seen = processes()
    strange = [p for p in seen if os.path.exists(f"/proc/{p}") and os.stat(f"/proc/{p}").st_uid != os.getuid()]
    if len(seen) > 16 or strange:
        return f"{len(seen)} processes are visible, {len(strange)} of them of other users"
    server = CONFIG["server"]
    if str(server) not in seen and attempt(os.kill, server, 0):
        return "the server's process can be sent signals"


@probe
def proc_writes():
    for path in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches", "/proc/sys/kernel/modprobe",
                 "/proc/sys/fs/binfmt_misc/register", "/proc/sys/net/ipv4/ip_forward", "/proc/irq/default_smp_affinity", "/proc/mtrr"):
        if can_open(path):
            return f"{path} can be written"
    # These are kept for each IPC and user namespace; own-namespaces sees to it that both are the sandbox's own.
    own = ("/proc/sys/fs/mqueue/", "/proc/sys/user/", "/proc/sys/kernel/msg", "/proc/sys/kernel/sem", "/proc/sys/kernel/shm")
    for folder, _, names in os.walk("/proc/sys"):
        for path in (os.path.join(folder, name) for name in names):
            if not path.startswith(own) and os.access(path, os.W_OK):
                return f"{path} can be written"


@probe
def kill_order():
    def lower():
        with open("/proc/self/oom_score_adj", "w") as order:
            order.write("-1000")
        return "a process made itself the last to be ended when memory runs out"
    return apart(lambda: lower() if attempt(lower) else None)


@probe
def kernel_file_systems():
    kinds = {"sysfs", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "bpf", "configfs", "efivarfs", "pstore", "fusectl"}
    writable = [point for point, options, kind in mounts() if kind in kinds and "rw" in options]
    return "mounted read-write: " + ", ".join(writable[:3]) if writable else None


@probe
def control_groups():
    folders = ["/sys/fs/cgroup"] + [point for point, _, kind in mounts() if kind in ("cgroup", "cgroup2")]
    for folder in folders:
        path = os.path.join(folder, "probe-" + CONFIG["token"][:8])
        if attempt(os.mkdir, path):
            os.rmdir(path)
            return f"a control group was made in {folder}"
        for name in ("cgroup.procs", "memory.max", "memory.limit_in_bytes", "pids.max", "cpu.max", "cpu.cfs_quota_us", "release_agent"):
            if can_open(os.path.join(folder, name)):
                return f"{folder}/{name} can be written"


@probe
def make_devices():
    for folder in ("/tmp", WORKSPACE, "/dev/shm"):
        path = os.path.join(folder, "probe-device")
        for kind, number in ((stat.S_IFBLK, os.makedev(8, 0)), (stat.S_IFCHR, os.makedev(1, 1))):
            if attempt(os.mknod, path, kind | 0o600, number):
                os.unlink(path)
                return f"a device was made in {folder}"


@probe
def devices():
    harmless = {(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2)}
    for folder, _, names in os.walk("/dev"):
        for name in names:
            found = os.lstat(os.path.join(folder, name))
            number = (os.major(found.st_rdev), os.minor(found.st_rdev))
            if stat.S_ISBLK(found.st_mode) or (stat.S_ISCHR(found.st_mode) and number not in harmless and number[0] != 136):
                return f"{folder}/{name} is there"


@probe
def kernel_memory():
    return next((f"{path} can be read" for path in ("/dev/mem", "/dev/kmem", "/dev/port", "/proc/kcore") if read(path, 16)), None)


@probe
def open_files():
    def fill():
        most, opened = LIMITS["open_files"], 0
        while opened <= most and attempt(os.open, "/dev/null", os.O_RDONLY):
            opened += 1
        return f"more than {most} files were opened" if opened > most else None
    return apart(fill)


@probe
def raise_limits():
    def higher():
        for name in ("NOFILE", "CORE", "FSIZE"):
            kind = getattr(resource, "RLIMIT_" + name)
            hard = resource.getrlimit(kind)[1]
            if hard == resource.RLIM_INFINITY:
                return f"{name} has no limit"
            try:
                resource.setrlimit(kind, (hard + 1, hard + 1))
                return f"{name} was raised"
            except (ValueError, OSError):
                pass
    return apart(higher)


@probe
def core_dumps():
    return None if resource.getrlimit(resource.RLIMIT_CORE) == (0, 0) else "a crash may write a core file"


@probe
def file_size():
    path, most = os.path.join(WORKSPACE, ".probe-size"), LIMITS["file_bytes"]

    def grow():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
        if attempt(os.pwrite, descriptor, b"x", most):
            return f"a file grew past {most} bytes"
    try:
        return apart(grow)
    finally:
        attempt(os.unlink, path)
