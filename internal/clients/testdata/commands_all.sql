\encoding
\d+
\d sales.*
\dt
\dv
\dm
\di+
\dE
\dn
\df
\df+
\du+
\dg
\l+
\dT+
\dT mood
\ddp
\dx+
\da
\dA
\dAc
\db+
\deu
\det
\dew
\dFd
\dl
\do
\dRp
\dRs
\dX
\dconfig
\dconfig *
\dS pg_class
\set VERBOSITY verbose
select id, amount from orders \gdesc
select 1 as a, 'x' as b \gset
\echo :a
select 'select 1','select 2' \gexec
select d,flag,count(*) from orders group by 1,2 \crosstabview
\copy (select * from orders limit 5) to '/dev/null' csv header
\copy sales.t1 from program 'printf "1,a\n2,b\n"' csv
copy sales.t1 to stdout;
begin; select 1; savepoint s; rollback to s; commit;
\set FETCH_COUNT 100
select * from orders limit 250;
\unset FETCH_COUNT
explain select * from orders;
show all;
\timing
\lo_list
\setenv A b
