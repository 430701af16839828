CREATE TABLE sales (id INTEGER, city VARCHAR, product VARCHAR, year INTEGER, amount INTEGER, price DOUBLE);
INSERT INTO sales VALUES
	(1, 'Oslo', 'tea', 2023, 5, 2.5), (2, 'Oslo', 'rice', 2023, 7, 1.25), (3, 'Oslo', 'tea', 2024, 6, 2.75),
	(4, 'Bern', 'tea', 2023, 3, 3.0), (5, 'Bern', 'rice', 2024, 9, 1.5), (6, 'Bern', 'salt', 2024, NULL, 0.5),
	(7, 'Lima', 'rice', 2023, 12, 1.0), (8, 'Lima', 'salt', 2023, 1, 0.25), (9, 'Lima', 'tea', 2024, 4, NULL);
CREATE TABLE monthly (city VARCHAR, jan INTEGER, feb INTEGER, mar INTEGER);
INSERT INTO monthly VALUES ('Oslo', 10, 20, 30), ('Bern', 1, NULL, 3), ('Lima', 7, 8, 9);
CREATE TABLE trades (symbol VARCHAR, ts TIMESTAMP, quantity INTEGER);
INSERT INTO trades VALUES
	('A', '2024-01-01 10:00:05', 10), ('A', '2024-01-01 10:00:15', 20), ('B', '2024-01-01 10:00:07', 30),
	('C', '2024-01-01 10:00:00', 40);
CREATE TABLE quotes (symbol VARCHAR, ts TIMESTAMP, bid DOUBLE);
INSERT INTO quotes VALUES
	('A', '2024-01-01 10:00:00', 1.5), ('A', '2024-01-01 10:00:10', 1.75), ('B', '2024-01-01 10:00:06', 8.5),
	('B', '2024-01-01 10:00:08', 9.0);
CREATE TABLE people (id INTEGER, name VARCHAR, tags VARCHAR[], home STRUCT(town VARCHAR, zip INTEGER));
INSERT INTO people VALUES
	(1, 'Ada', ['x', 'y'], {'town': 'Oslo', 'zip': 150}), (2, 'Bob', [], {'town': 'Bern', 'zip': 3000}),
	(3, 'Cy', ['z'], NULL);
