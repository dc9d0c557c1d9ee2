import yaml

from segsync.yamlfile.positions import Source
from segsync.yamlfile.syntax import syntax_problem


def test_an_error_without_a_place_is_told_for_the_file() -> None:
    problem = syntax_problem(yaml.YAMLError("odd"), Source("x.yaml", ""))

    assert str(problem) == "x.yaml:1:1: error: this is not YAML: odd [yaml-syntax]"


def test_an_error_without_a_mark_is_told_for_the_file() -> None:
    problem = syntax_problem(yaml.MarkedYAMLError(problem="odd"), Source("x.yaml", ""))

    assert str(problem) == "x.yaml:1:1: error: this is not YAML: odd [yaml-syntax]"
