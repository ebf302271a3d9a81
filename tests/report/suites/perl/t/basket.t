use strict;
use warnings;
use Test::More;

is(3 + 1, 5, 'adds up');
ok(1, 'works');
ok(0);
is_deeply({ list => [1, 2] }, { list => [1, 3] }, 'lists');
subtest 'inner' => sub {
    is('a', 'b', 'deep');
    ok(1);
};
TODO: {
    local $TODO = 'later';
    ok(0, 'todo fails');
}
SKIP: {
    skip 'not today', 1;
    ok(0);
}
like('tea', qr/milk/, 'drinks milk');
done_testing();
