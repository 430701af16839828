// knex: a query builder, streams, transactions, the schema.
import assert from 'node:assert/strict'
import knex from 'knex'

const { PGHOST: host, PGPORT: port, PGUSER: user, PGDATABASE: database } = process.env
const db = knex({ client: 'pg', connection: { host, port: Number(port), user, database } })

assert.deepEqual(await db('penguins').select('species').count('* as n').groupBy('species').orderBy('species'),
  [{ species: 'Adelie', n: '152' }, { species: 'Chinstrap', n: '68' }, { species: 'Gentoo', n: '124' }])
assert.equal((await db('penguins').where('body_mass_g', '>', 4000).whereNotNull('sex').count('* as n').first()).n, '168')

let sum = 0
for await (const r of db('flights_airport').select('count').stream()) sum += Number(r.count)
assert.equal(sum, 7009728)

await assert.rejects(db('penguins').select('nope'), { code: '42703' })
await db.transaction(async tx => assert.equal((await tx('penguins').count('* as n').first()).n, '344'))

assert.equal(await db.schema.hasTable('penguins'), true)
assert.equal(await db.schema.hasTable('dodos'), false)
assert.equal(await db.schema.hasColumn('penguins', 'species'), true)
assert.equal((await db('seattle_weather').columnInfo('date')).type, 'date')
await db.destroy()
