import unittest

from basket import price


class Basket(unittest.TestCase):
    def test_adds_up(self):
        self.assertEqual(price("tea") + price("milk"), 5)

    def test_lists(self):
        self.assertEqual({"a": 1, "list": [1, 2]}, {"a": 1, "list": [1, 3]}, "the lists differ")

    def test_throws_in_the_library(self):
        price("gold")

    def test_works(self):
        """It works, and says so."""

    def test_documented(self):
        """Milk costs two.

        It really does.
        """
        self.assertTrue(price("milk") == 2)

    def test_each(self):
        for thing, cost in [("tea", 3), ("milk", 2)]:
            with self.subTest(thing=thing):
                self.assertEqual(price(thing), cost)

    def test_caused(self):
        try:
            price("gold")
        except LookupError as error:
            raise ValueError("cannot add up") from error

    def test_prints(self):
        print("the total is 3")
        self.assertLess(3, 2)

    @unittest.skip("not today")
    def test_skipped(self):
        self.fail("never")

    @unittest.expectedFailure
    def test_is_expected(self):
        self.fail("as expected")

    @unittest.expectedFailure
    def test_is_not_expected(self):
        pass


class Shelf(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise OSError("no shelf")

    def test_never_runs(self):
        pass


class Async(unittest.IsolatedAsyncioTestCase):
    async def test_größe_名(self):
        self.assertIn("x", "größe 名")
