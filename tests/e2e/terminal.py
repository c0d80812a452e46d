#!/usr/bin/env python3
"""terminal.py COLUMNS COMMAND…  runs COMMAND on a pseudo-terminal of that width and prints what it
wrote there, byte for byte; exits as COMMAND did."""
import fcntl
import os
import pty
import struct
import sys
import termios

columns, command = int(sys.argv[1]), sys.argv[2:]
reads, writes = os.pipe()  # holds the child until its terminal has a width
pid, terminal = pty.fork()
if pid == 0:
    os.close(writes)
    os.read(reads, 1)
    attributes = termios.tcgetattr(1)
    attributes[1] &= ~termios.OPOST  # no \n that becomes \r\n
    termios.tcsetattr(1, termios.TCSANOW, attributes)
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
os.close(reads)
os.close(writes)
while True:
    try:
        got = os.read(terminal, 65536)
    except OSError:  # the other end is closed
        break
    if not got:
        break
    sys.stdout.buffer.write(got)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
