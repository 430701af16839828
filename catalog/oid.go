package catalog

import (
	"hash/fnv"
	"strconv"
)

// OIDs of the objects that PostgreSQL makes at initdb.
const (
	superuser    uint32 = 10 // the role that owns everything
	publicSchema uint32 = 2200

	typeClass       uint32 = 1247
	functionClass   uint32 = 1255
	relationClass   uint32 = 1259
	defaultClass    uint32 = 2604
	constraintClass uint32 = 2606
	languageClass   uint32 = 2612
	namespaceClass  uint32 = 2615
	rewriteClass    uint32 = 2618
	extensionClass  uint32 = 3079

	heapAM  uint32 = 2
	btreeAM uint32 = 403
)

// firstUserOID is the smallest OID of an object that initdb did not make.
const firstUserOID = 16384

// oids gives OIDs to the objects of a database. An object's OID is made of its
// kind and name, so that it is the same in every session and after a restart;
// in return a renamed object gets another one. PostgreSQL documentation, 8.19
// Object Identifier Types.
type oids struct {
	taken map[uint32]bool
}

// of is the OID of an object. Objects whose OIDs would collide, one in a
// million, get the next free ones in the order of the calls.
func (o *oids) of(kind string, name ...string) uint32 {
	h := fnv.New64a()
	h.Write([]byte(kind))
	for _, part := range name {
		h.Write([]byte{0})
		h.Write([]byte(part))
	}
	// Half of the range: there are clients that read an OID as an int4.
	n := firstUserOID + uint32(h.Sum64()%(1<<31-firstUserOID))
	for o.taken[n] {
		n++
	}
	o.taken[n] = true
	return n
}

// number is a part of an object's name.
func number(n int) string { return strconv.Itoa(n) }
