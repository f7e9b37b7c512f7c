# SPDX-License-Identifier: EUPL-1.2
"""The disk as a power cut may leave it.

A Disk remembers one or more directories as they stand (durable, by
definition: nothing runs), and later puts them back to what was synced since,
by the records of tests/shim/powerloss.c. As strict as POSIX allows: bytes
not synced are lost, and so are names whose directory was not synced, also
where the file system of the test would have kept them.
"""
import glob
import os
import shutil
import struct


class Disk:
    def __init__(self, *roots):
        self.roots = [os.path.abspath(r) for r in roots]
        self.generation = {}            # inode -> how often it was reused
        self.content = {}               # (inode, generation) -> bytearray
        self.pending = {}               # same key -> records not yet synced
        self.names = {}                 # directory inode -> {name: (type, key)}
        self.lost = 0                   # bytes that were written, not synced
        for root in self.roots:
            self._read(root)

    def _key(self, inode):
        return (inode, self.generation.get(inode, 0))

    def _read(self, path):
        entries = {}
        for entry in os.scandir(path):
            inode = entry.inode()
            if entry.is_dir(follow_symlinks=False):
                entries[entry.name] = ('d', inode)
                self._read(entry.path)
            elif entry.is_file(follow_symlinks=False):
                entries[entry.name] = ('f', self._key(inode))
                with open(entry.path, 'rb') as f:
                    self.content[self._key(inode)] = bytearray(f.read())
        self.names[os.stat(path).st_ino] = entries

    def _sync(self, key):
        data = self.content.setdefault(key, bytearray())
        for kind, at, more in self.pending.pop(key, ()):
            if kind == 'W':
                if len(data) < at:
                    data.extend(bytes(at - len(data)))
                data[at:at + len(more)] = more
            elif at < len(data):
                del data[at:]
            else:
                data.extend(bytes(at - len(data)))

    def _directory(self, inode, entries):
        names, i = {}, 0
        while i < len(entries):
            child, = struct.unpack_from('<Q', entries, i)
            kind, size = chr(entries[i + 8]), entries[i + 9]
            name = entries[i + 10:i + 10 + size].decode()
            names[name] = (kind, child if kind == 'd' else self._key(child))
            i += 10 + size
        self.names[inode] = names

    def replay(self, pattern):
        """Take in the records of every process; returns how many."""
        count = 0
        for path in sorted(glob.glob(pattern)):
            with open(path, 'rb') as f:
                log = f.read()
            at = 0
            while at + 32 <= len(log):
                kind, inode, a, size = struct.unpack_from('<4Q', log, at)
                more = log[at + 32:at + 32 + size]
                if len(more) < size:
                    break               # the process was killed in its middle
                at += 32 + size
                count += 1
                kind = chr(kind)
                if kind in 'WT':
                    self.pending.setdefault(self._key(inode), []).append(
                        (kind, a, more))
                elif kind == 'S':
                    self._sync(self._key(inode))
                elif kind == 'D':
                    self._directory(inode, more)
                elif kind == 'F':
                    self.generation[inode] = self.generation.get(inode, 0) + 1
                else:
                    raise ValueError(f'{path}: record {kind!r} at {at}')
        self.lost = sum(len(m) for p in self.pending.values()
                        for k, _, m in p if k == 'W')
        return count

    def _write(self, path, inode):
        for name, (kind, key) in self.names.get(inode, {}).items():
            to = os.path.join(path, name)
            if kind == 'd':
                os.mkdir(to, 0o700)
                self._write(to, key)
            else:
                with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL,
                                  0o600), 'wb') as f:
                    f.write(self.content.get(key, b''))

    def put_back(self):
        """Make the directories what was durable. Nothing may run."""
        for root in self.roots:
            inode, mode = os.stat(root).st_ino, os.stat(root).st_mode
            shutil.rmtree(root)
            os.mkdir(root, mode & 0o777)
            self._write(root, inode)
