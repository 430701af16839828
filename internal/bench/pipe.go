package main

import (
	"context"
	"fmt"
	"io"
)

// pipe says what is left of the engine's speed at the other end of a connection: a
// scan in this process makes all record batches of SELECT * and throws them away; a
// client of the server reads it in text, in binary and as COPY in binary.
func pipe(ctx context.Context, e *environment, w io.Writer) error {
	here, end, err := e.openHere(ctx)
	if err != nil {
		return err
	}
	defer end()
	there, err := startCSVSQL(ctx, e.csvsql, e.csv)
	if err != nil {
		return err
	}
	defer there.stop()
	if err := there.prepare(ctx); err != nil {
		return err
	}
	const all = "SELECT * FROM lineitem"
	samples, err := interleave(e.repeats,
		func() (sample, error) { return export(ctx, here, all) },
		func() (sample, error) { return drainText(ctx, there, all) },
		func() (sample, error) { return drainBinary(ctx, there, all) },
		func() (sample, error) { return copyOut(ctx, there, "COPY ("+all+") TO STDOUT (FORMAT binary)") },
	)
	if err != nil {
		return err
	}
	scan := summarize(samples[0]).median
	for i, name := range []string{"scan", "text", "binary", "COPY binary"} {
		m := summarize(samples[i])
		fmt.Fprintf(w, "  %-12s %10v  %.2f of the scan's speed   spread %2.0f%%\n", name, round(m.median),
			scan.Seconds()/m.median.Seconds(), 100*m.spread)
	}
	return nil
}
