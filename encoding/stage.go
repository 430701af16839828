package encoding

import "encoding/binary"

// bounded is an encoder none of whose values, in the batch that it is bound to, has
// more than size bytes.
type bounded interface {
	encoder
	size() int
}

// unbounded is the size of values that nothing is known of.
const unbounded = blockSize + 1

// stager is one that writes the fields of many rows in less time than one by one:
//
//	for k, v := range values[s.from:][:len(s.at)] {
//		if s.isNull(k) {
//			s.putNull(k)
//			continue
//		}
//		s.end(k, pgvalue.Put...(s.value(k), v))
//	}
type stager interface {
	bounded
	stage(s *stage)
}

// stageSlack is how many bytes may be written behind a value. What comes next is
// written over them.
const stageSlack = 64

// stage is where the fields of some rows go to, those of one column at a time.
type stage struct {
	out  []byte
	at   []int // where in out the next field of each row begins
	from int   // which row of the batch the first one is

	lead  int    // how many bytes before a value have its length: 4, or 0
	null  []byte // what stands in the place of length and value for NULL
	after byte   // what stands behind values that have no length
	nulls bitmap // of the column
}

func (s *stage) isNull(k int) bool { return s.nulls.valid != nil && s.nulls.isNull(s.from+k) }

// value is where the value of the next field of row k goes to, with room for it and
// stageSlack bytes more.
func (s *stage) value(k int) []byte { return s.out[s.at[k]+s.lead:] }

// end ends the field of row k, whose value has n bytes.
func (s *stage) end(k, n int) {
	at := s.at[k]
	if s.lead == 0 {
		s.out[at+n] = s.after
		s.at[k] = at + n + 1
		return
	}
	binary.BigEndian.PutUint32(s.out[at:], uint32(n))
	s.at[k] = at + n + 4
}

// putNull makes the field of row k NULL.
func (s *stage) putNull(k int) {
	at := s.at[k]
	at += copy(s.out[at:], s.null)
	if s.lead == 0 {
		s.out[at] = s.after
		at++
	}
	s.at[k] = at
}

// put writes the value of row k as e does.
func (s *stage) put(k int, e encoder) {
	s.end(k, len(e.append(s.value(k)[:0], s.from+k)))
}

// oneByOne is any bounded encoder as a stager.
type oneByOne struct{ bounded }

func (e oneByOne) stage(s *stage) {
	for k := range s.at {
		if s.isNull(k) {
			s.putNull(k)
			continue
		}
		s.put(k, e.bounded)
	}
}

// stage writes texts as they are.
func (e *rawBytes) stage(s *stage) {
	for k := range s.at {
		if s.isNull(k) {
			s.putNull(k)
		} else {
			e.put(s, k)
		}
	}
}

// put writes the text of row k as it is.
func (e *rawBytes) put(s *stage, k int) {
	from, to := int(e.offsets32[s.from+k]), int(e.offsets32[s.from+k+1])
	// Most texts are short: 32 bytes are copied in less time than it takes to find
	// out how many there are.
	const most = 32
	if out := s.value(k); to-from <= most && len(e.data)-from >= most {
		*(*[most]byte)(out) = *(*[most]byte)(e.data[from:])
	} else {
		copy(out, e.data[from:to])
	}
	s.end(k, to-from)
}
