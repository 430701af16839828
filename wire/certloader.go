package wire

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// CertificateLoader is a certificate in files that may change: each handshake
// looks whether they have. Sessions that exist go on with the one that they began
// with.
//
//	loader, err := wire.LoadCertificate("server.crt", "server.key", nil)
//	...
//	server.TLSConfig = &tls.Config{GetCertificate: loader.GetCertificate}
type CertificateLoader struct {
	certFile, keyFile string
	log               *slog.Logger

	mu     sync.Mutex
	cert   *tls.Certificate
	loaded [2]fileState // of certFile and keyFile
}

// fileState is by what a change of a file is seen.
type fileState struct {
	modified time.Time
	size     int64
}

// LoadCertificate loads a certificate, with those that it depends on behind it,
// and its key from PEM files. Later, if what the files have become cannot be used,
// the certificate stays as it is, and log is told; nil means slog.Default().
func LoadCertificate(certFile, keyFile string, log *slog.Logger) (*CertificateLoader, error) {
	if log == nil {
		log = slog.Default()
	}
	l := &CertificateLoader{certFile: certFile, keyFile: keyFile, log: log}
	state, err := l.state()
	if err != nil {
		return nil, err
	}
	if err := l.load(state); err != nil {
		return nil, err
	}
	return l, nil
}

// GetCertificate is for tls.Config. Any goroutine may call it.
func (l *CertificateLoader) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	state, err := l.state()
	if err == nil && state != l.loaded {
		err = l.load(state)
	}
	if err != nil && state != l.loaded {
		l.log.Error("wire: the certificate has changed and cannot be loaded; the old one stays", "error", err)
		l.loaded = state // it is told once
	}
	return l.cert, nil
}

// load loads the files, whose state has been taken before. While one of them has
// been replaced and the other not yet, they do not fit, and that is an error.
func (l *CertificateLoader) load(state [2]fileState) error {
	cert, err := tls.LoadX509KeyPair(l.certFile, l.keyFile)
	if err != nil {
		return fmt.Errorf("certificate %s: %w", l.certFile, err)
	}
	l.cert, l.loaded = &cert, state
	return nil
}

func (l *CertificateLoader) state() (state [2]fileState, err error) {
	for i, file := range []string{l.certFile, l.keyFile} {
		if state[i], err = stateOf(file); err != nil {
			return state, err
		}
	}
	return state, nil
}

// stateOf is the state of a file, that of none with the error that there is none.
func stateOf(file string) (fileState, error) {
	info, err := os.Stat(file)
	if err != nil {
		return fileState{}, err
	}
	return fileState{info.ModTime(), info.Size()}, nil
}
