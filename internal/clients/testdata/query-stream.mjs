// pg-query-stream: a readable stream over a portal.
import assert from 'node:assert/strict'
import pg from 'pg'
import QueryStream from 'pg-query-stream'

const c = new pg.Client()
await c.connect()
let sum = 0
for await (const r of c.query(new QueryStream('select count from flights_airport', [], { batchSize: 300 }))) sum += Number(r.count)
assert.equal(sum, 7009728)
await c.end()
