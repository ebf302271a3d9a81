//! What is read of the small suites below `tests/report/suites`, in which everything goes wrong once.

use super::fixtures::{recorded, shown};
use super::format::read;

#[test]
fn unittest_in_two_ways() {
    insta::assert_snapshot!(shown(&read(recorded!("unittest-3.11"), &["/project"])), @"
    unittest, 1, 12
    tests.test_missing @ tests/test_missing.py:1: ModuleNotFoundError: No module named 'nowhere'
    tests.test_syntax @ tests/test_syntax.py:1: SyntaxError: invalid syntax
    tests.test_basket.Basket.test_caused @ tests/test_basket.py:35: ValueError: cannot add up
    tests.test_basket.Basket.test_throws_in_the_library @ basket.py:3: LookupError: no price for gold
    tests.test_basket.Shelf.setUpClass @ tests/test_basket.py:57: OSError: no shelf
    tests.test_basket.Async.test_größe_名 @ tests/test_basket.py:65: AssertionError: 'x' not found in 'größe 名'
    tests.test_basket.Basket.test_adds_up @ tests/test_basket.py:8: AssertionError: 4 != 5
    tests.test_basket.Basket.test_documented @ tests/test_basket.py:24: AssertionError: False is not true
    tests.test_basket.Basket.test_each (thing='milk') @ tests/test_basket.py:29: AssertionError: 1 != 2
    tests.test_basket.Basket.test_lists @ tests/test_basket.py:11: AssertionError: {'a': 1, 'list': [1, 2]} != {'a': 1, 'list': [1, 3]}
    tests.test_basket.Basket.test_prints @ tests/test_basket.py:39: AssertionError: 3 not less than 2
    tests.test_basket.Basket.test_is_not_expected @ -: passed, though it was expected to fail
    ");
    insta::assert_snapshot!(shown(&read(recorded!("unittest-3.11-verbose"), &["/project"])), @"
    unittest, 1, 12
    tests.test_missing @ tests/test_missing.py:1: ModuleNotFoundError: No module named 'nowhere'
    tests.test_syntax @ tests/test_syntax.py:1: SyntaxError: invalid syntax
    tests.test_basket.Basket.test_caused @ tests/test_basket.py:35: ValueError: cannot add up
    tests.test_basket.Basket.test_throws_in_the_library @ basket.py:3: LookupError: no price for gold
    tests.test_basket.Shelf.setUpClass @ tests/test_basket.py:57: OSError: no shelf
    tests.test_basket.Async.test_größe_名 @ tests/test_basket.py:65: AssertionError: 'x' not found in 'größe 名'
    tests.test_basket.Basket.test_adds_up @ tests/test_basket.py:8: AssertionError: 4 != 5
    tests.test_basket.Basket.test_documented @ tests/test_basket.py:24: AssertionError: False is not true
    tests.test_basket.Basket.test_each (thing='milk') @ tests/test_basket.py:29: AssertionError: 1 != 2
    tests.test_basket.Basket.test_lists @ tests/test_basket.py:11: AssertionError: {'a': 1, 'list': [1, 2]} != {'a': 1, 'list': [1, 3]}
    tests.test_basket.Basket.test_prints @ tests/test_basket.py:39: AssertionError: 3 not less than 2
    tests.test_basket.Basket.test_is_not_expected @ -: passed, though it was expected to fail
    ");
}

#[test]
fn vitest_in_two_versions_and_three_reporters() {
    insta::assert_snapshot!(shown(&read(recorded!("vitest-3"), &["/project"])), @"
    vitest, 2, 13
    test/empty.test.js @ test/empty.test.js:1: No test suite found in file test/empty.test.js
    test/missing.test.js @ test/missing.test.js:2:1: Cannot find module '../src/nowhere.js' imported from 'test/missing.test.js'
    test/syntax.test.js @ test/syntax.test.js:2:10: RollupError: Parse failure: Expression expected
    test/throws.test.js @ test/throws.test.js:2:7: at load
    adds up @ test/basket.test.js:5:40: expected 4 to be 5 // Object.is equality
    outer > inner größe 名 > fails deep @ test/basket.test.js:11:38: expected { a: 1, list: [ 1, 2 ] } to deeply equal { a: 1, list: [ 1, 3 ] }
    milk costs 2 @ test/basket.test.js:18:23: expected 1 to be 2 // Object.is equality
    throws in the library @ src/basket.js:2:31: RangeError: no price for gold
    test/basket.test.js > throws no error @ -: Unknown Error: just words
    rejects @ test/basket.test.js:30:24: no network
    prints @ test/basket.test.js:35:13: expected 3 to be less than 2
    hangs @ test/basket.test.js:38:5: Test timed out in 50ms.
    not thrown @ test/basket.test.js:41:30: expected [Function] to throw an error
    ");
    insta::assert_snapshot!(shown(&read(recorded!("vitest-4"), &["/project"])), @"
    vitest, 2, 13
    test/empty.test.js @ test/empty.test.js:1: No test suite found in file test/empty.test.js
    test/missing.test.js @ test/missing.test.js:2:1: Cannot find module '../src/nowhere.js' imported from test/missing.test.js
    test/syntax.test.js @ test/syntax.test.js:2:10: RolldownError: Parse failure: Parse failed with 1 error:
    test/throws.test.js @ test/throws.test.js:2:7: at load
    adds up @ test/basket.test.js:5:40: expected 4 to be 5 // Object.is equality
    outer > inner größe 名 > fails deep @ test/basket.test.js:11:38: expected { a: 1, list: [ 1, 2 ] } to deeply equal { a: 1, list: [ 1, 3 ] }
    milk costs 2 @ test/basket.test.js:18:23: expected 1 to be 2 // Object.is equality
    throws in the library @ src/basket.js:2:31: RangeError: no price for gold
    test/basket.test.js > throws no error @ -: Unknown Error: just words
    rejects @ test/basket.test.js:30:24: no network
    prints @ test/basket.test.js:35:13: expected 3 to be less than 2
    hangs @ test/basket.test.js:38:1: Test timed out in 50ms.
    not thrown @ test/basket.test.js:41:30: expected [Function] to throw an error
    ");
    insta::assert_snapshot!(shown(&read(recorded!("vitest-4-verbose-colour"), &["/project"])), @"
    vitest, 2, 13
    test/empty.test.js @ test/empty.test.js:1: No test suite found in file test/empty.test.js
    test/missing.test.js @ test/missing.test.js:2:1: Cannot find module '../src/nowhere.js' imported from test/missing.test.js
    test/syntax.test.js @ test/syntax.test.js:2:10: RolldownError: Parse failure: Parse failed with 1 error:
    test/throws.test.js @ test/throws.test.js:2:7: at load
    adds up @ test/basket.test.js:5:40: expected 4 to be 5 // Object.is equality
    outer > inner größe 名 > fails deep @ test/basket.test.js:11:38: expected { a: 1, list: [ 1, 2 ] } to deeply equal { a: 1, list: [ 1, 3 ] }
    milk costs 2 @ test/basket.test.js:18:23: expected 1 to be 2 // Object.is equality
    throws in the library @ src/basket.js:2:31: RangeError: no price for gold
    test/basket.test.js > throws no error @ -: Unknown Error: just words
    rejects @ test/basket.test.js:30:24: no network
    prints @ test/basket.test.js:35:13: expected 3 to be less than 2
    hangs @ test/basket.test.js:38:1: Test timed out in 50ms.
    not thrown @ test/basket.test.js:41:30: expected [Function] to throw an error
    ");
    insta::assert_snapshot!(shown(&read(recorded!("vitest-4-dot"), &["/project"])), @"
    vitest, 2, 13
    test/empty.test.js @ test/empty.test.js:1: No test suite found in file test/empty.test.js
    test/missing.test.js @ test/missing.test.js:2:1: Cannot find module '../src/nowhere.js' imported from test/missing.test.js
    test/syntax.test.js @ test/syntax.test.js:2:10: RolldownError: Parse failure: Parse failed with 1 error:
    test/throws.test.js @ test/throws.test.js:2:7: at load
    adds up @ test/basket.test.js:5:40: expected 4 to be 5 // Object.is equality
    outer > inner größe 名 > fails deep @ test/basket.test.js:11:38: expected { a: 1, list: [ 1, 2 ] } to deeply equal { a: 1, list: [ 1, 3 ] }
    milk costs 2 @ test/basket.test.js:18:23: expected 1 to be 2 // Object.is equality
    throws in the library @ src/basket.js:2:31: RangeError: no price for gold
    test/basket.test.js > throws no error @ -: Unknown Error: just words
    rejects @ test/basket.test.js:30:24: no network
    prints @ test/basket.test.js:35:13: expected 3 to be less than 2
    hangs @ test/basket.test.js:38:1: Test timed out in 50ms.
    not thrown @ test/basket.test.js:41:30: expected [Function] to throw an error
    ");
}

#[test]
fn mocha_in_two_versions() {
    insta::assert_snapshot!(shown(&read(recorded!("mocha-10"), &["/project"])), @r#"
    mocha, 2, 9
    adds up @ test/basket.js:5:10: Expected values to be strictly equal:
    throws in the library @ src/basket.js:2:31: RangeError: no price for gold
    throws no error @ -: the string "just words" was thrown, throw an Error :)
    rejects @ test/basket.js:26:24: no network
    prints @ test/basket.js:31:10: three is
    hangs @ -: Timeout of 50ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (test/basket.js)
    calls back twice @ test/basket.js:38:3: done() called multiple times in test <calls back twice> (of root suite) of file test/basket.js
    outer > inner größe 名 > fails deep @ test/basket.js:11:14: Expected values to be strictly deep-equal:
    hooks > "before all" hook for "never runs" @ test/basket.js:43:11: no shelf
    "#);
    insta::assert_snapshot!(shown(&read(recorded!("mocha-12"), &["/project"])), @r#"
    mocha, 2, 9
    adds up @ test/basket.js:5:10: Expected values to be strictly equal:
    throws in the library @ src/basket.js:2:31: RangeError: no price for gold
    throws no error @ -: the string "just words" was thrown, throw an Error :)
    rejects @ test/basket.js:26:24: no network
    prints @ test/basket.js:31:10: three is
    hangs @ -: Timeout of 50ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (test/basket.js)
    calls back twice @ test/basket.js:38:3: done() called multiple times in test <calls back twice> (of root suite) of file test/basket.js
    outer > inner größe 名 > fails deep @ test/basket.js:11:14: Expected values to be strictly deep-equal:
    hooks > "before all" hook for "never runs" @ test/basket.js:43:11: no shelf
    "#);
    insta::assert_snapshot!(shown(&read(recorded!("mocha-12-dot-colour"), &["/project"])), @r#"
    mocha, 2, 9
    adds up @ test/basket.js:5:10: Expected values to be strictly equal:
    throws in the library @ src/basket.js:2:31: RangeError: no price for gold
    throws no error @ -: the string "just words" was thrown, throw an Error :)
    rejects @ test/basket.js:26:24: no network
    prints @ test/basket.js:31:10: three is
    hangs @ -: Timeout of 50ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (test/basket.js)
    calls back twice @ test/basket.js:38:3: done() called multiple times in test <calls back twice> (of root suite) of file test/basket.js
    outer > inner größe 名 > fails deep @ test/basket.js:11:14: Expected values to be strictly deep-equal:
    hooks > "before all" hook for "never runs" @ test/basket.js:43:11: no shelf
    "#);
    insta::assert_snapshot!(shown(&read(recorded!("mocha-12-load"), &["/project"])), @"
    mocha, -, -
    test/syntax.js @ test/syntax.js:1: SyntaxError: Unexpected token ';'
    ");
}

#[test]
fn typescript_in_two_versions_and_two_ways() {
    insta::assert_snapshot!(shown(&read(recorded!("tsc-5"), &["/project"])), @"
    tsc, -, -
    TS2307 @ src/basket.ts:1:25: Cannot find module './nowhere' or its corresponding type declarations.
    TS2322 @ src/basket.ts:5:51: Type 'string' is not assignable to type 'number'.
    TS6133 @ src/basket.ts:8:9: 'unused' is declared but its value is never read.
    TS2322 @ src/basket.ts:9:3: Type 'string' is not assignable to type 'number'.
    TS2339 @ src/basket.ts:9:38: Property 'cost' does not exist on type 'Thing'.
    TS2345 @ src/basket.ts:12:7: Argument of type 'string' is not assignable to parameter of type 'Thing[]'.
    ");
    insta::assert_snapshot!(shown(&read(recorded!("tsc-7"), &["/project"])), @"
    tsc, -, -
    TS2307 @ src/basket.ts:1:25: Cannot find module './nowhere' or its corresponding type declarations.
    TS2322 @ src/basket.ts:5:51: Type 'string' is not assignable to type 'number'.
    TS6133 @ src/basket.ts:8:9: 'unused' is declared but its value is never read.
    TS2322 @ src/basket.ts:9:3: Type 'string' is not assignable to type 'number'.
    TS2339 @ src/basket.ts:9:38: Property 'cost' does not exist on type 'Thing'.
    TS2345 @ src/basket.ts:12:7: Argument of type 'string' is not assignable to parameter of type 'Thing[]'.
    ");
    insta::assert_snapshot!(shown(&read(recorded!("tsc-5-pretty"), &["/project"])), @"
    tsc, -, -
    TS2307 @ src/basket.ts:1:25: Cannot find module './nowhere' or its corresponding type declarations.
    TS2322 @ src/basket.ts:5:51: Type 'string' is not assignable to type 'number'.
    TS6133 @ src/basket.ts:8:9: 'unused' is declared but its value is never read.
    TS2322 @ src/basket.ts:9:3: Type 'string' is not assignable to type 'number'.
    TS2339 @ src/basket.ts:9:38: Property 'cost' does not exist on type 'Thing'.
    TS2345 @ src/basket.ts:12:7: Argument of type 'string' is not assignable to parameter of type 'Thing[]'.
    ");
}

#[test]
fn eslint_in_three_versions() {
    insta::assert_snapshot!(shown(&read(recorded!("eslint-8"), &["/project"])), @"
    eslint, -, -
    max-len @ eslint.config.js:1:1: This line has a length of 160. Maximum allowed is 60
    no-undef @ eslint.config.js:1:1: 'module' is not defined
    eqeqeq @ src/basket.js:3:14: Expected '===' and instead saw '=='
    no-undef @ src/basket.js:3:30: 'nothing' is not defined
    max-len @ src/basket.js:4:1: This line has a length of 73. Maximum allowed is 60
    no-undef @ src/basket.js:4:32: 'prices' is not defined
    eslint @ src/syntax.js:1:18: Parsing error: Unexpected token ;
    ");
    insta::assert_snapshot!(shown(&read(recorded!("eslint-9"), &["/project"])), @"
    eslint, -, -
    eqeqeq @ src/basket.js:3:14: Expected '===' and instead saw '=='
    no-undef @ src/basket.js:3:30: 'nothing' is not defined
    max-len @ src/basket.js:4:1: This line has a length of 73. Maximum allowed is 60
    no-undef @ src/basket.js:4:32: 'prices' is not defined
    eslint @ src/syntax.js:1:18: Parsing error: Unexpected token ;
    ");
    insta::assert_snapshot!(shown(&read(recorded!("eslint-9-colour"), &["/project"])), @"
    eslint, -, -
    eqeqeq @ src/basket.js:3:14: Expected '===' and instead saw '=='
    no-undef @ src/basket.js:3:30: 'nothing' is not defined
    max-len @ src/basket.js:4:1: This line has a length of 73. Maximum allowed is 60
    no-undef @ src/basket.js:4:32: 'prices' is not defined
    eslint @ src/syntax.js:1:18: Parsing error: Unexpected token ;
    ");
    insta::assert_snapshot!(shown(&read(recorded!("eslint-10"), &["/project"])), @"
    eslint, -, -
    eqeqeq @ src/basket.js:3:14: Expected '===' and instead saw '=='
    no-undef @ src/basket.js:3:30: 'nothing' is not defined
    max-len @ src/basket.js:4:1: This line has a length of 73. Maximum allowed is 60
    no-undef @ src/basket.js:4:32: 'prices' is not defined
    eslint @ src/syntax.js:1:18: Parsing error: Unexpected token ;
    ");
}

#[test]
fn tap_of_tape_and_perl() {
    insta::assert_snapshot!(shown(&read(recorded!("tape-5"), &["/project"])), @"
    TAP, 1, 5
    adds up > tea and milk cost 5 @ test/basket.js:5:5: expected: 5
    inner größe 名 > should be deeply equivalent @ test/basket.js:11:7: expected: { a: 1, list: [ 1, 3 ] }
    never planned > as asked for @ test/basket.js:19:5: fail was asked for
    never planned > plan != count @ test/basket.js:20:5: expected: 2
    throws in the library @ src/basket.js:2: RangeError: no price for gold
    ");
    insta::assert_snapshot!(shown(&read(recorded!("prove-tap-5.36"), &["/project"])), @"
    TAP, 1, 5
    adds up @ t/basket.t:5:      got: '4'
    test 3 @ t/basket.t:7: failed without saying why
    lists @ t/basket.t:8: Structures begin differing at:
    inner > deep @ t/basket.t:10:      got: 'a'
    drinks milk @ t/basket.t:21:               'tea'
    ");
}

#[test]
fn junit_of_three_runners() {
    insta::assert_snapshot!(shown(&read(recorded!("junit-pytest-9.2-all"), &["/project"])), @r#"
    JUnit XML, 1, 6
    tests.test_missing @ tests/test_missing.py:1: collection failure
    tests.test_basket.test_adds_up @ tests/test_basket.py:7: AssertionError: assert (3 + 1) == 5
    tests.test_basket.TestBasket.test_throws_in_the_library @ basket.py:3: LookupError: no price for gold
    tests.test_basket.TestBasket.test_costs[milk-2] @ tests/test_basket.py:16: AssertionError: assert 1 == 2
    tests.test_basket.test_with_shelf @ tests/test_basket.py:21: failed on setup with "OSError: no shelf"
    tests.test_basket.test_prints @ tests/test_basket.py:35: AssertionError: #x1B[31mred#x1B[0m
    "#);
    insta::assert_snapshot!(shown(&read(recorded!("junit-vitest-4"), &["/project"])), @"
    JUnit XML, 2, 13
    adds up @ test/basket.test.js:5:40: expected 4 to be 5 // Object.is equality
    outer > inner größe 名 > fails deep @ test/basket.test.js:11:38: expected { a: 1, list: [ 1, 2 ] } to deeply equal { a: 1, list: [ 1, 3 ] }
    milk costs 2 @ test/basket.test.js:18:23: expected 1 to be 2 // Object.is equality
    throws in the library @ src/basket.js:2:31: no price for gold
    throws no error @ -: just words
    rejects @ test/basket.test.js:30:24: no network
    prints @ test/basket.test.js:35:13: expected 3 to be less than 2
    hangs @ test/basket.test.js:38:1: Test timed out in 50ms.
    not thrown @ test/basket.test.js:41:30: expected [Function] to throw an error
    test/empty.test.js @ -: No test suite found in file test/empty.test.js
    test/missing.test.js @ test/missing.test.js:2:1: Cannot find module '../src/nowhere.js' imported from test/missing.test.js
    test/syntax.test.js @ test/syntax.test.js:2:10: Parse failure: Parse failed with 1 error:
    test/throws.test.js @ test/throws.test.js:2:7: at load
    ");
    insta::assert_snapshot!(shown(&read(recorded!("junit-mocha-10"), &["/project"])), @r#"
    JUnit XML, 2, 9
    adds up @ test/basket.js:5:10: Expected values to be strictly equal:
    throws in the library @ src/basket.js:2:31: no price for gold
    throws no error @ -: the string "just words" was thrown, throw an Error :)
    rejects @ test/basket.js:26:24: no network
    prints @ test/basket.js:31:10: three is
    hangs @ -: Timeout of 50ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (test/basket.js)
    calls back twice @ test/basket.js:38:3: done() called multiple times in test <calls back twice> (of root suite) of file test/basket.js
    outer inner größe 名 fails deep @ test/basket.js:11:14: Expected values to be strictly deep-equal:
    hooks "before all" hook for "never runs" @ test/basket.js:43:11: no shelf
    "#);
}

#[test]
fn a_report_behind_a_runner_tells_each_failure_once() {
    let output = format!("{}{}", recorded!("mocha-10"), recorded!("junit-mocha-10"));
    assert_eq!(shown(&read(&output, &["/project"])), shown(&read(recorded!("junit-mocha-10"), &["/project"])));
}

#[test]
fn a_report_that_a_test_prints_hides_no_failure() {
    let output = recorded!("mocha-12").replacen("the total is 3", recorded!("junit-mocha-10"), 1);
    let names: Vec<String> = read(&output, &["/project"]).failures.into_iter().map(|failure| failure.name).collect();
    assert!(names.contains(&"outer > inner größe 名 > fails deep".to_owned()), "{names:#?}");
}
