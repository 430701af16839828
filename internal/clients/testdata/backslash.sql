create schema shop;
create type shop.state as enum ('new', 'paid');
create table shop.customers (id int primary key, name varchar(40) not null, mail text unique, credit numeric(10,2) default 0, extra jsonb);
create table shop.orders (id bigserial primary key, customer int references shop.customers (id), amount double precision check (amount >= 0), sold timestamp default now());
create index orders_sold on shop.orders (sold);
create view shop.big as select id, amount from shop.orders where amount > 10;
comment on table shop.orders is 'what was sold';
comment on column shop.orders.amount is 'in euros';
\d shop.customers
\d shop.orders
\d+ shop.orders
\d shop.big
\di shop.*
\ds shop.*
\dv shop.*
\dt shop.*
\dn shop
\dT shop.*
\df lower
\do =
\da sum
\dL
\dF
\z shop.orders
\dconfig search_path
select 'shop.orders'::regclass, to_regclass('nothing'), format_type(1043, 14), pg_get_userbyid(10), obj_description('shop.orders'::regclass);
select table_name, column_name, data_type, character_maximum_length from information_schema.columns where table_schema = 'shop' order by 1, ordinal_position;
select conname, contype, conrelid::regclass, confrelid::regclass, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'shop'::regnamespace order by conname;
