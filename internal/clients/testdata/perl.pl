# DBD::Pg: placeholders of its own, prepared on the server, and table_info from the catalog.
use strict; use warnings;
use DBI;

my $db = DBI->connect("dbi:Pg:", undef, undef, { RaiseError => 1, PrintError => 0, AutoCommit => 1, pg_enable_utf8 => 1 });
sub check { my ($got, $want) = @_; $got eq $want or die "$got, not $want" }

my $rows = $db->selectall_arrayref("select species, count(*) from penguins group by species order by species");
check(join(" ", map { "@$_" } @$rows), "Adelie 152 Chinstrap 68 Gentoo 124");
my $heavier = $db->prepare("select count(*) from penguins where body_mass_g > ?");
for ([4000, 172], [10000, 0]) { $heavier->execute($_->[0]); check($heavier->fetchrow_array, $_->[1]); $heavier->finish }
check($db->selectrow_array("select ?::text", undef, "it's"), "it's");
eval { $db->do("select nope from penguins") };
check($db->state, "42703");
$db->begin_work; check($db->selectrow_array("select 3"), 3); $db->commit;
$db->disconnect;
