"""What texts that users may write are allowed to compute (KPI-07)."""

import ast

_NODES = (
    ast.Expression,
    # Values
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.Dict,
    ast.Name,
    ast.Load,
    ast.Attribute,
    ast.Subscript,
    ast.Call,
    ast.keyword,
    # Sums of days, and conditions; products and powers grow without end
    ast.UnaryOp,
    ast.unaryop,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.BoolOp,
    ast.boolop,
    ast.Compare,
    ast.cmpop,
    ast.IfExp,
)
# Of dates, times and the context. Methods of texts aren't among them: some make long
# ones of short ones.
_NAMES = frozenset(
    {
        "combine",
        "date",
        "datetime",
        "day",
        "get",
        "hour",
        "isoformat",
        "isoweekday",
        "minute",
        "month",
        "now",
        "replace",
        "strftime",
        "strptime",
        "time",
        "timedelta",
        "today",
        "weekday",
        "year",
    }
)


def check_expression(text):
    """The expression, when all it can do is to name values and reckon with dates.

    `safe_eval` keeps an expression away from the server's secrets, but not from its
    time and memory: it has `time.sleep`, powers and loops.

    :param str text: a domain or context, as favourites have them
    :return: the text without white space around it
    :rtype: str
    :raises SyntaxError: where it is no expression
    :raises ValueError: the part that isn't allowed
    """
    text = text.strip()
    for node in ast.walk(ast.parse(text, mode="eval")):
        allowed = isinstance(node, _NODES)
        if isinstance(node, ast.Attribute):
            allowed = node.attr in _NAMES
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # Of a date, by names; that of a text takes what to look for first
            allowed = node.func.attr != "replace" or not node.args
        if not allowed:
            raise ValueError(ast.unparse(node))
    return text
