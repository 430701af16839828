# ruby-pg's BasicTypeMap reads all of pg_type and pg_range.
require 'pg'

c = PG.connect
c.type_map_for_results = PG::BasicTypeMapForResults.new(c)
row = c.exec("select 1::int4, 1.5::float8, true, date '2020-02-29', null::int4").values[0]
row == [1, 1.5, true, Date.new(2020, 2, 29), nil] or raise row.inspect
