# System calls that lead out of the sandbox or deep into the kernel. Numbers: x86_64.
NEW_NAMESPACES = {"mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "pid": 0x20000000, "network": 0x40000000}
NEW_USER = 0x10000000
UNSHARE, CLONE, CLONE3, SETNS, MOUNT = 272, 56, 435, 308, 165


def in_own_mounts(function):
    """Where mounts can be changed at all, changes a copy of them, so that the host's stay as they are."""
    def inside():
        if call(UNSHARE, NEW_NAMESPACES["mount"]) == 0:
            call(MOUNT, b"none", b"/", None, 0x4000 | 0x40000, None)
        return function()
    return apart(inside)


@probe
def mount():
    return in_own_mounts(lambda: all_refused(
        tmpfs=(MOUNT, b"none", b"/tmp", b"tmpfs", 0, None), proc=(MOUNT, b"none", b"/tmp", b"proc", 0, None),
        bind=(MOUNT, b"/", b"/tmp", None, 0x1000, None)))


@probe
def remount():
    return in_own_mounts(lambda: all_refused(
        root=(MOUNT, b"none", b"/", None, 0x20 | 0x1000, None), tmp=(MOUNT, b"none", b"/tmp", None, 0x20 | 0x1000, None)))


@probe
def unmount():
    return in_own_mounts(lambda: all_refused(workspace=(166, WORKSPACE.encode(), 2), proc=(166, b"/proc", 2), tmp=(166, b"/tmp", 2)))


@probe
def new_mount_calls():
    return in_own_mounts(lambda: all_refused(
        fsopen=(430, b"tmpfs", 0), open_tree=(428, -100, b"/", 1), move_mount=(429, -1, b"", -1, b"", 0), mount_setattr=(442, -1, b"", 0, 0, 0)))


@probe
def change_root():
    return in_own_mounts(lambda: all_refused(chroot=(161, b"/"), pivot_root=(155, b"/no-such", b"/no-such")))


@probe
def new_user_namespace():
    return apart(lambda: all_refused(unshare=(UNSHARE, NEW_USER))) or cloned("user", NEW_USER)


@probe
def new_namespaces():
    for name, flag in NEW_NAMESPACES.items():
        problem = apart(lambda: all_refused(unshare=(UNSHARE, flag))) or cloned(name, flag)
        if problem:
            return f"{name}: {problem}"


def cloned(name, flag):
    def inside():
        # In the child of the raw call this returns 0 as well: both sides say that it went through.
        return all_refused(clone=(CLONE, flag | signal.SIGCHLD, 0, 0, 0, 0)) and f"clone made a {name} namespace"
    return apart(inside)


@probe
def clone3():
    arguments = (ctypes.c_uint64 * 8)(NEW_USER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    return apart(lambda: all_refused(clone3=(CLONE3, arguments, 64)))


@probe
def join_namespaces():
    for process in processes():
        for name in ("user", "mnt", "net", "pid", "ipc", "uts"):
            try:
                descriptor = os.open(f"/proc/{process}/ns/{name}", os.O_RDONLY)
            except OSError:
                continue
            problem = apart(lambda: all_refused(setns=(SETNS, descriptor, 0)))
            os.close(descriptor)
            if problem:
                return f"{name} of process {process}: {problem}"
    return all_refused(setns=(SETNS, -1, 0))


@probe
def trace():
    return apart(lambda: all_refused(traceme=(101, 0, 0, 0, 0), seize=(101, 0x4206, os.getppid(), 0, 0)))


@probe
def other_memory():
    mine = ctypes.create_string_buffer(b"x" * 8, 8)
    vector = (ctypes.c_uint64 * 2)(ctypes.addressof(mine), 8)
    return all_refused(
        readv=(310, os.getpid(), vector, 1, vector, 1, 0), writev=(311, os.getpid(), vector, 1, vector, 1, 0),
        kcmp=(312, os.getpid(), os.getpid(), 0, 0, 0), pidfd_getfd=(438, -1, 0, 0), madvise=(440, -1, vector, 1, 0, 0))


@probe
def keyrings():
    return apart(lambda: all_refused(
        add_key=(248, b"user", b"probe", b"x", 1, -2), keyctl=(250, 0, -3, 0), request_key=(249, b"user", b"probe", None, 0)))


@probe
def bpf():
    return all_refused(bpf=(321, 5000, None, 0))


@probe
def perf_events():
    return all_refused(perf_event_open=(298, None, 0, -1, -1, 0))


@probe
def io_uring():
    return all_refused(io_uring_setup=(425, 0, None), io_uring_enter=(426, -1, 0, 0, 0, None, 0))


@probe
def user_faults():
    return all_refused(userfaultfd=(323, 1 | os.O_CLOEXEC))


@probe
def kernel_modules():
    return all_refused(init_module=(175, None, 0, None), finit_module=(313, -1, None, 0), delete_module=(176, b"no-such-module", 0x800))


@probe
def another_kernel():
    return all_refused(kexec_load=(246, 0, 1 << 20, None, 0xFFFF), kexec_file_load=(320, -1, -1, 0, None, 0xFFFF), reboot=(169, 0, 0, 0, None))


@probe
def file_handles():
    return all_refused(open_by_handle_at=(304, -100, (ctypes.c_uint32 * 4)(8, 1, 0, 0), 0))


@probe
def host_administration():
    return all_refused(
        swapon=(167, b"/no-such", 0), sethostname=(170, None, -1), clock_settime=(227, 0, None), quotactl=(179, 0, None, 0, None),
        fanotify_init=(300, 0xFFFF, 0), iopl=(172, 99), ioperm=(173, 0, 0, 1))


@probe
def kernel_log():
    buffer = ctypes.create_string_buffer(64)
    through = all_refused(syslog=(103, 3, buffer, 64))
    return through or next((f"{path} can be read" for path in ("/dev/kmsg", "/proc/kmsg") if can_open(path, os.O_RDONLY)), None)


@probe
def personality():
    return apart(lambda: all_refused(no_randomisation=(135, 0x0040000), linux32=(135, 8)))


@probe
def descriptor_tables():
    return all_refused(modify_ldt=(154, 0, ctypes.create_string_buffer(64), 64))


@probe
def calls_of_32_bit():
    import mmap
    # mov eax, 20 (getpid of 32-bit programs); int 0x80; ret
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    stopped = (signal.SIGSYS, signal.SIGSEGV)
    old = apart(lambda: "int 0x80 was served" if function() > 0 else None, harmless=stopped)
    return old or apart(lambda: "an x32 call was served" if call(0x40000000 + 39) == 0 else None, harmless=stopped)


@probe
def seccomp_filter():
    return every_status("Seccomp", "2")


@probe
def no_new_privileges():
    return every_status("NoNewPrivs", "1")


def every_status(key, wanted):
    for process in processes():
        for line in read(f"/proc/{process}/status").decode(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name == key and value.strip() != wanted:
                return f"{key} of process {process} is {value.strip()}, not {wanted}"
