begin;
select count(*) from penguins where species = :'who';
rollback;
