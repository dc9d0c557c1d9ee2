from segsync import workflow
from tests.cli.shell import FILES
from tests.workflow.repository import Repository


def test_files_are_read_with_every_problem_that_they_have(repository: Repository) -> None:
    repository.write(FILES.replace("[Campaigns]", "[Nope]").replace("visits > 2", "visits >"))
    loaded = workflow.read_files(repository.settings)
    assert {each.code for each in loaded.diagnostics} >= {"unknown-group"}
    assert loaded.files == 1
