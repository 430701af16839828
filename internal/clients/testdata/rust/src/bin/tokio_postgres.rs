//! tokio-postgres: everything binary, several statements in flight, portals.
use chrono::NaiveDate;
use futures_util::TryStreamExt;
use std::env::var;
use tokio_postgres::{error::SqlState, types::ToSql, Error, NoTls};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let [host, port, user, dbname] = ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"].map(|v| var(v).unwrap());
    let url = format!("host={host} port={port} user={user} dbname={dbname}");
    let (mut c, connection) = tokio_postgres::connect(&url, NoTls).await?;
    let running = tokio::spawn(connection);

    let text = "select true, 7::int2, -2::int4, 9007199254740993::int8, 0.1::float8, $1::text, $2::date, null::int4";
    let row = c.query_one(text, &[&"it's; héllo", &NaiveDate::from_ymd_opt(1970, 1, 1)]).await?;
    assert!(row.get::<_, bool>(0));
    assert_eq!((row.get::<_, i16>(1), row.get::<_, i32>(2), row.get::<_, i64>(3)), (7, -2, 9007199254740993));
    assert_eq!((row.get::<_, f64>(4), row.get::<_, &str>(5)), (0.1, "it's; héllo"));
    assert_eq!((row.get::<_, NaiveDate>(6), row.get::<_, Option<i32>>(7)), (NaiveDate::from_ymd_opt(1970, 1, 1).unwrap(), None));

    let heavier = c.prepare("select count(*) from penguins where body_mass_g > $1").await?;
    let (light, heavy): ([&(dyn ToSql + Sync); 1], [&(dyn ToSql + Sync); 1]) = ([&4000i64], [&10000i64]);
    let (a, b) = tokio::try_join!(c.query_one(&heavier, &light), c.query_one(&heavier, &heavy))?;
    assert_eq!((a.get::<_, i64>(0), b.get::<_, i64>(0)), (172, 0));

    let rows = c.query_raw("select count from flights_airport", std::iter::empty::<&i32>()).await?;
    let total = rows.try_fold(0i64, |sum, r| async move { Ok(sum + r.get::<_, i64>(0)) }).await?;
    assert_eq!(total, 7009728);

    let tx = c.transaction().await?;
    let portal = tx.bind("select count from flights_airport", &[]).await?;
    assert_eq!(tx.query_portal(&portal, 7).await?.len(), 7);
    assert_eq!(tx.query_portal(&portal, 0).await?.len(), 5366 - 7);
    tx.commit().await?;

    let error = c.query("select nope from penguins", &[]).await.unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::UNDEFINED_COLUMN));

    assert_eq!(c.query_one("select 3", &[]).await?.get::<_, i32>(0), 3);
    drop(c);
    running.await.unwrap()
}
