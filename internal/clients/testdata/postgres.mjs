// postgres.js: every statement named, types described before they are bound.
import assert from 'node:assert/strict'
import postgres from 'postgres'

const { PGHOST: host, PGPORT: port, PGUSER: username, PGDATABASE: database } = process.env
const sql = postgres({ host, port, username, database, max: 2 })

const [row] = await sql`select true as t, -2::int4 as i4, 9007199254740993::int8 as i8, 0.1::float8 as f8,
  12.50::numeric(10,2) as num, ${"it's; héllo"}::text as s, ${[1, 2, 3]}::int4[] as a, null::int4 as n`
assert.deepEqual({ ...row }, { t: true, i4: -2, i8: '9007199254740993', f8: 0.1, num: '12.50', s: "it's; héllo", a: [1, 2, 3], n: null })

const grouped = await sql`select species, count(*)::int4 as n from penguins where body_mass_g > ${0} group by species order by species`
assert.deepEqual([...grouped], [{ species: 'Adelie', n: 151 }, { species: 'Chinstrap', n: 68 }, { species: 'Gentoo', n: 123 }])
assert.equal(grouped.command, 'SELECT')

let sum = 0
await sql`select count from flights_airport`.cursor(700, rows => { for (const r of rows) sum += Number(r.count) })
assert.equal(sum, 7009728)

await assert.rejects(sql`select nope from penguins`, { code: '42703' })
await sql.begin(async tx => {
  const [{ n }] = await tx`select count(*)::int4 as n from penguins`
  assert.equal(n, 344)
})
const several = await sql.unsafe('select 1 as a; select 2 as b')
assert.deepEqual(several.map(r => [...r]), [[{ a: 1 }], [{ b: 2 }]])
await sql.end()
