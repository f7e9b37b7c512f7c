#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A disk that is full (ENOSPC) or broken (EIO) from a random call on, under
the signer or under office, during a load, ROUNDS times each (5): the daemon
stops with a message and a status, and has acknowledged nothing that is not
there when the disk is right again. SEED repeats a run.
"""
import errno
import mmap
import os
import random
import re
import struct
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import BUILD, Authority, check   # noqa: E402
from load import Load                           # noqa: E402

ROUNDS = int(os.environ.get('ROUNDS', 5))
SEED = int(os.environ.get('SEED', random.randrange(1 << 32)))
PLAN = struct.Struct('=5q')
SAYS = {errno.ENOSPC: 'No space left|disk is full',
        errno.EIO: 'Input/output error|disk I/O error'}


class Disk:
    """tests/shim/fulldisk.c does what is written here."""

    def __init__(self, path):
        with open(path, 'wb') as f:
            f.write(bytes(PLAN.size))
        with open(path, 'r+b') as f:
            self.memory = mmap.mmap(f.fileno(), PLAN.size)

    def fail(self, role, after, error):
        self.memory[:] = PLAN.pack(1, ord(role[0]), after, error, 0)

    def mend(self):
        failed = PLAN.unpack(self.memory[:])[4]
        self.memory[:] = bytes(PLAN.size)
        return failed


def one(a, disk, load, role, error):
    with open(a.path('daemon.log'), 'rb') as f:
        f.seek(0, os.SEEK_END)
        at = f.tell()
    load.run()
    time.sleep(random.uniform(0, 0.2))
    after = random.randrange(60)
    disk.fail(role, after, error)
    what = f'{role}, {errno.errorcode[error]} after {after} calls'
    try:
        status = a.daemon.wait(30)
    finally:
        load.stop()
    failed = disk.mend()
    a.daemon = None
    check(failed > 0, what, ': nothing failed')
    check(status == 1, what, ': status', status, a.log_tail())
    with open(a.path('daemon.log'), errors='replace') as f:
        f.seek(at)
        text = f.read()
    check(re.search(f'^{role}: .*({SAYS[error]})', text, re.M), what,
          ': expected a message of the', role, 'found', text)
    before = len(load.done)
    a.start()
    load.verify()
    print(f'{what}: {before} done, {failed} calls failed', flush=True)


def main():
    print(f'seed {SEED}, {ROUNDS} rounds', flush=True)
    random.seed(SEED)
    base = tempfile.mkdtemp(prefix='full.', dir=os.environ.get('TEST_TMP'))
    plan = os.path.join(base, 'plan')
    disk = Disk(plan)
    a = Authority(os.path.join(base, 'a'), preload={
        'LD_PRELOAD': os.path.join(BUILD, 'shim', 'fulldisk.so'),
        'FULLDISK': plan})
    os.mkdir(a.base)
    try:
        a.create()
        a.start()
        load = Load(a, providers=12)
        load.setup()
        epochs = 0
        for i in range(ROUNDS):
            for role in ('signer', 'office'):
                for error in (errno.ENOSPC, errno.EIO):
                    one(a, disk, load, role, error)
                    now = load.verify_epochs()
                    check(now >= epochs, 'epochs went from', epochs, 'to',
                          now)
                    epochs = now
            a.audit()
        load.verify_log()
        a.stop()
        a.audit()
        print(f'{len(load.done)} decisions acknowledged, none lost; '
              f'{epochs} epochs; audit agrees')
    finally:
        a.end()


main()
