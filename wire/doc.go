// Package wire serves the PostgreSQL protocol, versions 3.0 to 3.2, as net/http
// serves HTTP: implement [Handler] and every PostgreSQL client is a client of yours.
// The package knows bytes and messages, not SQL: what a statement means is the
// handler's affair.
//
// # The way of a statement
//
// A [Server] calls Handler.Open for every client that has logged in. The
// [Session] it returns parses the text of queries into Statements. A [Statement]
// first describes itself (its parameters and columns) and is then executed, any
// number of times; an execution returns a [Result], and if that is [Rows], the
// server pulls them, a batch at a time, as far as the client asks and reads.
// There is no difference between the simple and the extended protocol for a
// handler, and no goroutine of its own behind a portal: one that is suspended is
// simply not pulled.
//
// A handler that needs no state for each client is a function, [ParseFunc], and
// [Table], [Do], [Tag] and [EachRow] make its statements.
//
// Powers that not every handler has are interfaces of their own, which the
// server looks for: [Syncer], [TxExiter], [BindChecker], [BlockEncoder],
// [Holder], and io.Closer for a Statement. COPY is a Result of its own kind:
// [CopyOut], [CopyIn], [CopyBoth].
//
// # The states of a connection
//
//	 start-up packet
//	       |   CancelRequest: served, closed
//	       |   SSLRequest: TLS, or refused; GSSENCRequest: refused
//	       v
//	    login ---- refused ---------------------------------> closed
//	       |  Authenticator, then Handler.Open
//	       v
//	+--> idle ---- Terminate, hang-up, timeout, shutdown ---> closed
//	|      |
//	|      |  Query             Parse, Bind, Execute, ...
//	|      v                      |        |
//	|   each statement:           |        | error
//	|   Describe, Execute         v        v
//	|      |    |      Sync <- answered  skipping up to Sync
//	|      |    | CopyIn  |               |
//	|      |    v         |               |
//	|      |  CopyData... CopyDone or CopyFail; any other message: closed
//	|      v              v               v
//	+-- ReadyForQuery: I idle, T in a transaction block, E in a failed one
//
// Whatever state it is in, an error of severity FATAL leads to closed, and so does a
// message that is none. Notifications are sent in idle, outside a block.
//
// # Contexts and goroutines
//
// Each connection has one goroutine, on which everything of its session runs.
// The context of a statement ends when the client cancels it or hangs up, when a
// timeout of the connection is over, at Conn.Terminate, and at shutdown. Then it
// is the cause of the context that the client is told, whatever error the handler
// makes of it.
//
// # Login
//
// Server.Auth is an [Authenticator]: [SCRAM], [MD5], [Password], [Certificate],
// [OAuth], [Trust], [Reject], or [Rules], which chooses among them; package hba
// reads Rules from a pg_hba.conf. Passwords are checked with PostgreSQL's own
// verifiers, which an [AuthSource] knows and [Verifier] makes. Server.TLSConfig
// encrypts. Without an Authenticator only clients on this machine get in.
//
// # Errors
//
// An [*Error] reaches the client with all its fields. Any other error that has a
// method SQLState() string reaches it with that and its text; one that has not is
// a bug of the handler, which is sent as XX000 and logged. Severity FATAL ends
// the connection. A panic ends the connection that it happened on, and no other.
package wire
