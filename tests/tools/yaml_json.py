#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""yaml_json.py FILE: YAML 1.2 as JSON, in the same order, a line a member."""
import json
import re
import sys

import yaml


class Loader(yaml.SafeLoader):
    """Dates stay text, yes and no too; a key that stands twice is refused."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise SystemExit(f'{key.start_mark}: {key.value} stands twice')
            seen.add(key.value)
        return super().construct_mapping(node, deep)


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in found
            if tag not in ('tag:yaml.org,2002:timestamp',
                           'tag:yaml.org,2002:bool')]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()}
for _word in 'tf':
    Loader.add_implicit_resolver('tag:yaml.org,2002:bool',
                                 re.compile('^(true|false)$'),
                                 [_word])

if __name__ == '__main__':
    with open(sys.argv[1], encoding='utf-8') as f:
        json.dump(yaml.load(f, Loader), sys.stdout, ensure_ascii=False,
                  indent=1)
    print()
