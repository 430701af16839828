// node-postgres: text values, and cursors that ask for rows with Flush alone.
import assert from 'node:assert/strict'
import pg from 'pg'
import Cursor from 'pg-cursor'

const c = new pg.Client() // PGHOST, PGPORT, PGUSER, PGDATABASE
await c.connect()

const { rows: [row] } = await c.query({
  text: `select true as t, -2::int4 as i4, 9007199254740993::int8 as i8, 0.1::float8 as f8,
    12.50::numeric(10,2) as num, $1::text as s, timestamp '2020-02-29 12:34:56.789' as at, null::int4 as n`,
  values: ["it's; héllo"],
})
assert.deepEqual({ ...row, at: undefined }, {
  t: true, i4: -2, i8: '9007199254740993', f8: 0.1, num: '12.50', s: "it's; héllo", at: undefined, n: null,
})
assert.equal(row.at.getMilliseconds(), 789)

const grouped = await c.query('select species, count(*) as n from penguins group by species order by species')
assert.deepEqual(grouped.rows, [{ species: 'Adelie', n: '152' }, { species: 'Chinstrap', n: '68' }, { species: 'Gentoo', n: '124' }])
assert.equal(grouped.rowCount, 3)
assert.equal(grouped.command, 'SELECT')

for (const [species, n] of [['Adelie', '152'], ['Dodo', '0']]) {
  const { rows } = await c.query({ name: 'count', text: 'select count(*) as n from penguins where species = $1', values: [species] })
  assert.deepEqual(rows, [{ n }])
}

const several = await c.query('select 1 as a; select 2 as b')
assert.deepEqual(several.map(r => r.rows), [[{ a: 1 }], [{ b: 2 }]])

await assert.rejects(c.query('select nope from penguins'), { code: '42703', severity: 'ERROR' })
await assert.rejects(c.query('select nope from penguins where species = $1', ['x']), { code: '42703' })

const cursor = c.query(new Cursor('select count from flights_airport where count > $1', [0]))
let sum = 0, n = 0
for (let rows = await cursor.read(700); rows.length > 0; rows = await cursor.read(700)) {
  n += rows.length
  for (const r of rows) sum += Number(r.count)
}
await cursor.close()
assert.equal(n, 5366)
assert.equal(sum, 7009728)

// One that is closed early leaves the connection as it was.
const early = c.query(new Cursor('select count from flights_airport'))
assert.equal((await early.read(10)).length, 10)
await early.close()
assert.deepEqual((await c.query('select 1 as a')).rows, [{ a: 1 }])
await c.end()
