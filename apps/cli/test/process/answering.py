"""Runs a command in a pseudo-terminal, types an answer at each question, and prints what the terminal was sent.

answering.py QUESTION ANSWERS COMMAND...   QUESTION is what a question ends in; ANSWERS has a line for each. Then Ctrl-D.
"""
import os, pty, sys

question, answers, command = sys.argv[1].encode(), sys.argv[2].split("\n"), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen, answered = b"", 0
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
    if seen.count(question) > answered:
        answered += 1
        os.write(terminal, answers.pop(0).encode() + b"\n" if answers else b"\x04")
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
