import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.*;
import java.util.*;
import java.util.zip.CRC32;

/** Calls every method of DatabaseMetaData, and prints what it returns. */
public class JdbcMetaData {
    /** The arguments of the methods that have some, and that are asked more than once. */
    static final Map<String, Object[][]> ARGUMENTS = new HashMap<>();

    static void ask(String method, Object... arguments) {
        ARGUMENTS.merge(method, new Object[][] {arguments}, (a, b) -> {
            Object[][] all = Arrays.copyOf(a, a.length + 1);
            all[a.length] = b[0];
            return all;
        });
    }

    static {
        ask("getAttributes", null, null, null, null);
        ask("getBestRowIdentifier", null, "public", "orders", DatabaseMetaData.bestRowSession, false);
        ask("getBestRowIdentifier", null, null, "customers", DatabaseMetaData.bestRowTransaction, true);
        ask("getColumnPrivileges", null, "public", "orders", "%");
        ask("getColumns", null, "public", "%", "%");
        ask("getColumns", null, "sales", null, null);
        ask("getColumns", null, "pg_catalog", "%", "%");
        ask("getColumns", null, "information_schema", "columns", "%");
        ask("getCrossReference", null, "public", "customers", null, "public", "orders");
        ask("getExportedKeys", null, "public", "customers");
        ask("getFunctionColumns", null, "pg_catalog", "to\\_%", "%");
        ask("getFunctionColumns", null, null, "%", "%");
        ask("getFunctions", null, "pg_catalog", "to\\_%");
        ask("getFunctions", null, null, "%");
        ask("getImportedKeys", null, "public", "orders");
        ask("getIndexInfo", null, "public", "customers", false, false);
        ask("getIndexInfo", null, "public", "orders", false, true);
        ask("getIndexInfo", null, "public", "orders", true, true);
        ask("getPrimaryKeys", null, "public", "orders");
        ask("getPrimaryKeys", null, null, "pgbench_tellers");
        ask("getProcedureColumns", null, null, "%", "%");
        ask("getProcedures", null, null, "%");
        ask("getPseudoColumns", null, null, null, null);
        ask("getSchemas");
        ask("getSchemas", null, "s%");
        ask("getSuperTables", null, null, "%");
        ask("getSuperTypes", null, null, "%");
        ask("getTablePrivileges", null, "public", "%");
        ask("getTablePrivileges", null, "pg_catalog", "pg\\_t%");
        ask("getTables", null, "public", "%", null);
        ask("getTables", null, null, "%", new String[] {"TABLE", "VIEW", "SEQUENCE"});
        ask("getTables", null, null, "%", new String[] {"SYSTEM TABLE", "SYSTEM VIEW", "SYSTEM INDEX"});
        ask("getUDTs", null, null, "%", null);
        ask("getUDTs", null, "public", "%", new int[] {Types.DISTINCT, Types.STRUCT});
        ask("getVersionColumns", null, "public", "orders");
        ask("supportsConvert");
        ask("supportsConvert", Types.INTEGER, Types.VARCHAR);
    }

    public static void main(String[] args) throws Exception {
        String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/"
            + System.getenv("PGDATABASE") + "?sslmode=disable&user=" + System.getenv("PGUSER");
        Set<String> ofTheServer = Set.of("getURL", "getDatabaseMinorVersion", "getDatabaseProductVersion");
        Method[] methods = DatabaseMetaData.class.getMethods();
        Arrays.sort(methods, Comparator.comparing(Method::getName).thenComparing(Method::getParameterCount));
        try (Connection c = DriverManager.getConnection(url)) {
            for (Method m : methods) {
                if (ofTheServer.contains(m.getName())) {
                    m.invoke(c.getMetaData());
                    continue;
                }
                for (Object[] arguments : arguments(m)) {
                    print(c.getMetaData(), m, arguments);
                }
            }
        }
    }

    /** With which arguments a method is called: those above, or a number that all such methods know. */
    static List<Object[]> arguments(Method m) {
        Class<?>[] types = m.getParameterTypes();
        List<Object[]> all = new ArrayList<>();
        for (Object[] a : ARGUMENTS.getOrDefault(m.getName(), new Object[0][])) {
            if (a.length == types.length) all.add(a);
        }
        if (!all.isEmpty()) return all;
        Object[] a = new Object[types.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = types[i] == Class.class ? DatabaseMetaData.class : (Object) ResultSet.TYPE_SCROLL_INSENSITIVE;
        }
        return List.of(new Object[][] {a});
    }

    static void print(DatabaseMetaData meta, Method m, Object[] arguments) throws Exception {
        String call = m.getName() + Arrays.deepToString(arguments);
        if (m.getReturnType() == Connection.class || m.getName().equals("unwrap")) {
            System.out.println(call + " = " + (m.invoke(meta, arguments) != null));
            return;
        }
        Object got;
        try {
            got = m.invoke(meta, arguments);
        } catch (InvocationTargetException e) {
            System.out.println(call + " throws " + e.getCause().getMessage().split("\n")[0]);
            return;
        }
        if (!(got instanceof ResultSet)) {
            System.out.println(call + " = " + got);
            return;
        }
        try (ResultSet rows = (ResultSet) got) {
            print(call, rows);
        }
    }

    /** Prints the rows, or how many there are and a checksum of each column. */
    static void print(String call, ResultSet rows) throws SQLException {
        final int most = 60;
        ResultSetMetaData columns = rows.getMetaData();
        int n = columns.getColumnCount();
        List<String[]> all = new ArrayList<>();
        while (rows.next()) {
            String[] row = new String[n];
            for (int i = 0; i < n; i++) row[i] = String.valueOf(rows.getString(i + 1));
            all.add(row);
        }
        if (call.startsWith("getTypeInfo")) { // has no order but by DATA_TYPE
            all.sort(Comparator.comparing(row -> String.join("\t", row)));
        }
        System.out.println(call + ": " + all.size() + " rows");
        StringJoiner header = new StringJoiner("\t", "  # ", "");
        for (int i = 1; i <= n; i++) header.add(columns.getColumnName(i) + " " + columns.getColumnTypeName(i));
        System.out.println(header);
        if (all.size() <= most) {
            for (String[] row : all) System.out.println("  " + String.join("\t", row));
            return;
        }
        for (int i = 0; i < n; i++) {
            CRC32 sum = new CRC32();
            for (String[] row : all) sum.update((row[i] + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            System.out.println("  " + columns.getColumnName(i + 1) + " has the checksum " + Long.toHexString(sum.getValue()));
        }
    }
}
