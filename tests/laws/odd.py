"""Random statements, texts and JSON, most of them wrong, from a seeded generator."""

from random import Random

FIELDS = ["a", "b", "c", "d", "e.k", "`f`", "[g]", "missing", "`a b`.`c`", "é", "_x", "'q'"]
VALUES = [
    '"x"',
    "5",
    "0.5",
    "true",
    '"now-3d"',
    '"*x*"',
    '"a \\"b\\""',
    "NULL",
    "1e5",
    "0x1F",
    '""',
]
OPERATORS = ["=", "==", "!=", "<>", ">", ">=", "<", "<=", "LIKE", "contains"]
WORDS = [
    *FIELDS, *VALUES, *OPERATORS, "AND", "or", "NOT", "!", "IN", "INTERSECTS", "BETWEEN", "EXISTS",
    "INCLUDE", "IS", "FILTER", "FROM", "LIMIT", "WITH", "ALIAS", "(", ")", "[", "]", ",", ";", "*",
    "/", "+", "-", "%", "&&", "||", "--", "#", "//", "/*", "*/", "\n", "\r\n", "\t", "\xa0",
    '"', "'", "`", "\\", "\0", "\u2028", "\ud800", "🙂", "f(", "timewindow(a, 5, 7)", "{", "}",
    "now-3d", "-1",
]  # fmt: skip

JSON_OPERATORS = [
    ("and", 2), ("and", 4), ("or", 3), ("not", 1), ("=", 2), ("<", 2), ("!=", 2), ("like", 2),
    ("contains", 2), ("in", 2), ("intersects", 2), ("between", 3), ("exists", 1), ("expr", 3),
    ("include", 1), ("-", 2), ("AND", 2), ("<>", 2), ("", 1), ("and", 0),
]  # fmt: skip
JSON_LEAVES: list[object] = [
    None, True, 0, -1, 1e308, "", "x", "*", "NULL", "`", "\ud800", "0123456789abcdef01234567",
    {"ident": "a.b"}, {"ident": "c"}, {"val": "5"}, {"val": ""}, {"val": 5}, {"seg": "x"},
]  # fmt: skip


def seeded(seed: int) -> Random:
    """Return a generator that gives the same each time."""
    return Random(seed)  # noqa: S311 - nothing depends on it


def some_filter(random: Random, depth: int = 3) -> str:
    """Return a random filter that is right, or nearly so."""
    kind = random.random()
    if depth and kind < 0.5:
        joint = random.choice([", ", ",\n", " ", "\n"])
        parts = joint.join(some_filter(random, depth - 1) for _ in range(random.randint(0, 4)))
        return f"{random.choice(['AND (', 'OR (', 'NOT OR (', 'NOT (', '('])}{parts})"
    if depth and kind < 0.6:
        joint = random.choice([" AND ", " OR ", " && ", " || ", " NOT "])
        return joint.join(some_filter(random, depth - 1) for _ in range(2))
    field, value, other = random.choice(FIELDS), random.choice(VALUES), random.choice(VALUES)
    return random.choice(
        [
            f"{field} {random.choice(OPERATORS)} {value}",
            f"{field} IN ({value}, {other})",
            f"{field} NOT INTERSECTS ({value})",
            f"{field} BETWEEN {value} AND {other}",
            f"EXISTS {field}",
            f"INCLUDE {random.choice(['s', 'x-1', '`0123456789abcdef01234567`'])}",
            f"f({field}, {value}) = {other}",
            f"{field} + {value} > {other}",
            field,
        ]
    )


def some_statement(random: Random) -> str:
    endings = ["", " FROM user", " LIMIT 5", ' WITH k = "v"', " ALIAS x", ";", " -- c", " y"]
    return f"FILTER {some_filter(random)}{random.choice(endings)}"


def mutated(random: Random, text: str) -> str:
    """Return the text with a few of its parts cut out, put in, doubled or put elsewhere."""
    for _ in range(random.randint(0, 3)):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.randint(0, 6))
        put = random.choice(["", random.choice(WORDS), text[start:end] * 2, text[end : end + 8]])
        text = text[:start] + put + text[end:]
    return text


def some_noise(random: Random) -> str:
    words = (
        random.choice([random.choice(WORDS), chr(random.randrange(0x3000))]) for _ in range(20)
    )
    joint = random.choice(["", " "])
    return random.choice(["", "FILTER "]) + joint.join(list(words)[: random.randint(0, 20)])


def some_json(random: Random, depth: int = 4) -> object:
    """Return an AST, or something that looks like one, or like nothing at all."""
    if not depth or random.random() < 0.05:
        usual = [{"ident": "a.b"}, {"ident": "c"}, {"val": "5"}, {"val": "x"}]
        return random.choice(JSON_LEAVES if random.random() < 0.05 else usual)
    op, arity = random.choice(JSON_OPERATORS)
    values = depth - 1 if op in {"and", "or", "not"} else 0
    arguments: list[object] = [some_json(random, values) for _ in range(arity)]
    if op in {"in", "intersects"}:
        arguments[1] = {"args": [some_json(random, 0) for _ in range(random.randint(0, 3))]}
    return _spoiled(random, {"op": op, "args": arguments})


def _spoiled(random: Random, found: dict[str, object]) -> object:
    """Return an expression as it is, or wrong in one of many ways, mostly the first."""
    if random.random() > 0.05:
        return found
    junk = random.choice(JSON_LEAVES)
    key = random.choice(["op", "args", "ident", "val", "seg", "other"])
    return random.choice(
        [
            found | {key: junk},
            found | {key: [junk]},
            found | {"args": []},
            {"args": [found, junk]},
            [found],
            {key: found},
        ]
    )
