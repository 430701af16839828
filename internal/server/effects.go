package server

import (
	"context"
	"strconv"
	"time"

	"github.com/csvsql/csvsql/internal/settings"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// changed carries the new value of a setting to where it has its effect: the
// client, the connection's timeouts, the encoder, the engine.
func (s *session) changed(name, value string) error {
	s.catalog.ready = false
	switch name {
	case "statement_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout":
		s.setTimeout(name, settings.Duration(value))
	case "timezone":
		s.kept.forget()
		if err := s.setTimeZone(value); err != nil {
			return err
		}
	case "search_path":
		s.kept.forget()
		if err := s.engine.Set(context.Background(), name, value); err != nil {
			return err
		}
	case "dialect", "strict_division":
		s.kept.forget()
	case "datestyle":
		s.output.DateStyle, _ = pgvalue.ParseDateStyle(value, s.output.DateStyle)
	case "intervalstyle":
		s.output.IntervalStyle, _ = pgvalue.ParseIntervalStyle(value)
	case "bytea_output":
		s.output.ByteaOutput = pgvalue.ByteaHex
		if value == "escape" {
			s.output.ByteaOutput = pgvalue.ByteaEscape
		}
	case "extra_float_digits":
		s.output.ExtraFloatDigits, _ = strconv.Atoi(value)
	}
	if p, ok := settings.Lookup(name); ok && p.Report {
		s.conn.Report(p.Name, value)
	}
	return nil
}

func (s *session) setTimeout(name string, d time.Duration) {
	t := s.conn.Timeouts()
	switch name {
	case "statement_timeout":
		t.Statement = d
	case "idle_in_transaction_session_timeout":
		t.IdleInTransaction = d
	case "idle_session_timeout":
		t.Idle = d
	}
	s.conn.SetTimeouts(t)
}

// setTimeZone tells the engine, which computes with the zone, and the encoder,
// which prints with it.
func (s *session) setTimeZone(name string) error {
	location, err := time.LoadLocation(name)
	if err != nil {
		return wire.Errorf("22023", "invalid value for parameter %q: %q", "TimeZone", name)
	}
	if err := s.engine.Set(context.Background(), "timezone", name); err != nil {
		return err
	}
	s.output.Location = location
	return nil
}
