package catalog

import (
	"slices"
	"strings"
	"sync"

	"github.com/csvsql/csvsql/catalog/builtin"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// lookup is the catalog by OID and by name, as one session sees it: what is
// built in, and what was published over it.
type lookup struct {
	values engine.Values
	*published
}

// published is made anew whenever something was published.
type published struct {
	namespaces  objects
	classes     objects
	types       objects
	roles       objects
	definitions map[string]map[uint32]string
	comments    map[commentKey]string
	columns     map[commentKey]string // names, by relation and attnum
	settings    map[string]string     // in lower case
	session     map[string]string
	path        []string // the schemas of search_path that exist, in their order
}

// objects are the objects of a catalog that are not built in.
type objects struct {
	byOID  map[uint32]named
	byName map[named]uint32
}

// named is the name of an object in its schema; of those without one namespace
// is 0.
type named struct {
	namespace uint32
	name      string
}

type commentKey struct {
	object, class uint32
	column        int32
}

func (o *objects) add(oid uint32, n named) {
	if o.byOID == nil {
		o.byOID, o.byName = map[uint32]named{}, map[named]uint32{}
	}
	o.byOID[oid] = n
	if _, ok := o.byName[n]; !ok {
		o.byName[n] = oid
	}
}

// catalogs are the relations that have objects with names in schemas, and their
// columns.
var catalogs = map[string]struct{ name, namespace string }{
	"pg_class":         {"relname", "relnamespace"},
	"pg_type":          {"typname", "typnamespace"},
	"pg_proc":          {"proname", "pronamespace"},
	"pg_operator":      {"oprname", "oprnamespace"},
	"pg_opclass":       {"opcname", "opcnamespace"},
	"pg_opfamily":      {"opfname", "opfnamespace"},
	"pg_collation":     {"collname", "collnamespace"},
	"pg_conversion":    {"conname", "connamespace"},
	"pg_ts_config":     {"cfgname", "cfgnamespace"},
	"pg_ts_dict":       {"dictname", "dictnamespace"},
	"pg_ts_parser":     {"prsname", "prsnamespace"},
	"pg_ts_template":   {"tmplname", "tmplnamespace"},
	"pg_statistic_ext": {"stxname", "stxnamespace"},
	"pg_namespace":     {"nspname", ""},
	"pg_language":      {"lanname", ""},
	"pg_extension":     {"extname", ""},
	"pg_roles":         {"rolname", ""},
}

// builtinObjects are the built-in objects of a catalog.
func builtinObjects(relation string) *objects { return allBuiltinObjects()[relation]() }

var allBuiltinObjects = sync.OnceValue(func() map[string]func() *objects {
	all := map[string]func() *objects{}
	for name := range catalogs {
		all[name] = sync.OnceValue(func() *objects {
			o := &objects{}
			for r := range builtinRows("pg_catalog", name) {
				o.addRecord(name, r)
			}
			return o
		})
	}
	return all
})

func (o *objects) addRecord(relation string, r record) {
	columns := catalogs[relation]
	n := named{name: r.text(columns.name)}
	if columns.namespace != "" {
		n.namespace = r.number(columns.namespace)
	}
	o.add(r.number("oid"), n)
}

// lookupOf is the lookup of a session.
func lookupOf(v engine.Values) (*lookup, error) {
	p, err := v.Memo(func() (any, error) { return readPublished(v), nil })
	if err != nil {
		return nil, err
	}
	return &lookup{v, p.(*published)}, nil
}

func readPublished(v engine.Values) *published {
	p := &published{
		definitions: map[string]map[uint32]string{}, comments: map[commentKey]string{}, columns: map[commentKey]string{},
		settings: map[string]string{}, session: map[string]string{},
	}
	rows := func(schema, name string) func(func(record) bool) {
		return records(v.Published(engine.TableName{Schema: schema, Name: name}))
	}
	for name, o := range map[string]*objects{
		"pg_namespace": &p.namespaces, "pg_class": &p.classes, "pg_type": &p.types, "pg_roles": &p.roles,
	} {
		for r := range rows("pg_catalog", name) {
			o.addRecord(name, r)
		}
	}
	for r := range rows("csvsql", "definition") {
		function := r.text("function")
		if p.definitions[function] == nil {
			p.definitions[function] = map[uint32]string{}
		}
		p.definitions[function][r.number("oid")] = r.text("text")
	}
	for r := range rows("pg_catalog", "pg_description") {
		p.comments[commentKey{r.number("objoid"), r.number("classoid"), r.int("objsubid")}] = r.text("description")
	}
	for r := range rows("pg_catalog", "pg_attribute") {
		p.columns[commentKey{object: r.number("attrelid"), column: int32(r.small("attnum"))}] = r.text("attname")
	}
	for r := range rows("pg_catalog", "pg_settings") {
		p.settings[strings.ToLower(r.text("name"))] = shownSetting(r.text("setting"), r.text("unit"))
	}
	for r := range rows("csvsql", builtin.Session) {
		p.session[r.text("name")] = r.text("value")
	}
	for _, schema := range splitPath(p.settings["search_path"]) {
		if schema == "$user" {
			schema = v.User()
		}
		if _, ok := p.namespaces.byName[named{name: schema}]; ok || builtinHas("pg_namespace", named{name: schema}) {
			p.path = append(p.path, schema)
		}
	}
	return p
}

func builtinHas(relation string, n named) bool {
	_, ok := builtinObjects(relation).byName[n]
	return ok
}

// splitPath splits search_path.
func splitPath(path string) []string {
	var names []string
	for _, part := range strings.Split(path, ",") {
		part = strings.TrimSpace(part)
		if strings.HasPrefix(part, `"`) {
			part = strings.ReplaceAll(strings.Trim(part, `"`), `""`, `"`)
		} else {
			part = strings.ToLower(part)
		}
		if part != "" {
			names = append(names, part)
		}
	}
	return names
}

// schemas is the search path with what is searched before it.
func (l *lookup) schemas() []string {
	schemas := l.path
	if !slices.Contains(schemas, "pg_catalog") {
		schemas = append([]string{"pg_catalog"}, schemas...)
	}
	if _, ok := l.namespace(temporarySchema); ok {
		schemas = append([]string{temporarySchema}, schemas...)
	}
	return schemas
}

// published objects of a catalog, or none.
func (l *lookup) users(relation string) *objects {
	switch relation {
	case "pg_namespace":
		return &l.namespaces
	case "pg_class":
		return &l.classes
	case "pg_type":
		return &l.types
	case "pg_roles":
		return &l.roles
	}
	return &objects{}
}

// object is the name of an object.
func (l *lookup) object(relation string, oid object) (named, bool) {
	if n, ok := l.users(relation).byOID[uint32(oid)]; ok {
		return n, true
	}
	n, ok := builtinObjects(relation).byOID[uint32(oid)]
	return n, ok
}

// find is the OID of an object.
func (l *lookup) find(relation string, n named) (uint32, bool) {
	if oid, ok := l.users(relation).byName[n]; ok {
		return oid, true
	}
	oid, ok := builtinObjects(relation).byName[n]
	return oid, ok
}

func (l *lookup) namespace(name string) (uint32, bool) {
	return l.find("pg_namespace", named{name: name})
}

// search finds an object by its name, along the search path if it has no schema.
func (l *lookup) search(relation, schema, name string) (uint32, bool) {
	schemas := []string{schema}
	if schema == "" {
		schemas = l.schemas()
	}
	for _, s := range schemas {
		if namespace, ok := l.namespace(s); ok {
			if oid, ok := l.find(relation, named{namespace, name}); ok {
				return oid, true
			}
		}
	}
	return 0, false
}

// visible says whether an object is found by its name alone.
func (l *lookup) visible(relation string, oid object) (visible, exists bool) {
	n, ok := l.object(relation, oid)
	if !ok {
		return false, false
	}
	for _, s := range l.schemas() {
		namespace, ok := l.namespace(s)
		if !ok {
			continue
		}
		if namespace == n.namespace {
			return true, true
		}
		if _, hidden := l.find(relation, named{namespace, n.name}); hidden && relation != "pg_proc" && relation != "pg_operator" {
			return false, true
		}
	}
	return false, true
}

// qualified is an object's name in SQL, with its schema where that is needed.
func (l *lookup) qualified(relation string, oid object) (string, bool) {
	n, ok := l.object(relation, oid)
	if !ok {
		return "", false
	}
	name := pglex.QuoteIdentifier(n.name)
	if visible, _ := l.visible(relation, oid); !visible {
		schema, _ := l.object("pg_namespace", object(n.namespace))
		name = pglex.QuoteIdentifier(schema.name) + "." + name
	}
	return name, true
}

// definition is what a look-up function says of an object.
func (l *lookup) definition(function string, oid object) (string, bool) {
	if text, ok := l.definitions[function][uint32(oid)]; ok {
		return text, true
	}
	text, ok := builtinDefinitions()[function][uint32(oid)]
	return text, ok
}
