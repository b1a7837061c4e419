"""Values of several rounds, and tables of them."""

from statistics import median


def spread(values, form="{:,.2f}"):
    """The median, and the lowest and highest beside it."""
    values = [value for value in values if value is not None]
    if not values:
        return "–"
    shown = [form.format(value) for value in (median(values), min(values), max(values))]
    if len(values) == 1 or shown[1] == shown[2]:
        return shown[0]
    return f"{shown[0]} [{shown[1]} .. {shown[2]}]"


def table(title, columns, rows):
    """Prints a table in Markdown, its columns aligned for those who read it as it is."""
    print(f"\n{title}\n")
    widths = [max(len(str(row[at])) for row in [columns, *rows]) for at in range(len(columns))]
    for row in [columns, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |", flush=True)
