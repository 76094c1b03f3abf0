"""Where the strokes of a chart on paper are: plain numbers for an SVG (KPI-06)."""

from math import floor, log10

# Steps between two lines of a scale, as parts of a power of ten
_STEPS = (1, 2, 2.5, 5, 10)


def scale(highest, lines=4):
    """Round values from 0 up to at least the highest one.

    :param float highest: the highest value to be drawn
    :param int lines: about how many lines above zero
    :rtype: list[float]
    """
    if highest <= 0:
        return [0.0, 1.0]
    power = 10 ** floor(log10(highest / lines))
    step = next(s * power for s in _STEPS if s * power * lines >= highest)
    result = [0.0]
    while result[-1] < highest:
        result.append(result[-1] + step)
    return result


def drawing(parts, shape, width=900, height=240, left=64, bottom=22):
    """Columns or lines of a chart by time.

    :param parts: those of the chart
    :param str shape: 'bars' or 'lines'
    :return: ``width``, ``height``, ``ticks`` ({value, y}), ``labels`` ({x, text}; not
        more than fit), ``bars`` ({x, y, width, height, name}), ``lines`` ({points,
        name}), ``left``, ``right``, ``base``
    :rtype: dict
    """
    top = 8
    base = height - bottom
    values = [part[name] or 0 for part in parts for name in ("value", "previous")]
    # What was taken back may be more than what came: nothing is drawn below zero.
    ticks = scale(max(values, default=0))
    slot = (width - left) / max(len(parts), 1)

    def y_of(value):
        return round(base - max(value, 0) / ticks[-1] * (base - top), 1)

    def middle(index):
        return round(left + slot * (index + 0.5), 1)

    every = max(1, -(-len(parts) // 12))
    return {
        "width": width,
        "height": height,
        "left": left,
        "right": width,
        "base": base,
        "ticks": [{"value": value, "y": y_of(value)} for value in ticks],
        "labels": [
            {"x": middle(index), "text": part["label"]}
            for index, part in enumerate(parts)
            if index % every == 0
        ],
        "bars": _bars(parts, slot, middle, y_of, base) if shape == "bars" else [],
        "lines": _lines(parts, middle, y_of) if shape == "lines" else [],
    }


def _bars(parts, slot, middle, y_of, base):
    thick = min(slot * 0.38, 26)
    result = []
    for index, part in enumerate(parts):
        for name, start in (("previous", -thick), ("value", 0)):
            if not part[name] or part[name] < 0:
                continue
            top = y_of(part[name])
            result.append(
                {
                    "x": round(middle(index) + start, 1),
                    "y": top,
                    "width": round(thick, 1),
                    "height": round(base - top, 1),
                    "name": name,
                }
            )
    return result


def _lines(parts, middle, y_of):
    return [
        {
            "name": name,
            "points": " ".join(
                f"{middle(index)},{y_of(part[name])}"
                for index, part in enumerate(parts)
                if part[name] is not False
            ),
        }
        for name in ("previous", "value")
    ]
