#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The public side with its thread, built with ThreadSanitizer: pictures,
archives, open data, pages and searches at once, from several clients, while
one epoch after another is published. Nothing may be written in two places at
once, and nothing may be answered but 200, or 503 for too much.
"""
import hashlib
import http.client
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
B = os.environ['B']
MARKS, CLIENTS = 3000, 6
SECONDS = int(os.environ.get('THREADS_SECONDS', 120))
NOW = int(time.time())


def publish(base, epoch, previous):
    """The next epoch over the one before; its hash, and the numbers."""
    options = [f'withdraw={epoch}']
    if previous:
        options.append('previous=' + previous)
    fresh = os.path.join(base, 'fresh')
    subprocess.run([os.path.join(B, 'system', 'make_tree'), fresh, str(MARKS),
                    str(epoch), str(NOW), *options], check=True)
    names = sorted((os.path.relpath(os.path.join(at, name), fresh)
                    for at, _, all_ in os.walk(fresh + '/tree')
                    for name in all_), key='tree/epoch'.__eq__)
    for name in names:          # data before pointer, each by rename
        to = os.path.join(base, name)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copy(os.path.join(fresh, name), to + '.new')
        os.replace(to + '.new', to)
    with open(fresh + '/tree/epoch', 'rb') as f:
        return hashlib.sha256(f.read()).hexdigest()


class Client(threading.Thread):
    def __init__(self, port, numbers, end):
        super().__init__()
        self.port, self.numbers, self.end = port, numbers, end
        self.seen = {}
        self.wrong = []

    def path(self):
        n = random.choice(self.numbers)
        return random.choice([
            '/', '/register', f'/{n}', f'/en/{n}', f'/{n}/houder',
            f'/zoeken?q=voorbeeld+{random.randrange(999)}', f'/v1/marks/{n}',
            f'/badge/{n}/light-nl.svg', f'/badge/{n}/light-en.png',
            f'/badge/{n}/qr-full.png', f'/badge/{n}/print-light-nl.pdf',
            f'/badge/{n}/keurmerk.zip', '/open-data/register.csv',
            '/open-data/register.json', '/open-data/register.index',
            '/sitemap/1.xml', '/v1/changes', '/status/0', '/epoch'])

    def run(self):
        while time.monotonic() < self.end:
            c = http.client.HTTPConnection('127.0.0.1', self.port,
                                           timeout=60)
            try:
                path = self.path()
                c.request('GET', path, headers=random.choice(
                    [{}, {'Accept-Encoding': 'gzip'}]))
                if random.random() < 0.05:
                    continue            # and leave
                answer = c.getresponse()
                answer.read()
                self.seen[answer.status] = self.seen.get(answer.status, 0) + 1
                if answer.status not in (200, 303, 503):
                    self.wrong.append((path, answer.status))
            finally:
                c.close()


def main():
    with tempfile.TemporaryDirectory() as base:
        os.makedirs(os.path.join(base, 'tree'))
        previous = publish(base, 1, None)
        log = os.path.join(base, 'log')
        with open(log, 'wb') as f:
            p = subprocess.Popen(
                [os.path.join(B, 'tsan', 'system', 'serve_tree'),
                 os.path.join(base, 'tree'), str(NOW)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=f)
        port = int(p.stdout.readline())
        c = http.client.HTTPConnection('127.0.0.1', port, timeout=120)
        c.request('GET', '/sitemap/1.xml')
        numbers = sorted(set(re.findall(r'KM-[0-9A-Z-]+', c.getresponse()
                                        .read().decode())))
        c.close()
        end = time.monotonic() + SECONDS
        clients = [Client(port, numbers, end) for _ in range(CLIENTS)]
        for c in clients:
            c.start()
        epoch = 1
        while time.monotonic() < end:
            epoch += 1
            previous = publish(base, epoch, previous)
            time.sleep(2)
        for c in clients:
            c.join()
        p.stdin.close()
        status = p.wait(60)
        with open(log, encoding='utf-8', errors='replace') as f:
            said = f.read()
        seen = {}
        for c in clients:
            for s, n in c.seen.items():
                seen[s] = seen.get(s, 0) + n
        print(f'{epoch} epochs, answers by status: {seen}')
        wrong = [w for c in clients for w in c.wrong]
        if status != 0 or wrong or 'ThreadSanitizer' in said or \
                seen.get(200, 0) < 100:
            sys.exit(f'threads: status {status}, wrong {wrong[:5]}\n'
                     f'{said[-8000:]}')


if __name__ == '__main__':
    main()
