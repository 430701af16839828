// kysely: a typed query builder over pg, and its introspection of the catalog.
import assert from 'node:assert/strict'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import Cursor from 'pg-cursor'

const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ max: 2 }), cursor: Cursor }) })

assert.deepEqual(
  await db.selectFrom('penguins').select(['species', sql`count(*)::int4`.as('n')]).where('body_mass_g', '>', 4000).groupBy('species').orderBy('species').execute(),
  [{ species: 'Adelie', n: 35 }, { species: 'Chinstrap', n: 15 }, { species: 'Gentoo', n: 122 }])

let sum = 0
for await (const r of db.selectFrom('flights_airport').select('count').stream(500)) sum += Number(r.count)
assert.equal(sum, 7009728)

await assert.rejects(db.selectFrom('penguins').select('nope').execute(), { code: '42703' })
const tables = await db.introspection.getTables()
const penguins = tables.find(t => t.name === 'penguins')
assert.equal(penguins.schema, 'public')
assert.deepEqual(penguins.columns.map(c => [c.name, c.dataType]).slice(0, 3), [['species', 'text'], ['island', 'text'], ['beak_length_mm', 'float8']])
await db.destroy()
