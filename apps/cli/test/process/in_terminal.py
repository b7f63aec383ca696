"""Runs a command in a pseudo-terminal and prints what the terminal was sent.

in_terminal.py COLUMNS INTERRUPT COMMAND...   Ctrl-C is pressed when INTERRUPT appears; empty for never.
"""
import fcntl, os, pty, struct, sys, termios

columns, interrupt, command = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
seen = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
    if interrupt and interrupt in seen:
        interrupt = b""
        os.write(terminal, b"\x03")
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
