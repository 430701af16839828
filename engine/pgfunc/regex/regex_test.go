package regex_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine/pgfunc/regex"
)

// TestBounded: a match that would take exponential time ends, with an error.
func TestBounded(t *testing.T) {
	t.Parallel()
	r, err := regex.Compile(`^(?=(?:a|aa)+$)`, regex.Flags{})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("a", 60) + "!"
	_, matchErr := r.Match(text)
	_, findErr := r.Find(text, 0, false)
	for _, err := range []error{matchErr, findErr} {
		var e *regex.Error
		if !errors.As(err, &e) || e.Code != "54000" {
			t.Errorf("the error is %v", err)
		}
	}
	if match, err := r.Match("aaa"); !match || err != nil {
		t.Errorf("a text that matches gives %t, %v", match, err)
	}
}
