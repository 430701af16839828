DROP TABLE IF EXISTS t;
DROP TABLE IF EXISTS u;
DROP TABLE IF EXISTS w;
DROP TABLE IF EXISTS a;
DROP TABLE IF EXISTS pk;
DROP TABLE IF EXISTS nn;
DROP TABLE IF EXISTS ck;
CREATE TABLE t (id int, i int, bi bigint, si smallint, n numeric(10,2), f float8, r real, s text, b boolean, d date, ts timestamp, nu int, nt text, vc varchar(5), ch char(4), z int);
INSERT INTO t VALUES
(1, 1, 10, 1, 1.50, 1.5, 0.5, 'abc', true, '2020-01-01', '2020-01-01 10:00:00', 5, 'e', 'abc', 'ab', 0),
(2, 2, 20, 1, 2.25, 0.1, 1.25, 'b', false, '2020-01-02', '2020-01-02 12:30:00', NULL, NULL, 'b', 'b', 2),
(3, 3, 30, 2, 3.00, 2.75, 2.5, 'a_c', true, '2020-02-15', '2020-02-15 00:00:00.5', 3, 'c', 'a_c', 'a_c', 1),
(4, 3, 40, 2, 7.77, 100, 4.0, 'Zoo', NULL, '2020-12-31', '2020-12-31 23:59:59.999', 4, 'd', 'Zoo', 'Zoo', -3),
(5, 1, 50, 3, 0.05, -3.5, -1.5, 'x\y', false, '1999-03-01', '1999-03-01 06:07:08', NULL, 'a', 'x', 'x', 5);
CREATE TABLE u (id int, name text);
INSERT INTO u VALUES (1, 'one'), (2, 'two'), (7, 'seven');
CREATE TABLE w (id int, name text);
CREATE TABLE a (id int, arr int[], tags text[]);
INSERT INTO a VALUES (1, ARRAY[1,2,3], ARRAY['x','y']), (2, ARRAY[4], ARRAY['z']), (3, NULL, NULL);
CREATE TABLE pk (id int PRIMARY KEY);
INSERT INTO pk VALUES (1);
CREATE TABLE nn (a int NOT NULL);
CREATE TABLE ck (a int CHECK (a > 0));
