// TypeORM: an entity over a table that exists, and the query runner's view of it.
import assert from 'node:assert/strict'
import 'reflect-metadata'
import typeorm from 'typeorm'

const { PGHOST: host, PGPORT: port, PGUSER: username, PGDATABASE: database } = process.env
const Weather = new typeorm.EntitySchema({
  name: 'Weather', tableName: 'seattle_weather',
  columns: { date: { type: 'date', primary: true }, temp_max: { type: 'float8' }, weather: { type: 'text' } },
})
const db = new typeorm.DataSource({ type: 'postgres', host, port: Number(port), username, database, entities: [Weather] })
await db.initialize()
const repository = db.getRepository(Weather)
assert.equal(await repository.count(), 1461)
assert.deepEqual({ ...await repository.findOneBy({ date: '2012-01-02' }) }, { date: '2012-01-02', temp_max: 10.6, weather: 'rain' })
const warm = await repository.createQueryBuilder('w').where('w.temp_max > :t', { t: 35 }).orderBy('w.date').getMany()
assert.equal(warm.length, 1)
await assert.rejects(db.query('select nope from penguins'), { code: '42703' })
const runner = db.createQueryRunner()
assert.equal(await runner.hasTable('penguins'), true)
assert.equal(await runner.hasColumn('penguins', 'species'), true)
const table = await runner.getTable('public.seattle_weather')
assert.deepEqual(table.columns.map(c => [c.name, c.type]).slice(0, 2), [['date', 'date'], ['precipitation', 'double precision']])
await runner.release()
await db.destroy()
