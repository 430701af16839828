import java.math.BigDecimal;
import java.sql.*;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Objects;

/** pgjdbc: prepared statements that turn binary, fetch sizes, transactions. */
public class Jdbc {
    public static void main(String[] args) throws Exception {
        String base = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/"
            + System.getenv("PGDATABASE") + "?sslmode=disable&user=" + System.getenv("PGUSER");
        for (String mode : new String[] {"extended", "simple", "extendedForPrepared"}) {
            try (Connection c = DriverManager.getConnection(base + "&preferQueryMode=" + mode)) {
                values(c);
                rows(c);
                errors(c);
            }
        }
    }

    static void equal(Object got, Object want) {
        if (!Objects.equals(got, want)) throw new AssertionError("got " + got + ", want " + want);
    }

    static void values(Connection c) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(
                "select true, -2::int4, 9007199254740993::int8, 0.1::float8, 12.50::numeric(10,2), ?::text,"
                + " date '2020-02-29', timestamp '2020-02-29 12:34:56.789', null::int4, ?::int4")) {
            for (int i = 0; i < 8; i++) { // the driver prepares, and then asks for binary, by itself
                s.setString(1, "it's; héllo");
                s.setInt(2, i);
                try (ResultSet r = s.executeQuery()) {
                    r.next();
                    equal(r.getBoolean(1), true);
                    equal(r.getInt(2), -2);
                    equal(r.getLong(3), 9007199254740993L);
                    equal(r.getDouble(4), 0.1);
                    equal(r.getBigDecimal(5), new BigDecimal("12.50"));
                    equal(r.getString(6), "it's; héllo");
                    equal(r.getObject(7, LocalDate.class), LocalDate.of(2020, 2, 29));
                    equal(r.getObject(8, LocalDateTime.class), LocalDateTime.of(2020, 2, 29, 12, 34, 56, 789_000_000));
                    equal(r.getObject(9), null);
                    equal(r.getInt(10), i);
                    equal(r.getMetaData().getColumnType(3), Types.BIGINT);
                    equal(r.getMetaData().getColumnTypeName(5), "numeric");
                    equal(r.next(), false);
                }
            }
        }
    }

    static void rows(Connection c) throws SQLException {
        c.setAutoCommit(false);
        try (PreparedStatement s = c.prepareStatement("select count from flights_airport where count > ?")) {
            s.setFetchSize(500);
            s.setLong(1, 0);
            long n = 0, sum = 0;
            try (ResultSet r = s.executeQuery()) {
                while (r.next()) {
                    n++;
                    sum += r.getLong(1);
                    // Another statement while this one has rows left.
                    if (n == 600) {
                        try (Statement t = c.createStatement(); ResultSet q = t.executeQuery("select count(*) from penguins")) {
                            q.next();
                            equal(q.getLong(1), 344L);
                        }
                    }
                }
            }
            equal(n, 5366L);
            equal(sum, 7009728L);
        }
        c.commit();
        c.setAutoCommit(true);
    }

    static void errors(Connection c) throws SQLException {
        try (Statement s = c.createStatement()) {
            try {
                s.executeQuery("select nope from penguins");
                throw new AssertionError("no error");
            } catch (SQLException e) {
                equal(e.getSQLState(), "42703");
            }
            equal(s.execute("select 1; select 2"), true);
            equal(s.getMoreResults(), true);
            try (ResultSet r = s.getResultSet()) {
                r.next();
                equal(r.getInt(1), 2);
            }
        }
    }
}
