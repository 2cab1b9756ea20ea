"""What every command shares: where output goes, exit codes, --home and --json anywhere. Commands here need no database."""

import json
from decimal import Decimal
from types import SimpleNamespace

import pytest

from guike.launcher.messages import Stop
from guike.platform.errors import Refused
from guike.wiring import cli
from guike.wiring.cli.reply import ProgressBar, Reply


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch):
    """Makes `guike try …` run a function; returns how to set it."""

    def use(function, **defaults):
        def register(subparsers):
            parser = subparsers.add_parser("try")
            parser.add_argument("--number", type=int)
            parser.set_defaults(run=function, needs="nothing", **defaults)

        monkeypatch.setattr(cli, "command_modules", lambda: [SimpleNamespace(USAGE=[("try", "试一下")], register=register, __name__="x.try")])

    return use


def talkative(arguments):
    print("正在算")
    return {"sum": Decimal("1.20"), "名称": "贵客"}


def test_json_is_the_only_thing_on_standard_output(command, capsys):
    command(talkative)
    assert cli.run(["try", "--json"]) == 0
    output = capsys.readouterr()
    assert json.loads(output.out) == {"sum": "1.20", "名称": "贵客"}
    assert "正在算" in output.err


def test_without_json_people_get_words(command, capsys):
    command(talkative, show=lambda value: print(f"合计 {value['sum']}"))
    assert cli.run(["try"]) == 0
    assert capsys.readouterr().out == "正在算\n合计 1.20\n"


@pytest.mark.parametrize("problem", [Refused("权重合计 99%，应为 100%"), Stop("权重合计 99%，应为 100%")])
def test_a_refusal_is_a_sentence_on_standard_error(command, capsys, problem):
    def refuse(arguments):
        raise problem

    command(refuse)
    assert cli.run(["try", "--json"]) == 1
    assert capsys.readouterr() == ("", "权重合计 99%，应为 100%\n")


def test_an_object_may_come_with_a_failure(command, capsys):
    command(lambda arguments: Reply({"ok": False}, status=1))
    assert cli.run(["try", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"ok": False}


@pytest.mark.parametrize("line", [["--home", "a b", "try"], ["try", "--home", "a b"], ["try", "--home=a b"]])
def test_home_stands_anywhere(command, line):
    homes = []
    command(lambda arguments: homes.append(arguments.instance.home.name))
    assert cli.run(line) == 0
    assert homes == ["a b"]


@pytest.mark.parametrize(
    ("line", "said"),
    [(["try", "--numbr", "3"], "不认识的参数：--numbr"), (["try", "--number", "x"], "不是整数：'x'"), (["fly"], "不能是 'fly'")],
)
def test_wrong_usage_is_exit_code_2_in_chinese(command, capsys, line, said):
    command(talkative)
    with pytest.raises(SystemExit) as left:
        cli.run(line)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_without_arguments_it_prints_what_there_is(capsys):
    assert cli.run([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("guike up [--port 8000]")
    assert any(line.startswith("guike manage …") for line in lines)


def test_a_bug_is_not_swallowed(command):
    def broken(arguments):
        raise ZeroDivisionError

    command(broken)
    with pytest.raises(ZeroDivisionError):
        cli.run(["try"])


def test_progress_is_silent_where_nobody_watches(capsys):
    ProgressBar("导入")(5, 10)
    assert capsys.readouterr() == ("", "")
