package server

import (
	"fmt"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// dependent is a view of either kind that reads on, or, if it has a constraint, a
// table with a foreign key that refers to it.
type dependent struct {
	*catalog.Table
	constraint string
	on         *catalog.Table
}

// dependents are what depends on t, directly or not, but for what is in dropped.
func (n *names) dependents(t *catalog.Table, dropped []*catalog.Table) []dependent {
	w := dependentsWalk{names: n, seen: append([]*catalog.Table{t}, dropped...)}
	w.from(t)
	return w.list
}

type dependentsWalk struct {
	*names
	seen []*catalog.Table
	list []dependent
}

func (w *dependentsWalk) from(t *catalog.Table) {
	for i := range w.snapshot.Tables {
		other := &w.snapshot.Tables[i]
		for _, c := range other.Constraints {
			if c.Kind == engine.ForeignKey && c.References == t.TableName && !slices.Contains(w.seen, other) {
				w.list = append(w.list, dependent{other, c.Name, t})
			}
		}
	}
	for _, view := range w.snapshot.Dependents(t) {
		if slices.Contains(w.seen, view) {
			continue
		}
		w.seen = append(w.seen, view)
		w.list = append(w.list, dependent{Table: view, on: t})
		w.from(view)
	}
}

// describe is a relation as PostgreSQL's messages have it: "table t".
func (n *names) describe(t *catalog.Table) string {
	name := t.Name
	if found, ok := n.snapshot.Find(engine.TableName{Name: name}, n.path); !ok || found != t {
		name = t.Schema + "." + name
	}
	return strings.ToLower(kindOf(t)) + " " + name
}

func (n *names) describeDependent(d dependent) string {
	if d.constraint != "" {
		return "constraint " + d.constraint + " on " + n.describe(d.Table)
	}
	return n.describe(d.Table)
}

// checkDrop is the error of a DROP of t that has to be CASCADE, or cannot be.
func (n *names) checkDrop(t *catalog.Table, list []dependent, cascade bool) error {
	var lines []string
	for _, d := range list {
		if cascade && d.constraint == "" {
			continue
		}
		lines = append(lines, n.describeDependent(d)+" depends on "+n.describe(d.on))
	}
	if lines == nil {
		return nil
	}
	err := wire.Errorf("2BP01", "cannot drop %s because other objects depend on it", n.describe(t))
	err.Detail = strings.Join(lines, "\n")
	err.Hint = "Use DROP ... CASCADE to drop the dependent objects too."
	if cascade {
		err.Code, err.Hint = "0A000", "A foreign key goes with its table alone: drop that first."
	}
	return err
}

// checkDropType is the error of a DROP TYPE while there are columns of the type.
func (n *names) checkDropType(u dialect.Drop) error {
	for i := range n.snapshot.Enums {
		e := &n.snapshot.Enums[i]
		if !slices.ContainsFunc(u.Names, func(name engine.TableName) bool {
			return name.Name == e.Name && (name.Schema == e.Schema || name.Schema == "" && slices.Contains(n.path, e.Schema))
		}) {
			continue
		}
		var lines []string
		for t, c := range n.snapshot.ColumnsOf(e) {
			lines = append(lines, "column "+c.Name+" of "+n.describe(t)+" depends on type "+n.enumName(e))
		}
		if lines == nil {
			continue
		}
		err := wire.Errorf("2BP01", "cannot drop type %s because other objects depend on it", n.enumName(e))
		err.Detail = strings.Join(lines, "\n")
		err.Hint = "Use DROP ... CASCADE to drop the dependent objects too."
		if u.Cascade {
			err.Code, err.Hint = "0A000", "Drop the columns first."
		}
		return err
	}
	return nil
}

// cascades tells which views are dropped with what they read.
func (s *session) cascades(n *names, list []dependent) {
	notice := &wire.Error{Severity: "NOTICE", Code: "00000"}
	for _, d := range list {
		notice.Detail += "\ndrop cascades to " + n.describe(d.Table)
	}
	notice.Detail = strings.TrimPrefix(notice.Detail, "\n")
	if notice.Message = notice.Detail; len(list) > 1 {
		notice.Message = fmt.Sprintf("drop cascades to %d other objects", len(list))
	} else {
		notice.Detail = ""
	}
	s.notify(notice)
}

// find are the relations of a DROP that exist. One of another kind is an error.
func (n *names) find(u dialect.Drop) ([]*catalog.Table, error) {
	var list []*catalog.Table
	for _, name := range u.Names {
		t, ok := n.snapshot.Find(name, n.path)
		if !ok {
			continue
		}
		if kind := kindOf(t); kind != u.Kind {
			err := wrongKind(t, u.Kind)
			err.Hint = fmt.Sprintf("Use DROP %s to remove a %s.", kind, strings.ToLower(kind))
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}
