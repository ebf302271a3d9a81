import pytest

from basket import price


def test_adds_up():
    assert price("tea") + price("milk") == 5


class TestBasket:
    def test_throws_in_the_library(self):
        price("gold")

    @pytest.mark.parametrize("thing, cost", [("tea", 3), ("milk", 2)])
    def test_costs(self, thing, cost):
        assert price(thing) == cost


@pytest.fixture
def shelf():
    raise OSError("no shelf")


def test_with_shelf(shelf):
    pass


@pytest.mark.skip(reason="not today")
def test_skipped():
    pass


def test_prints(capsys):
    print("<b>total</b> & ]]>")
    assert 3 < 2, "\x1b[31mred\x1b[0m"
