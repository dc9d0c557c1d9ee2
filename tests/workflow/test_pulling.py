from segsync import workflow
from tests.workflow.repository import Repository


def test_pull_writes_files_that_declare_the_account(repository: Repository) -> None:
    into = repository.root / "live"
    with repository.client() as client:
        pulled = workflow.pull(repository.settings, client, into=into)
    found = {each.relative_to(into).as_posix() for each in into.rglob("*.yaml")}
    assert found == set(pulled.files)
    assert pulled.left_out == ()
