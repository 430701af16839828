// Sequelize: a model over a table that exists, and what it reads of the catalog.
import assert from 'node:assert/strict'
import { DataTypes, Op, Sequelize } from 'sequelize'

const { PGHOST: host, PGPORT: port, PGUSER: username, PGDATABASE: database } = process.env
const db = new Sequelize({ dialect: 'postgres', host, port, username, database, logging: false })
await db.authenticate()
const Penguin = db.define('penguins', { species: DataTypes.TEXT, body_mass_g: DataTypes.BIGINT, sex: DataTypes.TEXT }, { timestamps: false, tableName: 'penguins' })
Penguin.removeAttribute('id')
assert.equal(await Penguin.count({ where: { body_mass_g: { [Op.gt]: 4000 } } }), 172)
const heavy = await Penguin.findAll({ where: { body_mass_g: { [Op.gt]: 6000 } }, raw: true, order: ['body_mass_g'] })
assert.deepEqual(heavy.map(p => p.body_mass_g), ['6050', '6300'])
await assert.rejects(db.query('select nope from penguins'), e => e.original.code === '42703')
const described = await db.getQueryInterface().describeTable('seattle_weather')
assert.equal(described.date.type, 'DATE')
assert.ok((await db.getQueryInterface().showAllTables()).some(t => t === 'penguins' || t.tableName === 'penguins'))
await db.close()
