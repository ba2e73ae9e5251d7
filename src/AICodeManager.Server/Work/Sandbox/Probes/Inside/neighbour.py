# A second sandbox that the probes must not find: a marked process, files, an abstract socket and a TCP port.
import os
import socket
import sys

mark, port = sys.argv[1], int(sys.argv[2])
paths = [os.path.join(folder, mark) for folder in ("/tmp", "/dev/shm", os.getcwd())]
for path in paths:
    open(path, "w").close()
local = socket.socket(socket.AF_UNIX)
local.bind("\0" + mark)
local.listen()
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("0.0.0.0", port))
server.listen()
print("up", flush=True)
sys.stdin.read()
for path in paths:
    os.unlink(path)
