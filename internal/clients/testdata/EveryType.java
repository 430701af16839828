import java.sql.*;
import java.util.Arrays;
import java.util.HexFormat;

/** The table every_type, as pgjdbc's values. What it prints is compared between servers. */
public class EveryType {
    public static void main(String[] args) throws Exception {
        String base = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/"
            + System.getenv("PGDATABASE") + "?sslmode=disable&user=" + System.getenv("PGUSER");
        // The driver takes text, text, and, from the first execution on, binary.
        for (String mode : new String[] {"preferQueryMode=simple", "binaryTransfer=false", "prepareThreshold=-1"}) {
            try (Connection c = DriverManager.getConnection(base + "&" + mode);
                    PreparedStatement s = c.prepareStatement("select * from every_type order by k");
                    ResultSet r = s.executeQuery()) {
                while (r.next()) row(mode, r);
            }
        }
    }

    static void row(String mode, ResultSet r) throws SQLException {
        ResultSetMetaData m = r.getMetaData();
        for (int i = 1; i <= m.getColumnCount(); i++) {
            System.out.println(String.join(" | ", mode, m.getColumnName(i), m.getColumnTypeName(i), m.getColumnClassName(i),
                "type " + m.getColumnType(i) + " (" + m.getPrecision(i) + "," + m.getScale(i) + ")",
                show(r.getObject(i)), r.getString(i)));
        }
    }

    static String show(Object v) throws SQLException {
        if (v instanceof byte[] bytes) return "bytes " + HexFormat.of().formatHex(bytes);
        if (v instanceof java.sql.Array array) return array.getBaseTypeName() + " " + Arrays.toString((Object[]) array.getArray());
        return v == null ? "null" : v.getClass().getName() + " " + v;
    }
}
