# SPDX-License-Identifier: EUPL-1.2
"""Holders for a register as large as one likes: the organisations of the
real input when it lies beside this checkout, else and beyond it made-up
ones, of words that many share. And what people type to find them.
"""
import csv
import os
import random
import urllib.parse

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..',
                                   '..'))
REAL = os.path.join(TOP, '..', 'shared', 'data', 'organisations.csv')

FIRST = '''Jansen;De Vries;Van den Berg;Bakker;Visser;Smit;Meijer;De Boer
Mulder;De Groot;Bos;Vos;Peters;Hendriks;Van Leeuwen;Dekker;Brouwer;De Wit
Dijkstra;Smits;De Graaf;Van der Meer;Kok;Jacobs;Vermeulen;Van Beek;Willems
Hoekstra;Koster;Prins'''.replace('\n', ';').split(';')
SECOND = '''Automatisering;ICT;IT Services;Netwerken;Cloud;Systemen;Computers
Consultancy;Online;Software;Security;Beheer;Telecom;Data;Hosting;Support
Werkplek;Advies;Digital;Solutions'''.replace('\n', ';').split(';')
PLACE = '''Utrecht;Amsterdam;Rotterdam;'s-Gravenhage;Eindhoven;Groningen
Tilburg;Almere;Breda;Nijmegen;Apeldoorn;Haarlem;Enschede;Arnhem;Zwolle
Leiden'''.replace('\n', ';').split(';')


def real():
    """Names and KVK numbers, each number once; none when it is not there."""
    if not os.path.exists(REAL):
        return []
    with open(REAL, encoding='utf-8', newline='') as f:
        found = {r['kvk']: r['name'].strip() for r in csv.DictReader(f)
                 if len(r['kvk']) == 8 and r['kvk'].isdigit()
                 and 0 < len(r['name'].strip().encode()) <= 200
                 and r['name'].isprintable()}
    return [(name, kvk) for kvk, name in found.items()]


def holders(n, seed=1):
    """n of them: name, place, KVK number."""
    rand = random.Random(seed)
    out = [(name, rand.choice(PLACE), kvk) for name, kvk in real()[:n]]
    for i in range(len(out), n):
        syllables = ''.join(rand.choice('bcdfghjklmnprstvwz')
                            + rand.choice('aeiou') for _ in range(3))
        out.append((f'{rand.choice(FIRST)} {syllables.capitalize()} '
                    f'{rand.choice(SECOND)} B.V.', rand.choice(PLACE),
                    f'{10000000 + i}'))
    return out


def write(path, all_):
    with open(path, 'w', encoding='utf-8') as f:
        f.writelines('\t'.join(h) + '\n' for h in all_)


def typed(all_, n, seed=2):
    """What people type: a name, one with a letter forgotten, its first words,
    a word of it and the place, a number."""
    rand = random.Random(seed)
    for i in range(n):
        name, place, kvk = rand.choice(all_)
        at = rand.randrange(len(name))
        words = name.split()
        yield urllib.parse.quote_plus((
            name, name[:at] + name[at + 1:], ' '.join(words[:2]),
            f'{rand.choice(words)} {place}', kvk)[i % 5])
