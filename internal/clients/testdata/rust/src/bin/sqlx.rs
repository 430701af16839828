//! sqlx: prepared by itself, binary, streams; `describe` is what its macros ask at compile time.
use futures_util::TryStreamExt;
use sqlx::{postgres::PgConnectOptions, Column, ConnectOptions, Connection, Executor, Row, TypeInfo};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), sqlx::Error> {
    let mut c = PgConnectOptions::new().connect().await?; // PGHOST, PGPORT, PGUSER, PGDATABASE

    let (n, s): (i64, String) = sqlx::query_as("select count(*), $2::text from penguins where body_mass_g > $1")
        .bind(4000i64).bind("it's").fetch_one(&mut c).await?;
    assert_eq!((n, s.as_str()), (172, "it's"));
    let date: chrono::NaiveDate = sqlx::query_scalar("select min(date) from seattle_weather").fetch_one(&mut c).await?;
    assert_eq!(date.to_string(), "2012-01-01");

    let total = sqlx::query("select count from flights_airport").fetch(&mut c)
        .try_fold(0i64, |sum, r| async move { Ok(sum + r.get::<i64, _>(0)) }).await?;
    assert_eq!(total, 7009728);

    let described = c.describe("select species, body_mass_g from penguins where sex = $1").await?;
    let columns: Vec<_> = described.columns().iter().map(|c| (c.name(), c.type_info().name())).collect();
    assert_eq!(columns, [("species", "TEXT"), ("body_mass_g", "INT8")]);

    let error = sqlx::query("select nope from penguins").fetch_one(&mut c).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42703");
    let mut tx = c.begin().await?;
    assert_eq!(sqlx::query_scalar::<_, i32>("select 3").fetch_one(&mut *tx).await?, 3);
    tx.commit().await?;
    c.close().await
}
