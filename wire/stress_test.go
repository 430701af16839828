package wire_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
)

// TestStress has clients come and go, and others cancel and terminate them. What
// it looks for are races, lost answers, and things that stay open.
func TestStress(t *testing.T) {
	t.Parallel()
	s := &wire.Server{Timeouts: wire.Timeouts{Statement: 200 * time.Millisecond}}
	addr := serve(t, s)
	stop := make(chan struct{})
	var others, clients sync.WaitGroup
	others.Go(func() {
		r := rand.New(rand.NewPCG(1, 1))
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(r.IntN(3000)) * time.Microsecond):
			}
			for c := range s.Conns() {
				switch r.IntN(20) {
				case 0:
					c.Terminate(nil)
				case 1, 2, 3, 4:
					c.Cancel(nil)
				default:
					c.Activity()
				}
			}
		}
	})
	for i := range 6 {
		clients.Go(func() { stressClient(t, addr, rand.New(rand.NewPCG(2, uint64(i)))) })
	}
	clients.Wait()
	close(stop)
	others.Wait()
}

func stressClient(t *testing.T, addr string, r *rand.Rand) {
	statements := []string{"select 1 as a", "generate 100000", "endless", "wait", "wait for rows", castError,
		"begin", "commit", "declare c cursor for generate 5000", "fetch 100 from c", "select 1 as a; generate 10; insert"}
	for range 8 {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		c, err := client.Dial(ctx, addr, client.Config{User: "u"})
		if err != nil {
			cancel()
			continue // terminated before it was there
		}
		for range 8 {
			sql := statements[r.IntN(len(statements))]
			if r.IntN(2) == 0 {
				_, err = c.Exec(ctx, sql)
			} else {
				c.SendParse("", sql, nil)
				c.SendBind("", "", nil, nil, nil)
				c.SendExecute("", int32(r.IntN(3)*1000))
				c.SendSync()
				c.Flush()
				results := c.Results(ctx)
				for results.NextResult() {
					for results.NextRow() {
					}
				}
				err = results.Close()
			}
			if ctx.Err() != nil {
				t.Errorf("%s: no answer: %v", sql, err)
			}
		}
		c.Close()
		cancel()
	}
}
