package duckdb

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// The relations of the catalog are the rows of one table function, see
// engine.RelationFunction. They lie in memory as DuckDB's own chunks: a scan
// only refers to them. Nothing is copied, nothing is written to a database, and
// so what is published is there at once, also in the middle of a transaction.

// relation is a relation that can be scanned.
type relation struct {
	engine.Relation
	never func() (*rowSet, error) // the rows that never change
}

func newRelation(r engine.Relation) *relation {
	return &relation{Relation: r, never: sync.OnceValues(func() (*rowSet, error) {
		if r.Rows == nil {
			return newRowSet(nil), nil
		}
		batches, err := r.Rows()
		return newRowSet(batches), err
	})}
}

// rowSet is rows as Arrow has them, for functions, and as DuckDB has them, for
// scans.
type rowSet struct {
	batches []arrow.RecordBatch
	count   int64
	chunks  func() ([]duck.DataChunk, error)
}

func newRowSet(batches []arrow.RecordBatch) *rowSet {
	s := &rowSet{batches: batches}
	for _, b := range batches {
		s.count += b.NumRows()
	}
	s.chunks = sync.OnceValues(func() ([]duck.DataChunk, error) {
		chunks := make([]duck.DataChunk, 0, len(batches))
		for _, b := range batches {
			c, err := chunkOf(b)
			if err != nil {
				return nil, err
			}
			chunks = append(chunks, c)
		}
		// Whoever scans holds the set, and DuckDB what the scan referred to.
		runtime.AddCleanup(s, destroyChunks, chunks)
		return chunks, nil
	})
	return s
}

func destroyChunks(chunks []duck.DataChunk) {
	for i := range chunks {
		duck.DestroyDataChunk(&chunks[i])
	}
}

func chunkOf(b arrow.RecordBatch) (duck.DataChunk, error) {
	types := make([]duck.LogicalType, b.NumCols())
	defer destroyTypes(types)
	for i, f := range b.Schema().Fields() {
		var err error
		if types[i], err = logicalType(f.Type); err != nil {
			return duck.DataChunk{}, err
		}
	}
	c := duck.CreateDataChunk(types)
	for i, column := range b.Columns() {
		if _, err := writeVector(duck.DataChunkGetVector(c, duck.IdxT(i)), column); err != nil {
			duck.DestroyDataChunk(&c)
			return duck.DataChunk{}, fmt.Errorf("column %q: %w", b.ColumnName(i), err)
		}
	}
	duck.DataChunkSetSize(c, duck.IdxT(b.NumRows()))
	return c, nil
}

// registerRelations makes engine.RelationFunction.
func (e *Engine) registerRelations(c *connection) error {
	f := duck.CreateTableFunction()
	defer duck.DestroyTableFunction(&f)
	duck.TableFunctionSetName(f, engine.RelationFunction)
	text, flag := duck.CreateLogicalType(duck.TypeVarchar), duck.CreateLogicalType(duck.TypeBoolean)
	defer duck.DestroyLogicalType(&text)
	defer duck.DestroyLogicalType(&flag)
	duck.TableFunctionAddParameter(f, text)
	duck.TableFunctionAddNamedParameter(f, "system", flag)
	duck.TableFunctionSetExtraInfo(f, newCell(e), freeHandle)
	duck.TableFunctionSetBind(f, relationBind)
	duck.TableFunctionSetInit(f, relationInit)
	duck.TableFunctionSetFunction(f, relationScan)
	duck.TableFunctionSupportsProjectionPushdown(f, true)
	if duck.RegisterTableFunction(c.native, f) == duck.StateError {
		return errors.New("the relations of the catalog cannot be registered")
	}
	return nil
}

// boundRelation is a relation in a statement.
type boundRelation struct {
	*relation
	session *session
}

// bindRelation tells the planner the columns, and about how many rows there are.
func bindRelation(info duck.BindInfo) (err error) {
	defer recovered(&err)
	e := cellValue[*Engine](duck.BindGetExtraInfo(info))
	argument := duck.BindGetParameter(info, 0)
	defer duck.DestroyValue(&argument)
	name := duck.GetVarchar(argument)
	r, ok := e.relations[name]
	if !ok {
		return fmt.Errorf("relation %q does not exist", name)
	}
	var context duck.ClientContext
	duck.TableFunctionGetClientContext(info, &context)
	s := e.sessionOf(context)
	if s == nil {
		return errors.New("no session")
	}
	for _, f := range r.Schema.Fields() {
		if err := addColumn(info, f.Name, f.Type); err != nil {
			return err
		}
	}
	if wantsSystem(info) {
		for _, c := range r.System {
			if err := addColumn(info, c.Name, arrow.PrimitiveTypes.Uint32); err != nil {
				return err
			}
		}
	}
	sets, err := s.rowSets(r)
	if err != nil {
		return err
	}
	var count int64
	for _, set := range sets {
		count += set.count
	}
	duck.BindSetCardinality(info, duck.IdxT(count), false)
	duck.BindSetBindData(info, newCell(&boundRelation{r, s}), freeHandle)
	return nil
}

func wantsSystem(info duck.BindInfo) bool {
	v := duck.BindGetNamedParameter(info, "system")
	if v.Ptr == nil {
		return false
	}
	defer duck.DestroyValue(&v)
	return duck.GetBool(v)
}

func addColumn(info duck.BindInfo, name string, t arrow.DataType) error {
	native, err := logicalType(t)
	if err != nil {
		return err
	}
	duck.BindAddResultColumn(info, name, native)
	duck.DestroyLogicalType(&native)
	return nil
}

// scan is a scan of a relation on its way. DuckDB runs it on one thread.
type scan struct {
	sets    []*rowSet // kept while DuckDB reads what is in them
	chunks  []duck.DataChunk
	columns []int // of a chunk; beyond its width: of System
	width   int   // columns of a chunk
	rows    *boundRelation
}

// startScan takes the rows as they are now: a prepared statement that is run
// again sees what was published since.
func startScan(info duck.InitInfo) (err error) {
	defer recovered(&err)
	b := cellValue[*boundRelation](duck.InitGetBindData(info))
	s := &scan{width: b.Schema.NumFields(), rows: b}
	if s.sets, err = b.session.rowSets(b.relation); err != nil {
		return err
	}
	for _, set := range s.sets {
		chunks, err := set.chunks()
		if err != nil {
			return err
		}
		s.chunks = append(s.chunks, chunks...)
	}
	for i := range duck.InitGetColumnCount(info) {
		s.columns = append(s.columns, int(duck.InitGetColumnIndex(info, i)))
	}
	duck.InitSetMaxThreads(info, 1)
	duck.InitSetInitData(info, newCell(s), freeHandle)
	return nil
}

func scanRelation(info duck.FunctionInfo, out duck.DataChunk) (err error) {
	defer recovered(&err)
	s := cellValue[*scan](duck.FunctionGetInitData(info))
	if len(s.chunks) == 0 {
		duck.DataChunkSetSize(out, 0)
		return nil
	}
	c := s.chunks[0]
	s.chunks = s.chunks[1:]
	for i, column := range s.columns {
		to := duck.DataChunkGetVector(out, duck.IdxT(i))
		switch {
		case slices.Contains(s.rows.Database, column):
			v := duck.CreateVarchar(s.rows.session.options.Database)
			duck.VectorReferenceValue(to, v)
			duck.DestroyValue(&v)
		case column < s.width:
			duck.VectorReferenceVector(to, duck.DataChunkGetVector(c, duck.IdxT(column)))
		case column-s.width < len(s.rows.System):
			v := duck.CreateUInt32(s.rows.System[column-s.width].Value)
			duck.VectorReferenceValue(to, v)
			duck.DestroyValue(&v)
		}
	}
	duck.DataChunkSetSize(out, duck.DataChunkGetSize(c))
	return nil
}

// relationKey is the name of a relation in SQL.
func relationKey(n engine.TableName) string { return strings.ToLower(n.Schema + "." + n.Name) }
