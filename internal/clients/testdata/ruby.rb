# ruby-pg: text and binary results, type maps, a row at a time.
require 'pg'

c = PG.connect # PGHOST, PGPORT, PGUSER, PGDATABASE
def check(got, want) = got == want || raise("#{got.inspect}, not #{want.inspect}")

check c.exec('select species, count(*) as n from penguins group by species order by species').values,
      [%w[Adelie 152], %w[Chinstrap 68], %w[Gentoo 124]]
check c.exec_params('select $1::text, $2::int4 + 1', ["it's; héllo", 41]).values, [["it's; héllo", '42']]
check c.exec_params('select 42::int4', [], 1).getvalue(0, 0), [42].pack('N')

c.prepare('heavier', 'select count(*) from penguins where body_mass_g > $1')
check c.exec_prepared('heavier', [4000]).getvalue(0, 0), '172'

c.send_query('select count from flights_airport')
c.set_single_row_mode
sum = 0
while (r = c.get_result)
  r.check
  r.stream_each_row { |row| sum += row[0].to_i }
end
check sum, 7_009_728

begin
  c.exec('select nope from penguins')
  raise 'no error'
rescue PG::UndefinedColumn => e
  check e.result.error_field(PG::PG_DIAG_STATEMENT_POSITION), '8'
end
c.transaction { check c.exec('select 3').getvalue(0, 0), '3' }
