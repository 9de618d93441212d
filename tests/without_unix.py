"""textmine where what Unix alone has is missing, as on Windows: `python without_unix.py ARGUMENTS`.

The modules of Unix alone cannot be imported, `os` and `signal` have only the names that Windows gives them,
and there is no /proc. Other libraries find it so, too. What stays: `os.name` and `sys.platform`, as the
standard library would look for Windows' own modules otherwise, and so the few things that it and numpy take
for granted by them.
"""

from __future__ import annotations

import os
import pathlib
import posix  # which os and shutil are made of wherever os.name says so
import signal
import subprocess  # noqa: F401 (it takes what it needs of os when it is imported)
import sys

MODULES = "crypt curses fcntl grp nis ossaudiodev pty pwd readline resource spwd syslog termios tty"
SYSTEM = """
    DirEntry F_OK O_APPEND O_CREAT O_EXCL O_RDONLY O_RDWR O_TRUNC O_WRONLY R_OK TMP_MAX W_OK X_OK abort access
    chdir chmod close closerange cpu_count device_encoding dup dup2 environ error execv execve fspath fstat
    fsync ftruncate get_inheritable get_terminal_size getcwd getcwdb getlogin getpid getppid isatty kill link
    listdir lseek lstat mkdir open pipe putenv read readlink remove rename replace rmdir scandir
    set_inheritable spawnv spawnve stat stat_result strerror symlink system terminal_size times times_result
    truncate umask unlink unsetenv urandom utime waitpid waitstatus_to_exitcode write
    uname
"""  # the last for numpy, which asks every Linux how old it is
SIGNALS = """
    Handlers NSIG SIGABRT SIGFPE SIGILL SIGINT SIGSEGV SIGTERM SIG_DFL SIG_IGN Signals default_int_handler
    getsignal raise_signal set_wakeup_fd signal strsignal valid_signals
"""


def hide() -> None:
    """Take it all away from this process."""
    sys.modules.update(dict.fromkeys(MODULES.split()))  # type: ignore[arg-type]  # None stands for ImportError
    for module, names, kept in ((os, dir(posix), SYSTEM), (signal, dir(signal), SIGNALS)):
        for name in {*names}.difference(kept.split()):
            if not name.startswith("_") and hasattr(module, name):
                delattr(module, name)
    os.supports_dir_fd.clear()  # by which shutil chooses its way
    exists = pathlib.Path.exists
    pathlib.Path.exists = lambda path: not path.is_relative_to("/proc") and exists(path)  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    hide()
    from textmine.cli.app import main

    sys.argv[0] = "textmine"
    main()
