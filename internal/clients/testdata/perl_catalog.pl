# DBD::Pg's table_info and column_info.
use strict; use warnings;
use DBI;

my $db = DBI->connect("dbi:Pg:", undef, undef, { RaiseError => 1, PrintError => 0 });
my $names = join " ", sort map { $_->{TABLE_NAME} } @{ $db->table_info(undef, "public", "%", "TABLE")->fetchall_arrayref({}) };
$names =~ /flights_airport.*penguins.*seattle_weather/ or die $names;
my $columns = join " ", map { "$_->{COLUMN_NAME}:$_->{TYPE_NAME}" } @{ $db->column_info(undef, "public", "seattle_weather", "%")->fetchall_arrayref({}) };
$columns =~ /^date:date precipitation:double precision/ or die $columns;
$db->disconnect;
