# SPDX-License-Identifier: EUPL-1.2
"""keurmerk sync of trees of 11,000 and 100,000 marks from a server in Python
on loopback: all of it, after one mark was withdrawn, and with nothing new.
Time of the process, with the server's own work and the disk; _cpu is what
keurmerk and keurmerk-sync used of the processor.
"""
import json
import os
import resource
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__),
                                '../../system/lib'))
from sync_server import Server, make_tree, run      # noqa: E402


def measure(server, name, marks, tree, *args):
    server.use(tree)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    p = run('sync', '--json', *args, server.url, 'cache')
    took = time.monotonic() - started
    if p.returncode != 0:
        sys.exit(p.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime - before.ru_utime -
           before.ru_stime)
    fetched = json.loads(p.stdout)['fetched']
    for what, value, unit in (('', took * 1000, 'ms'),
                              ('_cpu', cpu * 1000, 'ms'),
                              ('_files', fetched['files'], 'files'),
                              ('_bytes', fetched['bytes'], 'bytes')):
        print(f'bench sync_{name}_{marks}{what} {value:.0f} {unit}')


def main():
    where = tempfile.mkdtemp()
    os.chdir(where)
    now = int(time.time())
    for marks in 11000, 100000:
        make_tree('a', marks, 5, now)
        make_tree('b', marks, 6, now, f'withdraw={marks // 2}', after='a')
        server = Server('a/tree')
        measure(server, 'all', marks, 'a/tree', '--trust', 'a/pin')
        measure(server, 'one', marks, 'b/tree')
        measure(server, 'none', marks, 'b/tree')
        server.end()
        shutil.rmtree('cache')
    os.chdir('/')
    shutil.rmtree(where)


main()
