package suites

import (
	"fmt"
	"time"
)

// How many rows there are: a hundredth of scale factor 1.
const (
	suppliers = 100
	parts     = 2000
	customers = 1500
	orders    = 15000
)

// TPCH are the tables of the TPC-H specification (1.4), with columns, types and
// ranges of values as there. The rows are our own.
func TPCH() []Table {
	return []Table{
		{"region", []Column{
			{"r_regionkey", "integer"}, {"r_name", "varchar(25)"}, {"r_comment", "varchar(152)"},
		}, fillRegion},
		{"nation", []Column{
			{"n_nationkey", "integer"}, {"n_name", "varchar(25)"}, {"n_regionkey", "integer"}, {"n_comment", "varchar(152)"},
		}, fillNation},
		{"supplier", []Column{
			{"s_suppkey", "integer"}, {"s_name", "varchar(25)"}, {"s_address", "varchar(40)"}, {"s_nationkey", "integer"},
			{"s_phone", "char(15)"}, {"s_acctbal", "decimal(15,2)"}, {"s_comment", "varchar(101)"},
		}, fillSupplier},
		{"part", []Column{
			{"p_partkey", "integer"}, {"p_name", "varchar(55)"}, {"p_mfgr", "varchar(25)"}, {"p_brand", "varchar(10)"},
			{"p_type", "varchar(25)"}, {"p_size", "integer"}, {"p_container", "varchar(10)"},
			{"p_retailprice", "decimal(15,2)"}, {"p_comment", "varchar(23)"},
		}, fillPart},
		{"partsupp", []Column{
			{"ps_partkey", "integer"}, {"ps_suppkey", "integer"}, {"ps_availqty", "integer"},
			{"ps_supplycost", "decimal(15,2)"}, {"ps_comment", "varchar(199)"},
		}, fillPartsupp},
		{"customer", []Column{
			{"c_custkey", "integer"}, {"c_name", "varchar(25)"}, {"c_address", "varchar(40)"}, {"c_nationkey", "integer"},
			{"c_phone", "char(15)"}, {"c_acctbal", "decimal(15,2)"}, {"c_mktsegment", "varchar(10)"},
			{"c_comment", "varchar(117)"},
		}, fillCustomer},
		{"orders", []Column{
			{"o_orderkey", "bigint"}, {"o_custkey", "integer"}, {"o_orderstatus", "char(1)"},
			{"o_totalprice", "decimal(15,2)"}, {"o_orderdate", "date"}, {"o_orderpriority", "varchar(15)"},
			{"o_clerk", "char(15)"}, {"o_shippriority", "integer"}, {"o_comment", "varchar(79)"},
		}, fillOrders},
		{"lineitem", []Column{
			{"l_orderkey", "bigint"}, {"l_partkey", "integer"}, {"l_suppkey", "integer"}, {"l_linenumber", "integer"},
			{"l_quantity", "decimal(15,2)"}, {"l_extendedprice", "decimal(15,2)"}, {"l_discount", "decimal(15,2)"},
			{"l_tax", "decimal(15,2)"}, {"l_returnflag", "char(1)"}, {"l_linestatus", "char(1)"}, {"l_shipdate", "date"},
			{"l_commitdate", "date"}, {"l_receiptdate", "date"}, {"l_shipinstruct", "varchar(25)"},
			{"l_shipmode", "varchar(10)"}, {"l_comment", "varchar(44)"},
		}, fillLineitem},
	}
}

// The tables' numbers, for their dice.
const (
	diceSupplier = 1 + iota
	dicePart
	dicePartsupp
	diceCustomer
	diceOrder
	diceHit
	diceVisit
)

var (
	firstOrder = time.Date(1992, 1, 1, 0, 0, 0, 0, time.UTC)
	today      = time.Date(1995, 6, 17, 0, 0, 0, 0, time.UTC)

	regions = []string{"AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"}
	nations = []struct {
		name   string
		region int
	}{
		{"ALGERIA", 0}, {"ARGENTINA", 1}, {"BRAZIL", 1}, {"CANADA", 1}, {"EGYPT", 4}, {"ETHIOPIA", 0}, {"FRANCE", 3},
		{"GERMANY", 3}, {"INDIA", 2}, {"INDONESIA", 2}, {"IRAN", 4}, {"IRAQ", 4}, {"JAPAN", 2}, {"JORDAN", 4},
		{"KENYA", 0}, {"MOROCCO", 0}, {"MOZAMBIQUE", 0}, {"PERU", 1}, {"CHINA", 2}, {"ROMANIA", 3}, {"SAUDI ARABIA", 4},
		{"VIETNAM", 2}, {"RUSSIA", 3}, {"UNITED KINGDOM", 3}, {"UNITED STATES", 1},
	}
	colors       = []string{"almond", "blue", "coral", "forest", "green", "ivory", "lemon", "navy", "olive", "plum", "red", "tan"}
	sizes        = []string{"STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"}
	finishes     = []string{"ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED"}
	metals       = []string{"TIN", "NICKEL", "BRASS", "STEEL", "COPPER"}
	boxes        = []string{"SM", "LG", "MED", "JUMBO", "WRAP"}
	kinds        = []string{"CASE", "BOX", "BAG", "JAR", "PKG", "PACK", "CAN", "DRUM"}
	segments     = []string{"AUTOMOBILE", "BUILDING", "FURNITURE", "MACHINERY", "HOUSEHOLD"}
	priorities   = []string{"1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW"}
	instructions = []string{"DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"}
	modes        = []string{"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"}
)

func fillRegion(w *rows) {
	for i, name := range regions {
		w.int(i)
		w.string(name)
		w.string("")
	}
}

func fillNation(w *rows) {
	for i, n := range nations {
		w.int(i)
		w.string(n.name)
		w.int(n.region)
		w.string("")
	}
}

// phone is a number whose first two digits tell the nation.
func phone(d *dice, nation int) string {
	return fmt.Sprintf("%d-%03d-%03d-%04d", nation+10, d.between(100, 999), d.between(100, 999), d.between(1000, 9999))
}

func fillSupplier(w *rows) {
	for key := 1; key <= suppliers; key++ {
		d := diceOf(diceSupplier, key)
		nation := d.roll(len(nations))
		w.int(key)
		w.string(fmt.Sprintf("Supplier#%09d", key))
		w.string(d.text(2))
		w.int(nation)
		w.string(phone(d, nation))
		w.hundredths(d.between(-99999, 999999))
		if key%20 == 0 {
			w.string("Customer " + d.text(2) + " Complaints")
		} else {
			w.string(d.text(4))
		}
	}
}

// retailPrice is the price of a part in hundredths.
func retailPrice(part int) int { return 90000 + (part/10)%20001 + 100*(part%1000) }

func fillPart(w *rows) {
	for key := 1; key <= parts; key++ {
		d := diceOf(dicePart, key)
		maker := d.between(1, 5)
		w.int(key)
		w.string(d.one(colors) + " " + d.one(colors) + " " + d.one(colors))
		w.string(fmt.Sprintf("Manufacturer#%d", maker))
		w.string(fmt.Sprintf("Brand#%d%d", maker, d.between(1, 5)))
		w.string(d.one(sizes) + " " + d.one(finishes) + " " + d.one(metals))
		w.int(d.between(1, 50))
		w.string(d.one(boxes) + " " + d.one(kinds))
		w.hundredths(retailPrice(key))
		w.string(d.text(2))
	}
}

// supplierOf is the i-th of the four suppliers of a part.
func supplierOf(part, i int) int { return (part+i*(suppliers/4+(part-1)/suppliers))%suppliers + 1 }

func fillPartsupp(w *rows) {
	for part := 1; part <= parts; part++ {
		for i := range 4 {
			d := diceOf(dicePartsupp, 4*part+i)
			w.int(part)
			w.int(supplierOf(part, i))
			w.int(d.between(1, 9999))
			w.hundredths(d.between(100, 100000))
			w.string(d.text(8))
		}
	}
}

func fillCustomer(w *rows) {
	for key := 1; key <= customers; key++ {
		d := diceOf(diceCustomer, key)
		nation := d.roll(len(nations))
		w.int(key)
		w.string(fmt.Sprintf("Customer#%09d", key))
		w.string(d.text(2))
		w.int(nation)
		w.string(phone(d, nation))
		w.hundredths(d.between(-99999, 999999))
		w.string(d.one(segments))
		w.string(d.text(6))
	}
}

// order is an order with its lines.
type order struct {
	key      int
	customer int
	date     time.Time
	lines    []line
}

// line is a line of an order; money is in hundredths, discount and tax in
// hundredths of the price.
type line struct {
	part, supplier, quantity, price, discount, tax int
	ship, commit, receipt                          time.Time
	flag, status                                   string
}

// orderOf is the order of number i, and the dice for what else is in it.
func orderOf(i int) (order, *dice) {
	d := diceOf(diceOrder, i)
	o := order{
		key:      i/8*32 + i%8 + 1, // keys are sparse
		customer: d.between(1, customers/3)*3 - d.between(1, 2),
		date:     firstOrder.AddDate(0, 0, d.roll(2406)),
	}
	for range d.between(1, 7) {
		l := line{part: d.between(1, parts), quantity: d.between(1, 50), discount: d.roll(11), tax: d.roll(9)}
		l.supplier = supplierOf(l.part, d.roll(4))
		l.price = l.quantity * retailPrice(l.part)
		l.ship = o.date.AddDate(0, 0, d.between(1, 121))
		l.commit = o.date.AddDate(0, 0, d.between(30, 90))
		l.receipt = l.ship.AddDate(0, 0, d.between(1, 30))
		l.flag = d.one([]string{"A", "R"})
		if l.receipt.After(today) {
			l.flag = "N"
		}
		l.status = "F"
		if l.ship.After(today) {
			l.status = "O"
		}
		o.lines = append(o.lines, l)
	}
	return o, d
}

// status is that of all lines, or P if they differ.
func (o order) status() string {
	status := o.lines[0].status
	for _, l := range o.lines {
		if l.status != status {
			return "P"
		}
	}
	return status
}

// total is what the customer pays, in hundredths.
func (o order) total() int {
	sum := 0
	for _, l := range o.lines {
		sum += l.price * (100 + l.tax) * (100 - l.discount) / 10000
	}
	return sum
}

func fillOrders(w *rows) {
	for i := range orders {
		o, d := orderOf(i)
		w.int(o.key)
		w.int(o.customer)
		w.string(o.status())
		w.hundredths(o.total())
		w.date(o.date)
		w.string(d.one(priorities))
		w.string(fmt.Sprintf("Clerk#%09d", d.between(1, 10)))
		w.int(0)
		if d.roll(50) == 0 {
			w.string("special " + d.one(words) + " requests " + d.one(words))
		} else {
			w.string(d.text(5))
		}
	}
}

func fillLineitem(w *rows) {
	for i := range orders {
		o, d := orderOf(i)
		for n, l := range o.lines {
			w.int(o.key)
			w.int(l.part)
			w.int(l.supplier)
			w.int(n + 1)
			w.hundredths(100 * l.quantity)
			w.hundredths(l.price)
			w.hundredths(l.discount)
			w.hundredths(l.tax)
			w.string(l.flag)
			w.string(l.status)
			w.date(l.ship)
			w.date(l.commit)
			w.date(l.receipt)
			w.string(d.one(instructions))
			w.string(d.one(modes))
			w.string(d.text(3))
		}
	}
}
