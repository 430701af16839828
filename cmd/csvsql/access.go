package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/internal/users"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/hba"
)

// accessFlags are the flags on who may connect, and how.
type accessFlags struct {
	Auth       string `placeholder:"METHOD" help:"How users prove who they are: trust, scram, md5, cert, or hba=FILE for rules as in pg_hba.conf. Default: scram with --users, else trust."`
	Users      string `placeholder:"FILE" help:"The users and what their passwords are checked with; csvsql user add makes it. It is read again when it changes."`
	Ident      string `placeholder:"FILE" help:"User-name maps as in pg_ident.conf, for the rules of hba=FILE. It is read again when it changes."`
	TLSCert    string `name:"tls-cert" placeholder:"FILE" help:"Encrypt with this certificate (PEM). It is read again when it changes."`
	TLSKey     string `name:"tls-key" placeholder:"FILE" help:"The key of --tls-cert."`
	TLSAuto    bool   `name:"tls-auto" help:"Encrypt with a certificate of its own making, kept in your configuration directory."`
	TLSCA      string `name:"tls-ca" placeholder:"FILE" help:"Whose certificates of clients are good (PEM), for --auth cert. It is read again when it changes."`
	RequireTLS bool   `name:"require-tls" help:"Refuse clients that do not encrypt."`

	InsecureListen bool `name:"insecure-listen" help:"Listen for other machines even without passwords or encryption: whoever reaches the port can read everything."`

	MaxConnections int           `name:"max-connections" placeholder:"N" help:"Clients at a time. Default: any number."`
	Statement      time.Duration `name:"statement-timeout" placeholder:"TIME" help:"End statements that take longer, as in 30s or 5m; SET statement_timeout changes it. Default: never."`
	Idle           time.Duration `name:"idle-timeout" placeholder:"TIME" help:"Disconnect clients that are idle for longer. Default: never."`
	IdleInBlock    time.Duration `name:"idle-in-transaction-timeout" placeholder:"TIME" help:"The same for those in a transaction. Default: never."`
}

const (
	// A wrong password is told no sooner than this.
	failureDelay = 250 * time.Millisecond
	// Nobody needs to mistype a password more often in a minute.
	maxFailures = 60
)

// access is what the flags come to.
type access struct {
	csvsql.Access
	source *users.Source // nil without --users
	root   string        // the certificate to verify the server by; empty if it is not its own
	scram  bool          // passwords can be bound to it
}

// check finds the flags that do not go together.
func (f *accessFlags) check() error {
	method, _, _ := strings.Cut(f.Auth, "=")
	switch {
	case f.Auth != "" && f.Auth != "trust" && f.Auth != "scram" && f.Auth != "md5" && f.Auth != "cert" && method != "hba":
		return usageErrorf("--auth %s: it is trust, scram, md5, cert or hba=FILE", f.Auth)
	case (f.Auth == "scram" || f.Auth == "md5") && f.Users == "":
		return usageErrorf("--auth %s needs --users FILE; make it with: csvsql user add NAME --users FILE", f.Auth)
	case (f.Auth == "trust" || f.Auth == "cert") && f.Users != "":
		return usageErrorf("--auth %s does not look at --users", f.Auth)
	case f.Ident != "" && method != "hba":
		return usageErrorf("--ident is for the rules of --auth hba=FILE")
	case f.TLSAuto && f.TLSCert != "":
		return usageErrorf("--tls-auto and --tls-cert: choose one")
	case (f.TLSCert == "") != (f.TLSKey == ""):
		return usageErrorf("--tls-cert and --tls-key: one needs the other")
	case f.Auth == "cert" && f.TLSCA == "":
		return usageErrorf("--auth cert needs --tls-ca FILE, the certificates that those of clients are signed by")
	case !f.encrypts() && (f.TLSCA != "" || f.RequireTLS):
		return usageErrorf("--tls-ca and --require-tls need --tls-cert and --tls-key, or --tls-auto")
	case f.MaxConnections < 0 || f.Statement < 0 || f.Idle < 0 || f.IdleInBlock < 0:
		return usageErrorf("limits are not negative")
	}
	return nil
}

func (f *accessFlags) encrypts() bool { return f.TLSAuto || f.TLSCert != "" }

// asks says whether users have to prove who they are.
func (f *accessFlags) asks() bool {
	return f.Users != "" || f.Auth != "" && f.Auth != "trust"
}

// open reads the files that the flags name. The server will be found at host.
func (f *accessFlags) open(host string, log *slog.Logger) (*access, error) {
	a := &access{Access: csvsql.Access{
		RequireTLS:   f.RequireTLS,
		FailureDelay: failureDelay,
		MaxFailures:  maxFailures,
		MaxConns:     f.MaxConnections,
		Timeouts:     wire.Timeouts{Statement: f.Statement, Idle: f.Idle, IdleInTransaction: f.IdleInBlock},
	}}
	if f.Users != "" {
		var err error
		if a.source, err = users.Open(f.Users, log); err != nil {
			return nil, err
		}
		a.MockSecret = a.source.List().Secret
	}
	if err := f.openAuth(a, log); err != nil {
		return nil, err
	}
	if f.encrypts() {
		if err := f.openTLS(a, host, log); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (f *accessFlags) openAuth(a *access, log *slog.Logger) error {
	method, file, _ := strings.Cut(f.Auth, "=")
	if method == "" && f.Users != "" {
		method = "scram"
	}
	switch method {
	case "scram":
		a.Auth, a.scram = wire.SCRAM(a.source), true
	case "md5":
		a.Auth = wire.MD5(a.source)
	case "cert":
		a.Auth = wire.Certificate(nil)
		a.RequireTLS = true
	case "hba":
		var c hba.Config
		if a.source != nil {
			c.Source = a.source
		}
		rules, err := hba.Open(file, f.Ident, c, log)
		if err != nil {
			return err
		}
		a.Auth = rules
	default:
		a.Auth = wire.Trust()
	}
	return nil
}

func (f *accessFlags) openTLS(a *access, host string, log *slog.Logger) error {
	certFile, keyFile := f.TLSCert, f.TLSKey
	if f.TLSAuto {
		own, err := ownCertificate(host)
		if err != nil {
			return fmt.Errorf("--tls-auto: %w", err)
		}
		certFile, keyFile, a.root = own.certFile, own.keyFile, own.certFile
	}
	loader, err := wire.LoadCertificate(certFile, keyFile, log)
	if err != nil {
		return err
	}
	a.TLS = &tls.Config{GetCertificate: loader.GetCertificate}
	if f.TLSCA != "" {
		authorities, err := wire.LoadAuthorities(f.TLSCA, log)
		if err != nil {
			return err
		}
		a.TLS = authorities.Verify(a.TLS)
	}
	return nil
}

// user is somebody who can log in, for the line that says how.
func (a *access) user() string {
	if a.source == nil || len(a.source.List().Users) == 0 {
		return "user"
	}
	return a.source.List().Users[0].Name
}
