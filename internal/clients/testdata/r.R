# RPostgreSQL: data frames.
suppressMessages(library(RPostgreSQL))
c <- dbConnect(PostgreSQL(), host = Sys.getenv("PGHOST"), port = as.integer(Sys.getenv("PGPORT")),
               user = Sys.getenv("PGUSER"), dbname = Sys.getenv("PGDATABASE"))
by <- dbGetQuery(c, "select species, count(*) as n, avg(body_mass_g)::float8 as grams from penguins group by species order by species")
stopifnot(identical(by$species, c("Adelie", "Chinstrap", "Gentoo")), all(by$n == c(152, 68, 124)), is.numeric(by$grams))
weather <- dbGetQuery(c, "select * from seattle_weather order by date")
stopifnot(nrow(weather) == 1461, inherits(weather$date, "Date"), weather$temp_max[2] == 10.6)
r <- dbSendQuery(c, "select count from flights_airport")
total <- 0
while (nrow(piece <- fetch(r, n = 500)) > 0) total <- total + sum(piece$count)
stopifnot(total == 7009728)
invisible(dbClearResult(r))
stopifnot(dbExistsTable(c, "penguins"), "penguins" %in% dbListTables(c), "species" %in% dbListFields(c, "penguins"))
invisible(dbDisconnect(c))
