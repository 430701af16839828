package catalog

import "sync"

// signature is what a built-in function takes.
type signature struct {
	args     []uint32
	variadic uint32 // the type of what may stand any number of times in the place of the last; 0 if none may
	defaults int    // how many of the last may be left out
}

// unknown is the type of constants without one.
const unknown = 705

// Takes reports whether there is a built-in function of a name, and whether one of
// that name takes arguments of these types (documentation, 10.3). A constant without
// a type is of any.
func Takes(function string, args []uint32) (exists, takes bool) {
	overloads := signatures()[function]
	for _, s := range overloads {
		if s.takes(args) {
			return true, true
		}
	}
	return len(overloads) > 0, false
}

var signatures = sync.OnceValue(func() map[string][]signature {
	all := map[string][]signature{}
	for r := range builtinRows("pg_catalog", "pg_proc") {
		name := r.text("proname")
		all[name] = append(all[name], signature{r.numbers("proargtypes"), r.number("provariadic"), int(r.small("pronargdefaults"))})
	}
	return all
})

func (s signature) takes(args []uint32) bool {
	want := s.args
	if s.variadic != 0 && len(args) >= len(want) {
		want = append([]uint32(nil), want[:len(want)-1]...)
		for len(want) < len(args) {
			want = append(want, s.variadic)
		}
	}
	if len(args) > len(want) || len(args) < len(want)-s.defaults {
		return false
	}
	for i, t := range args {
		if t != unknown && t != want[i] && !polymorphic(want[i]) && !implicitCasts()[cast{t, want[i]}] {
			return false
		}
	}
	return true
}

// cast is one between two types.
type cast struct{ from, to uint32 }

// implicitCasts are those that a function's arguments go through.
var implicitCasts = sync.OnceValue(func() map[cast]bool {
	casts := map[cast]bool{}
	for r := range builtinRows("pg_catalog", "pg_cast") {
		if r.text("castcontext") == "i" {
			casts[cast{r.number("castsource"), r.number("casttarget")}] = true
		}
	}
	return casts
})
