package wire

import (
	"context"
	"fmt"
	"os/user"
	"strconv"
)

// Peer lets in those who connect over a Unix socket as the user of the operating
// system that they are; roles says as whom he may log in (PostgreSQL documentation,
// 21.9 Peer Authentication). It needs Linux, as PeerCred does.
func Peer(roles IdentMap) Authenticator { return peerAuth{roles} }

type peerAuth struct{ roles IdentMap }

func (a peerAuth) Authenticate(_ context.Context, x *Exchange) (Identity, error) {
	cred, ok := x.PeerCred()
	if !ok {
		return Identity{}, Errorf("28000", "peer authentication is for Unix sockets, on systems that say who is at the other end")
	}
	u, err := user.LookupId(strconv.Itoa(cred.UID))
	if err != nil {
		return Identity{}, fmt.Errorf("peer authentication: %w", err)
	}
	role := x.Startup().User
	if !a.roles.allows(u.Username, role) {
		return Identity{}, Errorf("28000", "Peer authentication failed for user \"%s\"", role)
	}
	return Identity{Role: role, Method: "peer", Name: u.Username}, nil
}
