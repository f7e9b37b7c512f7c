#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""What is published is verified by another implementation: signatures with
cryptography, objects with cbor2, lists with a decoder of their own.
"""
import os
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import Authority, check  # noqa: E402
from load import Load                   # noqa: E402
from opinion import Opinion             # noqa: E402


def main():
    base = tempfile.mkdtemp(prefix='opinion.', dir=os.environ.get('TEST_TMP'))
    a = Authority(os.path.join(base, 'a'))
    os.mkdir(a.base)
    try:
        a.create()
        a.start()
        load = Load(a)
        load.setup()
        office = load.office()
        for subject in load.subjects:
            load.grant(office, subject)
        marks = list(load.marks)
        for _ in range(5):
            load.withdraw(office)
        withdrawn = set(marks) - set(load.marks)
        end = time.monotonic() + 20
        while True:
            opinion = Opinion(a.path('tree'))
            found = opinion.all()
            if sum(1 for f in found if f[1] == 1) == 5:
                break
            check(time.monotonic() < end, 'not published in time')
            time.sleep(0.1)
        check(len(found) == len(marks), 'published', len(found))
        check({n for n, s, _ in found if s == 1} == withdrawn,
              'withdrawn are others')
        a.stop()
        print(f'{opinion.verified} signatures and {len(found)} statuses '
              f'agree, {len(withdrawn)} of them withdrawn')
    finally:
        a.end()


main()
