# SPDX-License-Identifier: EUPL-1.2
"""schemas/openapi.yaml as a judge of answers: status, headers, media type and
body of each must be what the operation says, and nothing else.
"""
import datetime
import json
import os
import re
import sys

import jsonschema

from authority import TOP, check

sys.path.insert(0, os.path.join(TOP, 'tests', 'tools'))
import yaml_json                                        # noqa: E402

FORMATS = jsonschema.FormatChecker(['date'])


@FORMATS.checks('date-time', ValueError)
def is_time(value):
    """UTC and whole seconds: RFC 3339 with a Z."""
    return not isinstance(value, str) or bool(
        datetime.datetime.strptime(value, '%Y-%m-%dT%H:%M:%SZ'))


def load():
    with open(os.path.join(TOP, 'schemas', 'openapi.yaml'),
              encoding='utf-8') as f:
        return yaml_json.yaml.load(f, yaml_json.Loader)


@FORMATS.checks('uri')
def is_uri(value):
    """Absolute, and with nothing in it that would have to be escaped."""
    return not isinstance(value, str) or bool(
        re.fullmatch(r"https://[\w.-]+(/[!#-;=?-Z_a-z~%]*)?", value, re.ASCII))


class Description:
    def __init__(self):
        self.all = load()
        self.resolver = jsonschema.RefResolver('', self.all)
        self.operations = {}    # id: (path, operation)
        self.seen = set()       # (id, status)
        for path, item in self.all['paths'].items():
            for method, operation in item.items():
                if method == 'parameters':
                    continue
                check(method == 'get', path, 'has', method)
                self.operations[operation['operationId']] = path, operation

    def deref(self, value):
        while '$ref' in value:
            _, value = self.resolver.resolve(value['$ref'])
        return value

    def validate(self, value, schema):
        jsonschema.Draft202012Validator(
            schema, resolver=self.resolver,
            format_checker=FORMATS).validate(value)

    def find(self, path):
        """The operation of a path as it was asked, without /v1."""
        for name, (pattern, _) in self.operations.items():
            if re.fullmatch(re.sub(r'\{\w+\}', '[^/]+', re.escape(
                    pattern).replace(r'\{', '{').replace(r'\}', '}')), path):
                return name
        return None

    def hold(self, path, answer):
        """The answer to this path against what stands there."""
        name = self.find(path[len('/v1'):].split('?')[0])
        check(name is not None, path, 'is in no operation')
        _, operation = self.operations[name]
        said = operation['responses'].get(str(answer.status))
        check(said is not None, path, 'answered', answer.status, answer.body)
        said = self.deref(said)
        for header, it in said['headers'].items():
            value = answer.headers[header]
            check(value is not None, path, 'has no', header)
            self.validate(value, self.deref(it)['schema'])
        check(answer.headers['API-Version'] == self.all['info']['version'],
              path, answer.headers['API-Version'])
        check(answer.headers['Access-Control-Allow-Origin'] == '*', path)
        check(answer.headers['X-Content-Type-Options'] == 'nosniff', path)
        check(answer.headers['Cache-Control'], path)
        check(list(said['content']) == [answer.type], path, answer.type)
        self.seen.add((name, answer.status))
        schema = said['content'][answer.type]['schema']
        if 'json' not in answer.type:
            check(answer.body, path, 'is empty')
            return answer.body
        value = json.loads(answer.body.decode('utf-8'),
                           object_pairs_hook=once)
        try:
            self.validate(value, schema)
        except jsonschema.ValidationError as e:
            e.message = f'{path}: {e.message}'
            raise
        return value


def once(pairs):
    """No member of an object stands there twice."""
    check(len({key for key, _ in pairs}) == len(pairs), pairs)
    return dict(pairs)


def routes():
    """Paths below /v1 that route.c has, as the description writes them."""
    with open(os.path.join(TOP, 'ca', 'public', 'route.c'),
              encoding='utf-8') as f:
        found = re.findall(r'\{ "/v1(/[^"]*)", ', f.read())
    return [each.replace('{mark}', '{number}') for each in found]
