package hba

import (
	"fmt"
	"strings"

	"github.com/csvsql/csvsql/wire"
)

// method makes the Authenticator of a rule (PostgreSQL documentation, 21.1,
// auth-method and auth-options).
func (c *Config) method(t wire.Transport, f field, options []field) (wire.Authenticator, error) {
	w, err := f.single("the method")
	if err != nil {
		return nil, err
	}
	o, err := readOptions(options)
	if err != nil {
		return nil, err
	}
	auth, err := c.authenticator(w.text, t, o)
	if err != nil {
		return nil, err
	}
	switch value, ok := o.take("clientcert"); {
	case !ok:
	case t != wire.NetworkTLS:
		return nil, fmt.Errorf("clientcert is for hostssl only")
	case value == "verify-ca":
		auth = wire.RequireCertificate(auth)
	case value == "verify-full":
		auth = wire.RequireCertificateOf(auth)
	default:
		return nil, fmt.Errorf("invalid value for clientcert: %q", value)
	}
	return auth, o.unused(w.text)
}

func (c *Config) authenticator(method string, t wire.Transport, o *options) (wire.Authenticator, error) {
	switch method {
	case "trust":
		return wire.Trust(), nil
	case "reject":
		return wire.Reject(), nil
	case "password", "md5", "scram-sha-256":
		if c.Source == nil {
			return nil, fmt.Errorf("%s: there are no users with passwords", method)
		}
		switch method {
		case "password":
			return wire.Password(c.Source), nil
		case "md5":
			return wire.MD5(c.Source), nil
		}
		return wire.SCRAM(c.Source), nil
	case "cert":
		if t != wire.NetworkTLS {
			return nil, fmt.Errorf("cert is for hostssl only")
		}
		m, err := c.identMap(o)
		return wire.Certificate(m), err
	case "peer":
		if t != wire.LocalSocket {
			return nil, fmt.Errorf("peer is for local only")
		}
		m, err := c.identMap(o)
		return wire.Peer(m), err
	case "oauth":
		if c.OAuth == nil {
			return nil, fmt.Errorf("oauth is not configured")
		}
		return c.OAuth, nil
	case "gss", "sspi", "ident", "ldap", "radius", "pam", "bsd":
		return nil, fmt.Errorf("the method %s is not supported", method)
	}
	return nil, fmt.Errorf("invalid authentication method %q", method)
}

// identMap is the map that the options name, nil if they name none.
func (c *Config) identMap(o *options) (wire.IdentMap, error) {
	name, ok := o.take("map")
	if !ok {
		return nil, nil
	}
	m := c.IdentMaps[name]
	if m == nil {
		return nil, fmt.Errorf("there is no map %q", name)
	}
	return m, nil
}

// options are those of a line, NAME=VALUE, that nobody has taken yet.
type options struct{ list []wire.Param }

func readOptions(fields []field) (*options, error) {
	o := &options{}
	for _, f := range fields {
		for _, w := range f {
			name, value, ok := strings.Cut(w.text, "=")
			if !ok {
				return nil, fmt.Errorf("the option %q is not NAME=VALUE", w.text)
			}
			for _, p := range o.list {
				if p.Name == name {
					return nil, fmt.Errorf("the option %s stands there twice", name)
				}
			}
			o.list = append(o.list, wire.Param{Name: name, Value: value})
		}
	}
	return o, nil
}

func (o *options) take(name string) (value string, ok bool) {
	for i, p := range o.list {
		if p.Name == name {
			o.list = append(o.list[:i], o.list[i+1:]...)
			return p.Value, true
		}
	}
	return "", false
}

// unused is an error if an option is left.
func (o *options) unused(method string) error {
	if len(o.list) == 0 {
		return nil
	}
	return fmt.Errorf("the option %s is not one of %s here", o.list[0].Name, method)
}
