# SPDX-License-Identifier: EUPL-1.2
"""An authority for tests: made by the real ceremony, run by the real daemon.

Everything goes through the programs, as people would do it. Files of an
authority stand under one directory:

    conf  ctl-NAME.conf  keys/  trust-1  officers-1  scheme-1
    data/  tree/  daemon.log
"""
import os
import signal
import socket
import subprocess
import sys
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../../..'))
BUILD = os.environ.get('B', os.path.join(TOP, 'build'))
PERSONS = {                     # officer id: employer, role
    'registrar': ('', 'registrar'),
    'reviewer': ('', 'reviewer'),
    'decider-a': ('', 'decider'),
    'decider-b': ('', 'decider'),
    'assessor': ('RVA-C-999', 'assessor'),
}
ROOTS = ('root-a', 'root-b', 'root-c')
MANAGERS = ('manager-a', 'manager-b', 'manager-c')
BODY = 'RVA-C-999'
PASSPHRASE = 'only for tests'


def program(name):
    return os.path.join(BUILD, name)


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def skip(why):
    print(why)
    sys.exit(77)


class Failed(AssertionError):
    pass


def check(true, *what):
    if not true:
        raise Failed(' '.join(str(w) for w in what))


class Authority:
    def __init__(self, base, environment='demonstration',
                 host='keurmerk.example', preload=None):
        self.base = os.path.abspath(base)
        self.environment = environment
        self.host = host
        self.preload = preload or {}    # environment of the daemon
        self.daemon = None
        self.ports = (free_port(), free_port())
        self.url = f'http://127.0.0.1:{self.ports[1]}'

    def path(self, *names):
        return os.path.join(self.base, *names)

    def run(self, *args, status=0, **more):
        """Run a program to its end; its status must be as expected."""
        p = subprocess.run([str(a) for a in args], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           text=True, **more)
        if status is not None and p.returncode != status:
            raise Failed(f'{" ".join(str(a) for a in args)}: status '
                         f'{p.returncode}, expected {status}\n'
                         f'{p.stdout}{p.stderr}')
        return p

    def key(self, name):
        return self.path('keys', name + '.pem')

    def ctl(self, who, *args, status=0, **more):
        """keurmerkctl as this officer."""
        return self.run(program('keurmerkctl'), '--config',
                        self.path(f'ctl-{who}.conf'), *args, status=status,
                        **more)

    def ceremony(self, *args, status=0):
        return self.run(program('keurmerkctl'), *args, status=status)

    def sign(self, file, *who):
        for name in who:
            self.ceremony('sign', self.path(file), '--key', self.key(name),
                          '--trust', self.path('trust-1'),
                          '--passphrase-file', self.path('passphrase'),
                          '--yes')

    def create(self, scheme=None, officers=None):
        """Keys, lists, scheme, and init; nothing runs after it."""
        os.makedirs(self.path('keys'))
        os.mkdir(self.path('tree'))
        os.mkdir(self.path('data'), 0o700)
        self.write('passphrase', PASSPHRASE + '\n', 0o600)
        self.write('conf', f'''\
issuer = "{self.host}"
environment = {self.environment}
data = "data"
tree = "tree"
public_url = "{self.url}"
office {{ listen = "127.0.0.1:{self.ports[0]}" }}
public {{ listen = "127.0.0.1:{self.ports[1]}" }}
''', 0o644)
        for name in (*ROOTS, *MANAGERS, *PERSONS):
            self.ceremony('key', 'new', self.key(name), '--passphrase-file',
                          self.path('passphrase'))
            self.ceremony('key', 'public', self.key(name),
                          '--passphrase-file', self.path('passphrase'))
        self.daemon_run('init', 'keys', self.path('signer.pub'))
        trust = ['trust', 'draft', '--authority', self.host,
                 '--environment', self.environment, '--threshold', '2',
                 '--signer-keys', self.path('signer.pub'),
                 '--expires', self.day(3650), '-o', self.path('trust-1')]
        for name in ROOTS:
            trust += ['--root', self.key(name) + '.pub']
        for name in MANAGERS:
            trust += ['--officers-key', self.key(name) + '.pub']
        self.ceremony(*trust)
        self.sign('trust-1', 'root-a', 'root-b')
        self.write('officers.csv', officers or self.officers_csv())
        self.ceremony('officers', 'draft', '--trust', self.path('trust-1'),
                      '--csv', self.path('officers.csv'), '--expires',
                      self.day(700), '-o', self.path('officers-1'))
        self.sign('officers-1', 'manager-a', 'manager-b')
        scheme = scheme or os.path.join(TOP, 'schemas', 'scheme.json')
        self.ceremony('scheme', 'draft', '--trust', self.path('trust-1'),
                      '--json', scheme, '--proposer',
                      self.key('root-a') + '.pub', '-o',
                      self.path('scheme-1'))
        self.sign('scheme-1', 'root-a', 'root-c')
        self.daemon_run('init', self.path('trust-1'), self.path('officers-1'),
                        self.path('scheme-1'), scheme)

    def officers_csv(self):
        rows = ['id,employer,roles,key,from,until,conflicts']
        for name, (employer, role) in PERSONS.items():
            rows.append(f'{name},{employer},{role},{self.key(name)}.pub,'
                        f'{self.day(-1)},{self.day(700)},')
        return '\n'.join(rows) + '\n'

    @staticmethod
    def day(offset, start=None):
        start = time.time() if start is None else start
        return time.strftime('%Y-%m-%d', time.gmtime(start + offset * 86400))

    def write(self, name, text, mode=0o644):
        with open(os.open(self.path(name), os.O_WRONLY | os.O_CREAT |
                          os.O_TRUNC, mode), 'w') as f:
            f.write(text)

    def daemon_run(self, verb, *args, status=0):
        return self.run(program('keurmerkd'), verb, '-f', self.path('conf'),
                        *args, status=status)

    def officers_connect(self):
        """What keurmerkctl needs to know, once office has its TLS key."""
        for who in PERSONS:
            self.write(f'ctl-{who}.conf', f'''\
office = "https://127.0.0.1:{self.ports[0]}"
pin = "{self.path('data', 'office', 'tls.pin')}"
key = "{self.key(who)}"
passphrase_file = "{self.path('passphrase')}"
public_url = "{self.url}"
trust = "{self.path('trust-1')}"
''', 0o600)

    def start(self, wait=30):
        """Start keurmerkd and wait until all of it serves: public may long
        before office."""
        log = open(self.path('daemon.log'), 'ab')
        at = log.tell()
        self.daemon = subprocess.Popen(
            [program('keurmerkd'), 'run', '-f', self.path('conf')],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=dict(os.environ, **self.preload), start_new_session=True)
        log.close()
        self.officers_connect()
        end = time.monotonic() + wait
        while time.monotonic() < end:
            if self.daemon.poll() is not None:
                raise Failed('keurmerkd ended: ' + self.log_tail())
            p = self.run('curl', '-s', '-o', '/dev/null', '-w',
                         '%{http_code}', self.url + '/healthz', status=None)
            if p.stdout == '200' and self.is_ready(at):
                return
            time.sleep(0.05)
        raise Failed('keurmerkd does not serve: ' + self.log_tail())

    def is_ready(self, at):
        """Does the log say so, from there on?"""
        with open(self.path('daemon.log'), 'rb') as f:
            f.seek(at)
            return b'keurmerkd: info: ready: ' in f.read()

    def log_tail(self):
        with open(self.path('daemon.log'), errors='replace') as f:
            return f.read()[-4000:]

    def roles(self):
        """Process ids by role: the parent's children, by their arguments."""
        found = {'parent': self.daemon.pid}
        for pid in os.listdir('/proc'):
            if not pid.isdigit():
                continue
            try:
                with open(f'/proc/{pid}/stat') as f:
                    parent = int(f.read().rsplit(')', 1)[1].split()[1])
                with open(f'/proc/{pid}/cmdline', 'rb') as f:
                    args = f.read().split(b'\0')
            except OSError:
                continue
            if parent == self.daemon.pid and b'-x' in args:
                found[args[args.index(b'-x') + 1].decode()] = int(pid)
        return found

    def resident(self):
        """Bytes resident of all roles together (proportional: Pss)."""
        total = 0
        for pid in self.roles().values():
            with open(f'/proc/{pid}/smaps_rollup') as f:
                for line in f:
                    if line.startswith('Pss:'):
                        total += int(line.split()[1]) * 1024
        return total

    def stop(self, wait=30):
        """Stop in good order; status 0 is demanded."""
        if self.daemon is None:
            return
        self.daemon.send_signal(signal.SIGTERM)
        status = self.daemon.wait(wait)
        self.daemon = None
        check(status == 0, 'keurmerkd stopped with', status, self.log_tail())

    def kill(self, *names, wait=10):
        """kill -9 these roles (none: all), and wait until all are gone."""
        pids = self.roles()
        for name in names or pids:
            if name in pids:
                try:
                    os.kill(pids[name], signal.SIGKILL)
                except ProcessLookupError:
                    pass
        status = self.daemon.wait(wait)
        end = time.monotonic() + wait
        for pid in pids.values():
            while os.path.exists(f'/proc/{pid}') and not zombie(pid):
                check(time.monotonic() < end, 'process', pid, 'stays')
                time.sleep(0.01)
        self.daemon = None
        return status

    def audit(self, status=0):
        return self.daemon_run('audit', status=status)

    def end(self):
        """Whatever happened, leave nothing running."""
        if self.daemon is not None and self.daemon.poll() is None:
            self.kill()


def zombie(pid):
    try:
        with open(f'/proc/{pid}/stat') as f:
            return f.read().rsplit(')', 1)[1].split()[0] == 'Z'
    except OSError:
        return True
