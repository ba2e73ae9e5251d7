# Nothing answers and nothing leaves: every address is refused at once.
AT_ONCE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPERM, errno.EACCES}
PORTS = CONFIG["ports"]
HERE = ["127.0.0.1", "::1", *CONFIG["addresses"], "172.17.0.1", "10.0.2.2", "192.168.65.2"]


def reached(addresses, also=frozenset(), seconds=0.3):
    """Tries every (address, port) at once. Names those that answered, or were not refused at once."""
    waiting, through = {}, []
    poll = select.poll()
    for address, port in addresses:
        try:
            client = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        except OSError:
            continue
        client.setblocking(False)
        result = client.connect_ex((address, port))
        if result == errno.EINPROGRESS:
            waiting[client.fileno()] = (client, address, port)
            poll.register(client, select.POLLOUT)
        elif result == 0:
            through.append(answered(client, address, port))
        elif result not in AT_ONCE | also:
            through.append(f"{address}:{port} {errno.errorcode[result]}")
    end = time.monotonic() + seconds
    while waiting and (left := end - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left * 1000):
            client, address, port = waiting.pop(descriptor)
            poll.unregister(client)
            result = client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if result == 0:
                through.append(answered(client, address, port))
            elif result not in AT_ONCE | also:
                through.append(f"{address}:{port} {errno.errorcode[result]}")
    through += [f"{address}:{port} was not refused at once" for _, address, port in waiting.values()]
    return ", ".join(through[:4]) or None


def answered(client, address, port):
    attempt(client.send, TOKEN)
    return f"{address}:{port} answered"


def cannot_open(*kinds):
    for name, family, kind, protocol in kinds:
        try:
            socket.socket(family, kind, protocol).close()
            return f"a {name} socket was opened"
        except OSError:
            pass


def is_up(name):
    request = ctypes.create_string_buffer(name.encode()[:15], 40)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        LIBC.ioctl(any_socket.fileno(), ctypes.c_ulong(0x8913), request)
    return bool(int.from_bytes(request.raw[16:18], sys.byteorder) & 1)


@probe
def interfaces():
    names = {name for _, name in socket.if_nameindex()} | {line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line}
    # Kernels with tunnel modules put idle ends (tunl0, sit0) into every network namespace.
    strange = sorted(name for name in names - {"lo"} if is_up(name))
    return "interfaces: " + ", ".join(strange) if strange else None


@probe
def host_services():
    # The loopback inside is the sandbox's own: it refuses too.
    return reached([(address, port) for address in HERE for port in PORTS], also={errno.ECONNREFUSED})


@probe
def host_abstract_socket():
    return abstract(CONFIG["abstract"])


def abstract(name):
    client = socket.socket(socket.AF_UNIX)
    try:
        client.connect("\0" + name)
        client.send(TOKEN)
        return "an abstract socket of the host's network namespace answered"
    except OSError:
        return None


@probe
def metadata_service():
    return reached([("169.254.169.254", 80), ("169.254.170.2", 80), ("fd00:ec2::254", 80), ("100.100.100.200", 80)])


@probe
def internet():
    return reached([("1.1.1.1", 443), ("8.8.8.8", 53), ("2606:4700:4700::1111", 443), ("10.0.0.1", 80), ("192.168.0.1", 80)])


@probe
def name_service():
    question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05probe\x07invalid\x00\x00\x01\x00\x01"
    for server in ["127.0.0.11", "127.0.0.53", "127.0.0.1", *CONFIG["resolvers"], "8.8.8.8"]:
        client = socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM)
        client.settimeout(0.3)
        try:
            client.connect((server, 53))
            client.send(question)
            client.recv(512)
            return f"{server} answered"
        except TimeoutError:
            return f"a question could be sent to {server}"
        except OSError:
            pass


@probe
def raw_sockets():
    return cannot_open(("raw IPv4", 2, socket.SOCK_RAW, 1), ("raw IPv6", 10, socket.SOCK_RAW, 58), ("packet", 17, socket.SOCK_RAW, 0x0300))


@probe
def vsock():
    return cannot_open(("vsock", 40, socket.SOCK_STREAM, 0))


@probe
def odd_sockets():
    return cannot_open(
        ("netfilter", 16, socket.SOCK_RAW, 12), ("audit", 16, socket.SOCK_RAW, 9), ("kernel crypto", 38, socket.SOCK_SEQPACKET, 0),
        ("SCTP", 2, socket.SOCK_STREAM, 132), ("TIPC", 30, socket.SOCK_STREAM, 0), ("XDP", 44, socket.SOCK_RAW, 0))


# The neighbour's mark comes backwards, so that our own command line does not hold it.
MARK = CONFIG["neighbour"]["mark"][::-1]


@probe
def neighbour_processes():
    for process in processes():
        if MARK.encode() in read(f"/proc/{process}/cmdline"):
            return "the process of another sandbox is visible"


@probe
def neighbour_network():
    return abstract(MARK) or reached([(a, CONFIG["neighbour"]["port"]) for a in HERE], also={errno.ECONNREFUSED})


@probe
def neighbour_files():
    for folder in (*IN_MEMORY, WORKSPACE, "/var/tmp", "/run", "/dev/mqueue"):
        if os.path.lexists(os.path.join(folder, MARK)):
            return f"a file of another sandbox is visible in {folder}"


@probe
def engine_sockets():
    for folder in ("/run", "/var/run"):
        for name in ("docker.sock", "containerd/containerd.sock", "podman/podman.sock", "crio/crio.sock", "dbus/system_bus_socket",
                     "systemd/private", "snapd.socket", "postgresql/.s.PGSQL.5432", "redis/redis.sock"):
            if os.path.lexists(os.path.join(folder, name)):
                return f"{folder}/{name} is visible"
