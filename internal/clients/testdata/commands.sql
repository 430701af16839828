\conninfo
\d
\d orders
\d customers
\d big_orders
\dt+
\dt *.*
\d+ orders
\dn+
\df lower
\df add*
\l
\du
\di
\dv+
\dT
\dp
\dx
\z orders
\do =
\dc
\dC
\dO
\da sum
\dd
\dL
\dP
\drds
\db
\ds
\dD
\dy
\des
\dF
\dconfig search_path
\sv big_orders
select id,amount from orders order by 1 limit 2;
select 1/0;
