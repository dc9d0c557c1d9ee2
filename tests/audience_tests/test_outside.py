"""Segments that are in no file: a test says who is in them."""

from tests.audience_tests.documents import checked, told

MAILABLE = """\
schema: {orders: int, email: string}
profiles:
  ann: {orders: 1, email: ann@mail.example}
  bob: {orders: 1}
expect:
  mailable: {in: [ann], out: [bob]}
"""


def test_a_list_of_profiles_says_who_is_a_member() -> None:
    found = checked(
        f"includes: {{ly_known_email: [ann]}}\n{MAILABLE}".replace(", email: string", "").replace(
            ", email: ann@mail.example", ""
        )
    )

    assert [each.passed for each in found] == [True, True]
    assert found[1].trace.lines() == (
        "  false      AND",
        "    false      INCLUDE ly_known_email",
        (
            ">     false      EXISTS `includes: ly_known_email`"
            "  (`includes: ly_known_email` has no value)"
        ),
        "    true       INCLUDE buyers",
        "      true       orders >= 1  (orders is 1)",
    )


def test_a_definition_says_who_is_a_member() -> None:
    for text in (
        "EXISTS email",
        "AND (EXISTS email, orders > 0)",
        "filter EXISTS email FROM user",
        "# Known.\\nFILTER EXISTS email",
    ):
        found = checked(f'includes: {{ly_known_email: "{text}"}}\n{MAILABLE}')

        assert [each.passed for each in found] == [True, True]


def test_a_condition_may_start_with_a_field_whose_name_starts_with_filter() -> None:
    document = MAILABLE.replace("email: string", "filtered: string").replace("email:", "filtered:")
    found = checked(f"includes: {{ly_known_email: 'filtered CONTAINS \"mail\"'}}\n{document}")

    assert [each.passed for each in found] == [True, True]


def test_a_definition_may_include_files_and_others_from_outside() -> None:
    document = MAILABLE.replace(
        "expect:",
        "includes:\n  ly_known_email: AND (INCLUDE far, INCLUDE"
        " buyers)\n  far: EXISTS email\nexpect:",
    )

    assert [each.passed for each in checked(document)] == [True, True]


def test_an_include_that_nobody_describes_is_told_once_for_a_document() -> None:
    document = """\
    schema: {orders: int}
    profiles: {ann: {orders: 1}}
    includes: {ly_known_emial: [ann]}
    expect:
      mailable: {in: [ann]}
      buyers: {in: [ann]}
      mailable_too: {in: [ann]}
    """
    assert told(document.replace("      mailable_too: {in: [ann]}\n", "")) == [
        (
            '5:3: error: "mailable" includes "ly_known_email", which is not in the files'
            ' [unknown-include]\n    Did you mean "ly_known_emial"?'
        ),
        (
            '3:12: warning: no audience that is tested here includes "ly_known_emial"'
            " [unused-include]"
        ),
    ]


def test_an_include_that_nobody_describes_comes_with_the_way_out() -> None:
    document = """\
    schema: {orders: int}
    profiles: {ann: {orders: 1}}
    expect:
      mailable: {in: [ann]}
    """
    assert told(document) == [
        (
            '4:3: error: "mailable" includes "ly_known_email", which is not in the files'
            " [unknown-include]\n"
            '    Say who is in it under includes: "ly_known_email": [profiles].'
        )
    ]


def test_what_the_files_define_is_not_described_again() -> None:
    document = """\
    schema: {orders: int}
    profiles: {ann: {orders: 1}}
    includes: {buyers: [ann]}
    expect:
      fans: {out: [ann]}
    """
    assert told(document) == [
        (
            '3:12: error: "buyers" is in the files, so that its own definition is used'
            " [include-in-files]\n    Remove it."
        )
    ]


def test_a_definition_that_cannot_be_read_is_told_where_it_breaks() -> None:
    document = """\
    schema: {orders: int}
    profiles: {ann: {orders: 1}}
    includes:
      ly_known_email: EXISTS email,
      far: FILTER orders >
    expect:
      buyers: {in: [ann]}
    """
    problems = told(document)
    assert [each.partition(" error: ")[0] for each in problems] == ["4:31:", "5:23:"]
    assert all("[filterql-syntax]" in each for each in problems)


def test_only_profiles_can_be_members() -> None:
    document = """\
    schema: {orders: int}
    profiles: {ann: {orders: 1}, bob: {}}
    includes: {ly_known_email: [ann, bobb, eve]}
    expect:
      mailable: {in: [ann]}
    """
    assert told(document) == [
        ('3:34: error: there is no profile "bobb" here [unknown-profile]\n    Did you mean "bob"?'),
        (
            '3:40: error: there is no profile "eve" here [unknown-profile]\n'
            "    Describe it under profiles:."
        ),
    ]
