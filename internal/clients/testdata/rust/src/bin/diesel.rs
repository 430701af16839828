//! diesel: through libpq, prepared and binary; its types are those of the schema it was told.
use diesel::{dsl::count_star, pg::PgConnection, prelude::*, result::Error, sql_query, sql_types};
use std::env::var;

diesel::table! {
    seattle_weather (date) { date -> Date, precipitation -> Nullable<Double>, temp_max -> Nullable<Double>, weather -> Nullable<Text> }
}
diesel::table! {
    flights_airport (origin, destination) { origin -> Text, destination -> Text, count -> Nullable<BigInt> }
}

#[derive(QueryableByName)]
struct Species {
    #[diesel(sql_type = sql_types::Text)]
    species: String,
    #[diesel(sql_type = sql_types::BigInt)]
    n: i64,
}

fn main() -> Result<(), Error> {
    let [host, port, user, name] = ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"].map(|v| var(v).unwrap());
    let mut c = PgConnection::establish(&format!("postgres://{user}@{host}:{port}/{name}")).expect("no connection");

    use self::seattle_weather::dsl::*;
    let day = chrono::NaiveDate::from_ymd_opt(2012, 1, 2).unwrap();
    let (rain, warmest) = seattle_weather.select((precipitation, temp_max)).filter(date.eq(day)).first::<(Option<f64>, Option<f64>)>(&mut c)?;
    assert_eq!((rain, warmest), (Some(10.9), Some(10.6)));
    let rainy: i64 = seattle_weather.filter(weather.eq_any(["rain", "drizzle"])).select(count_star()).first(&mut c)?;
    assert_eq!(rainy, 694);

    let top: Vec<(String, Option<i64>)> = flights_airport::table.select((flights_airport::origin, flights_airport::count))
        .order(flights_airport::count.desc()).limit(2).load(&mut c)?;
    assert_eq!(top, [("SFO".to_string(), Some(13788)), ("LAX".to_string(), Some(13390))]);

    let all: Vec<Species> = sql_query("select species, count(*) as n from penguins where body_mass_g > $1 group by species order by species")
        .bind::<sql_types::BigInt, _>(4000).load(&mut c)?;
    assert_eq!((all[0].species.as_str(), all[0].n, all.len()), ("Adelie", 35, 3));

    c.transaction(|c| {
        sql_query("create temp table diesel_t (a int, b text)").execute(c)?;
        assert_eq!(sql_query("insert into diesel_t values (1, 'x'), (2, null)").execute(c)?, 2);
        Err::<(), _>(Error::RollbackTransaction)
    }).unwrap_err();
    Ok(())
}
