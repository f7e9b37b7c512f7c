#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""serve_status, serve_badge, serve_mark_json and serve_search, with wrk over
64 connections, over the real input (11,377 organisations) or as many made-up
ones; the first two by turns with nginx, which has one worker and the same
bytes as files. Then start, memory and search with 100,000 marks.
"""
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import holders

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..',
                                   '..'))
B = os.environ.get('B', os.path.join(TOP, 'build'))
MARKS = int(os.environ.get('SERVE_MARKS', 11377))
MANY = int(os.environ.get('SERVE_MANY', 100000))
SECONDS = int(os.environ.get('SERVE_SECONDS', 3))
TURNS = 3
NOW = int(time.time())
PATH = '/usr/sbin:/usr/bin:/sbin:/bin'
NGINX, WRK = shutil.which('nginx', path=PATH), shutil.which('wrk', path=PATH)


def get(url):
    with urllib.request.urlopen(url, timeout=120) as r:
        return r.read()


class Ours:
    def __init__(self, tree):
        at = time.monotonic()
        self.p = subprocess.Popen(
            [os.path.join(B, 'system', 'serve_tree'), tree, str(NOW)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.p.stdout.readline())
        self.url = f'http://127.0.0.1:{self.port}'
        get(self.url + '/v1/epochs')
        self.start = time.monotonic() - at

    def anonymous(self):
        with open(f'/proc/{self.p.pid}/smaps_rollup') as f:
            return int(re.search(r'^Anonymous:\s+(\d+)', f.read(),
                                 re.M)[1]) / 1024

    def end(self):
        self.p.stdin.close()
        self.p.wait()


class Nginx:
    def __init__(self, base, root):
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            port = s.getsockname()[1]
        temp = ''.join(f'{t}_temp_path {base}/{t};' for t in (
            'client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
        conf = os.path.join(base, 'nginx.conf')
        with open(conf, 'w') as f:
            f.write(f'daemon off; pid {base}/pid; worker_processes 1;'
                    + ('user root;' if os.geteuid() == 0 else '')
                    + f'error_log {base}/error.log; events {{ }}'
                    f'http {{ access_log off; {temp} sendfile on;'
                    'keepalive_requests 1000000;'
                    'types { image/svg+xml svg; }'
                    f'server {{ listen 127.0.0.1:{port}; root {root};'
                    'add_header Cache-Control max-age=60; } }')
        self.p = subprocess.Popen([NGINX, '-p', base, '-c', conf],
                                  stdin=subprocess.DEVNULL)
        self.url = f'http://127.0.0.1:{port}'
        for _ in range(200):
            try:
                get(self.url + '/status/0')
                return
            except OSError:
                time.sleep(0.05)
        sys.exit('serve: nginx does not serve')

    def end(self):
        self.p.terminate()
        self.p.wait()


def wrk(url, script=None):
    """Requests a second, and the latency of 99 in 100, in ms."""
    args = [WRK, '-t1', '-c64', f'-d{SECONDS}s', '--latency', url]
    if script is not None:
        args += ['-s', script]
    out = subprocess.run(args, stdout=subprocess.PIPE, text=True,
                         check=True).stdout
    if 'Non-2xx' in out or 'Socket errors' in out:
        sys.exit(f'serve: {url}: {out}')
    value, unit = re.search(r'99%\s+([\d.]+)(us|ms|s)', out).groups()
    return (float(re.search(r'Requests/sec:\s+([\d.]+)', out)[1]),
            float(value) * {'us': 0.001, 'ms': 1, 's': 1000}[unit])


def beside(name, ours, nginx, path):
    """By turns, so that what else the machine does is in both."""
    pairs = [(wrk(ours.url + path)[0], wrk(nginx.url + path)[0])
             for _ in range(TURNS)]
    rate = statistics.median(a for a, _ in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    print(f'bench {name} {rate:.0f} requests/s ratio {ratio:.2f} against '
          'nginx, one worker', flush=True)


def lua(base, name, paths):
    """Another path each time, so that most are not made yet."""
    script = os.path.join(base, name + '.lua')
    with open(script, 'w') as f:
        f.write('local p = {' + ','.join(f'"{p}"' for p in paths) + '}\n'
                'local i = 0\n'
                'request = function()\n'
                '  i = i % #p + 1\n'
                '  return wrk.format("GET", p[i])\n'
                'end\n')
    return script


def numbers(ours):
    text = get(ours.url + '/sitemap/1.xml').decode()
    return re.findall(r'<loc>[^<]*/(KM-[0-9A-Z-]+)</loc>', text)[::2]


def tree_of(base, all_):
    """A published tree of the marks of these."""
    names = os.path.join(base, 'holders')
    holders.write(names, all_)
    subprocess.run([os.path.join(B, 'system', 'make_tree'), base,
                    str(len(all_)), '1', str(NOW), 'holders=' + names],
                   check=True)
    return os.path.join(base, 'tree')


def search(ours, base, all_, name):
    get(f'{ours.url}/zoeken?q=begin')
    rate, late = wrk(ours.url, lua(base, 'search', [
        f'/zoeken?q={q}' for q in holders.typed(all_, 20000)]))
    print(f'bench {name} {rate:.0f} requests/s')
    print(f'bench {name}_p99 {late:.2f} ms', flush=True)


def load(base):
    """Requests a second."""
    all_ = holders.holders(MARKS)
    ours = Ours(tree_of(base, all_))
    nginx = None
    try:
        number = numbers(ours)
        badge = f'/badge/{number[0]}/light-nl.svg'
        root = os.path.join(base, 'root')
        for path in ('/status/0', badge):
            os.makedirs(os.path.dirname(root + path), exist_ok=True)
            with open(root + path, 'wb') as f:
                f.write(get(ours.url + path))
        nginx = Nginx(base, root)
        beside('serve_status', ours, nginx, '/status/0')
        beside('serve_badge', ours, nginx, badge)
        rate, _ = wrk(ours.url, lua(base, 'mark', [
            '/v1/marks/' + n for n in number]))
        print(f'bench serve_mark_json {rate:.0f} requests/s')
        search(ours, base, all_, 'serve_search')
    finally:
        if nginx is not None:
            nginx.end()
        ours.end()


def many(base):
    """What a large register takes; then with all of the open data asked."""
    all_ = holders.holders(MANY)
    ours = Ours(tree_of(base, all_))
    try:
        print(f'bench serve_start_{MANY} {ours.start:.2f} s')
        print(f'bench serve_memory_{MANY} {ours.anonymous():.1f} MB')
        search(ours, base, all_, f'serve_search_{MANY}')
        for name in ('register.csv', 'register.json', 'register.index'):
            get(f'{ours.url}/open-data/{name}')
        print(f'bench serve_memory_after {ours.anonymous():.1f} MB')
    finally:
        ours.end()


def main():
    if NGINX is None or WRK is None:
        print('serve: no nginx or wrk: skipped')
        sys.exit(77)
    for part in (load, many):
        with tempfile.TemporaryDirectory(prefix='serve.') as base:
            part(base)


if __name__ == '__main__':
    main()
