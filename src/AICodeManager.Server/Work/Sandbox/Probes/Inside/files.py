# The host's files, the read-only root, the folders in memory.
CANARY = CONFIG["file"]
TOKEN = CONFIG["token"].encode()
IN_MEMORY = ["/tmp", "/home/agent", "/dev/shm"]


@probe
def host_file_by_path():
    link = os.path.join(WORKSPACE, ".probe-link")
    attempt(os.symlink, CANARY, link)
    for path in (CANARY, "../" * 40 + CANARY[1:], link, "/proc/self/root" + CANARY, "/host" + CANARY):
        if TOKEN in read(path):
            return f"a file of the host was read as {path[-60:]}"


@probe
def host_file_by_processes():
    for process in processes():
        for way in ("root", "cwd" + "/.." * 40):
            if TOKEN in read(f"/proc/{process}/{way}{CANARY}"):
                return f"a file of the host was read by way of process {process}"


@probe
def inherited_descriptors():
    open_ones = sorted(int(name) for name in os.listdir("/proc/self/fd"))
    left = [number for number in open_ones if number > 2 and os.path.exists(f"/proc/self/fd/{number}")]
    if left:
        return "descriptors were handed in: " + ", ".join(f"{n} {os.readlink(f'/proc/self/fd/{n}')}" for n in left)


@probe
def host_environment():
    known = set(CONFIG["environment"]) | {"HOSTNAME", "HOME", "PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"}
    for path in ["/proc/self/environ", *(f"/proc/{process}/environ" for process in processes())]:
        entries = read(path).split(b"\0")
        if any(TOKEN in entry for entry in entries):
            return f"{path} shows the server's environment"
        names = {entry.split(b"=")[0].decode(errors="replace") for entry in entries if entry}
        if names - known:
            return f"{path} holds {', '.join(sorted(names - known)[:3])}"


@probe
def write_outside():
    folders = ["/", "/etc", "/usr", "/usr/bin", "/usr/local/bin", "/lib", "/root", "/home", "/run", "/run/aicli", "/var",
               "/var/tmp", "/opt", "/dev", "/sys", "/proc", "/mnt", "/srv", "/etc/claude-code"]
    # Message queues belong to the sandbox's own IPC namespace and are bounded by RLIMIT_MSGQUEUE.
    own = {*IN_MEMORY, WORKSPACE, "/dev/mqueue"}
    folders += [point for point, _, _ in mounts() if point not in own and os.path.isdir(point)]
    through = []
    for folder in folders:
        path = os.path.join(folder, ".probe-" + CONFIG["token"][:8])
        if attempt(lambda: os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))):
            os.unlink(path)
            through.append(folder)
    return "written: " + ", ".join(through) if through else None


@probe
def replace_programs():
    for path in ("/usr/local/bin/claude", "/usr/bin/git", "/usr/bin/python3", "/bin/sh", "/etc/passwd", "/etc/hosts",
                 "/etc/resolv.conf", "/etc/ld.so.preload", "/etc/gitconfig"):
        if can_open(path) or attempt(os.chmod, path, stat.S_IMODE(os.stat(path).st_mode) if os.path.exists(path) else 0):
            return f"{path} can be changed"


@probe
def root_read_only():
    options = {point: options for point, options, _ in mounts()}
    if "ro" not in options.get("/", []):
        return "the root file system is mounted read-write"


@probe
def memory_folder_flags():
    found = {point: (options, kind) for point, options, kind in mounts()}
    for point in IN_MEMORY:
        options, kind = found.get(point, ([], "nothing"))
        lacking = {"noexec", "nosuid", "nodev"} - set(options)
        if kind != "tmpfs" or lacking:
            return f"{point} is {kind} without {', '.join(sorted(lacking))}"


def run(path):
    os.waitpid(os.posix_spawn(path, [path], {}), 0)


@probe
def memory_folder_exec():
    for folder in IN_MEMORY:
        path = os.path.join(folder, "probe-" + CONFIG["token"][:8])
        with open("/bin/true", "rb") as source, open(path, "wb") as copy:
            copy.write(source.read())
        os.chmod(path, 0o755)
        try:
            ran = attempt(run, path)
        finally:
            os.unlink(path)
        if ran:
            return f"a program in {folder} was run"


@probe
def hard_link_outside():
    link = os.path.join(WORKSPACE, ".probe-hard-link")
    for path in ("/usr/local/bin/claude", "/etc/passwd", "/bin/sh", CANARY):
        if attempt(os.link, path, link):
            os.unlink(link)
            return f"{path} was linked into the working copy"


@probe
def planted_entries():
    # All of these may be made; the host judges afterwards whether its own walk was led astray.
    os.symlink("/", os.path.join(WORKSPACE, "root"))
    os.symlink(CANARY, os.path.join(WORKSPACE, "file"))
    os.symlink("..", os.path.join(WORKSPACE, "up"))
    os.mkfifo(os.path.join(WORKSPACE, "pipe"))
    server = socket.socket(socket.AF_UNIX)
    os.chdir(WORKSPACE)
    server.bind("socket")
    os.mkdir(os.path.join(WORKSPACE, "loop"))
    os.chmod(os.path.join(WORKSPACE, "loop"), 0o777)
    os.symlink("../loop", os.path.join(WORKSPACE, "loop", "loop"))
