from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmine.corpus import Corpus
from textmine.errors import InputError, ModelError
from textmine.terms.known import known_words
from textmine.terms.reject import (
    ANY,
    FOLDER,
    Pattern,
    Rejecter,
    default_patterns,
    languages,
    read_patterns,
    rejecter,
    text_language,
)

ROOT = Path(__file__).parents[2]


def patterns(folder: Path, text: str) -> list[Pattern]:
    path = folder / "mine.txt"
    path.write_text(text, "utf-8")
    return read_patterns(path)


def documented() -> dict[str, dict[str, list[str]]]:
    """Of the table in docs/methods.md: language -> name of a group -> examples."""
    page = (ROOT / "docs" / "methods.md").read_text("utf-8")
    section = page.split("\n## Patterns of rejection\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \| (.+: .+) \|$", section, re.MULTILINE)
    groups = {language: [group.split(": ") for group in cell.split("; ")] for language, cell in rows}
    return {
        language: {name: terms.split(", ") for name, terms in cells} for language, cells in groups.items()
    }


# the defaults


def test_the_documents_list_what_is_shipped() -> None:
    shipped = {
        path.stem: list(dict.fromkeys(pattern.name for pattern in read_patterns(path)))
        for path in sorted(FOLDER.glob("*.txt"))
    }
    assert {language: list(groups) for language, groups in documented().items()} == shipped
    assert list(shipped) == [ANY, *languages()]


@pytest.mark.parametrize("language", documented())
def test_documented_examples(language: str) -> None:
    reject = Rejecter(default_patterns(language))
    for name, terms in documented()[language].items():
        assert {term: reject.reason(term) for term in terms} == dict.fromkeys(terms, name)


CHINESE = """\
二十日 2020年 十月一日 一九九八年 五年内 年10月1日 月1日起施行 九十年代初 去年12月 星期天 上午10时
二十一世纪 三十日以内 五万元以上 百分之十 第三款 二分之一 一千元以下 元以下 元以上 万元 十五日内
之日起15日内 三分之二以上 600米 两个以上 处五十元罚款 年以上十年以下有期徒刑 倍以下的罚款 十八周岁以上
至五 几个 数日 第一 二百 １００万 三千多 数十 第十条 第一款第二项 前款 本法第 第三章 本条第一款规定的
法第十六条 民法典第五百 条至第一百 第一百二十回 （一） 的规定 符合条件的 取得了 设备等 或者撤销
法规以及 共同参与和 和办事 与读者见面 停留在 有利于 是否符合 应当按照 不得转让 其配偶 在诉讼过程中
之日起 所需费用由 大喝曰 因此而"""

KEPT = """\
目的 标的 的士 的卢 和平 和平统一 和解协议 和田玉 在线 在线平台 在押人员 及时 及格 等级 等级评定 是非
了解 了解情况 存在 客观存在 平等 男女平等 社会参与 科学普及 人身自由 静态路由 按位与 校验和 单于 之江
或有负债 被告人 被保险人 一般 一次性 统一 唯一 万一 一体化 三峡 三门峡 三轮车 三者 第三者 第三人 第三方
二审 二级 二维码 四川 四肢 五保 五角星 六角 七夕 八路军 九寨沟 十分 百姓 百货 百分比 千岛湖 千克 千瓦
万象 亿客隆 零件 零售 红十字会 年度 月亮 日本 条例 条款 款项 项目 章程 法人 元旦 第二审程序 64位 数据
数位 几何 图书馆 表决 公历 周年 百度 年满十八周岁 行政处罚 曹操"""

ENGLISH = """\
January 1998|12 March 2004|in May|19th century|early 1990s|Friday|1998|10 kW|10kW|10 m|50 percent|
two years|two hundred years ago|ten thousand|section 3|sections 3 and 4|in section 3.2|Figure 4|table 2|
Article 5|et al|e.g|eg|of the rotor|the|the rotor|rotor of|can be used|horse is|also|speed of the|
refers to|at work|www|3.5|viii"""

ENGLISH_KEPT = """\
march|wind turbine|may fly|AND gate|CAN bus|in situ|a priori|plug in|log on|stand by|free will|
trash can|table lamp|figure skating|section heading|vitamin a|even parity|if statement|for loop|
secondary school|onset|vi|mix|3D|5G|two stroke engine|no load|part load|US|IT"""


@pytest.mark.parametrize(
    ("language", "dropped", "kept"),
    [
        ("zh", CHINESE.split(), KEPT.split()),
        ("en", ENGLISH.replace("\n", "").split("|"), ENGLISH_KEPT.replace("\n", "").split("|")),
    ],
)
def test_what_is_a_term_and_what_is_none(language: str, dropped: list[str], kept: list[str]) -> None:
    reject = Rejecter(default_patterns(language))
    assert [term for term in dropped if reject.reason(term) is None] == []
    assert [term for term in kept if reject.reason(term)] == []


def test_people_and_places() -> None:
    entities = (ROOT / "data" / "three-kingdoms.entities.txt").read_text("utf-8").split()
    reject = Rejecter(default_patterns("zh"))
    assert len(entities) > 600 and not any(map(reject, entities))


def test_words_of_a_dictionary() -> None:
    """Of those of up to three characters one in a hundred goes, mostly numbers and dates."""
    words = sorted(word for word in known_words("jieba") if len(word) < 4)[::5]
    reject = Rejecter(default_patterns("zh"))
    dropped = sum(map(reject, words))
    assert 0 < dropped < 0.02 * len(words)
    assert reject.counts["function characters at the ends"] < 0.005 * len(words)


@pytest.mark.parametrize("language", languages())
def test_defaults_of_every_language_keep_words(language: str) -> None:
    """Function words, numbers, months and days go; the Chinese list has phrases like 一个 and 第一次, too."""
    import wordfreq

    words = [word for word in wordfreq.top_n_list(language, 10_000) if not any(map(str.isdigit, word))]
    dropped = sum(map(Rejecter(default_patterns(language)), words))
    assert 0 < dropped < (0.09 if language == "zh" else 0.02) * len(words)


# files


def test_a_file(tmp_path: Path) -> None:
    found = patterns(
        tmp_path,
        "\ufeff# about this file\r\n# in two lines\r\n\r\n# years\r\n{n} = [0-9]|一\r\n{n}{4}年?\n\n"
        "#\n  a.*|x\n! ab ?c\n\\#\n",
    )
    assert [(pattern.name, pattern.keeps) for pattern in found] == [
        ("years", False),
        ("mine.txt", False),
        ("mine.txt", True),
        ("mine.txt", False),
    ]
    reject = Rejecter(found)
    terms = ["2020年", "一999", "20201年", "A", "ab", "AB C", "abcd", "bX", "#"]
    names = ["years", "years", None, "mine.txt", "mine.txt", None, "mine.txt", None, "mine.txt"]
    assert list(map(reject.reason, terms)) == names
    assert str(reject) == "0 terms rejected"
    assert [reject(term) for term in terms] == [name is not None for name in names]
    assert str(reject) == "6 terms rejected: 4 mine.txt, 2 years"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a\n\n(", r"mine\.txt, line 3: '\(' is no regular expression: missing \)"),
        ("!*", r"mine\.txt, line 1: '!\*' is no regular expression: nothing to repeat"),
        ("{n} = [", r"mine\.txt, line 1: .* is no regular expression: unterminated character set"),
        ("{n}a\n{n} = b", r"mine\.txt, line 1: \{n\} is not defined above; define it by a line \{n\} = "),
        ("a{99999999999999999999}", r"mine\.txt, line 1: .* is no regular expression: the repetition number"),
        ("# nothing\n\n", r"mine\.txt has no patterns; "),
        ("", r"mine\.txt has no patterns; "),
    ],
)
def test_broken_files(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=message):
        patterns(tmp_path, content)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "gb.txt").write_bytes(b"a\n" + "百分之.+".encode("gb18030"))
    with pytest.raises(ModelError, match=r"gb\.txt, line 2: not UTF-8; convert"):
        read_patterns(tmp_path / "gb.txt")
    for path in (tmp_path / "gone.txt", tmp_path):
        with pytest.raises(InputError, match="cannot read the patterns"):
            read_patterns(path)


EXPRESSIONS = ["a+", "a.*", ".*b", "[ab]{2}", "ab|ba", "b?", ".{3,}"]


@given(
    st.lists(st.tuples(st.sampled_from(EXPRESSIONS), st.booleans()), max_size=6),
    st.lists(st.text("ab", max_size=4), max_size=20),
    st.randoms(use_true_random=False),
)
def test_order_does_not_matter(
    chosen: list[tuple[str, bool]], terms: list[str], shuffle: random.Random
) -> None:
    def dropped(order: list[tuple[str, bool]]) -> set[str]:
        return set(filter(Rejecter(Pattern("x", re.compile(one), keeps) for one, keeps in order), terms))

    expected = {
        term
        for term in terms
        if any(re.fullmatch(one, term) for one, keeps in chosen if not keeps)
        and not any(re.fullmatch(one, term) for one, keeps in chosen if keeps)
    }
    shuffled = shuffle.sample(chosen, len(chosen))
    assert dropped(chosen) == dropped(shuffled) == expected


# which language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("人民法院应当自收到之日起十五日内作出裁定。" * 3, "zh"),
        ("The rotor of the wind turbine is turned by the wind and it is seen from far. " * 3, "en"),
        ("Der Rotor wird von dem Wind gedreht und ist aus der Ferne zu sehen. " * 3, "de"),
        ("この法律は、公布の日から施行する。前項の規定による届出をした者とみなす。" * 3, "ja"),
        ("qqq zzz xxx 123 " * 9, None),
        ("合同法 The contract is a law between the parties to it and is kept by them. " * 3, "en"),
        ("依照合同法contract law第十条article ten当事人parties可以向人民法院起诉", "zh"),
    ],
)
def test_language_of_a_text(text: str, language: str | None, tmp_path: Path) -> None:
    (tmp_path / "text").write_text(text, "utf-8")
    with Corpus([tmp_path / "text"], block_size=16) as corpus:
        assert text_language(corpus) == language


def test_sources(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Das ist der Wind, und er ist nicht stark. " * 9, "utf-8")
    (tmp_path / "mine").write_text("# mine\nwind.*\n!der wind", "utf-8")
    with Corpus([tmp_path / "text"]) as corpus:
        none, mine = rejecter(["none"], corpus), rejecter([tmp_path / "mine", "none"], corpus)
        german, english = rejecter(["default"], corpus), rejecter(["default"], corpus, "en")
        both = rejecter([tmp_path / "mine", "default"], corpus)
    terms = ["Windrad", "der Rotor", "die casting", "the rotor", "der Wind", "3.5"]
    assert [none.reason(term) for term in terms] == [None] * 6
    assert [mine.reason(term) for term in terms] == ["mine"] + [None] * 5
    words = "function words at the ends"
    assert [german.reason(term) for term in terms] == [None, words, words, None, words, "numbers"]
    assert [english.reason(term) for term in terms] == [None, None, None, words, None, "numbers"]
    assert [both.reason(term) for term in terms] == ["mine", words, words, None, None, "numbers"]
