"""What the lint rules find in a definition, unless the settings or the segment silence them."""

from collections.abc import Callable, Iterator, Mapping

from segsync.diagnostics import Diagnostic, Location, Severity, did_you_mean, error
from segsync.loader.refusals import told
from segsync.yamlfile import Place

# Imported where they are used: most commands lint nothing.


def lint_filterql(
    text: str, at: Callable[[int], Location], severities: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Yield the findings in a definition, but for those that are errors without lint.

    `at` gives the place of a character, `severities` what overrides the severity of a rule.
    """
    from segsync.filterql.lint import REFUSED, lint  # noqa: PLC0415
    from segsync.filterql.lint import Severity as Level  # noqa: PLC0415

    levels = {rule: Level(level) for rule, level in severities.items()}
    for each in lint(text, severities=levels):
        if each.rule not in REFUSED:
            yield told(each, at(each.span[0]), Severity(each.severity))


def check_silenced(reasons: Mapping[str, str], place: Place) -> Iterator[Diagnostic]:
    """Yield what is wrong with `lint:` of a segment; `place` is that of the segment."""
    from segsync.filterql.lint import REFUSED, RULES  # noqa: PLC0415

    for rule, reason in reasons.items():
        at = place.at(("lint", rule), key=True)
        if rule not in RULES:
            detail = did_you_mean(rule, RULES) or "docs/lint/README.md lists all rules."
            yield error("unknown-rule", f'there is no lint rule "{rule}"', detail=detail, at=at)
        elif rule in REFUSED:
            summary = f'"{rule}" cannot be silenced: an apply would fail'
            yield error("silenced-refusal", summary, detail="Correct the definition.", at=at)
        elif not reason.strip():
            summary = f'"{rule}" is silenced without a reason'
            yield error(
                "missing-reason", summary, detail="Write why the rule is wrong here.", at=at
            )
