package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/csvsql/csvsql/internal/users"
	"github.com/csvsql/csvsql/wire"
)

// userCommand is csvsql user: the file of --users.
type userCommand struct {
	Add    userAdd    `cmd:"" help:"Add a user, and the file if there is none. The password is asked for, or read from standard input."`
	Passwd userPasswd `cmd:"" help:"Change the password of a user."`
	List   userList   `cmd:"" help:"List the users."`
}

type usersFlag struct {
	File string `name:"users" env:"CSVSQL_USERS" required:"" placeholder:"FILE" help:"The file of the users."`
}

type userAdd struct {
	Name string `arg:"" help:"The name of the user."`
	usersFlag
}

// Run adds the user.
func (c *userAdd) Run(std streams) error {
	if err := users.CheckName(c.Name); err != nil {
		return usageError{err}
	}
	list, err := users.Read(c.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		list = &users.List{}
	case err != nil:
		return err
	case list.Find(c.Name) != nil:
		return fmt.Errorf("the user %s is there; change the password with: csvsql user passwd %s --users %s", c.Name, c.Name, c.File)
	}
	verifier, err := askVerifier(c.Name, std)
	if err != nil {
		return err
	}
	list.Users = append(list.Users, users.User{Name: c.Name, Verifier: verifier})
	return users.Write(c.File, list)
}

type userPasswd struct {
	Name string `arg:"" help:"The name of the user."`
	usersFlag
}

// Run changes the password.
func (c *userPasswd) Run(std streams) error {
	list, err := users.Read(c.File)
	if err != nil {
		return err
	}
	user := list.Find(c.Name)
	if user == nil {
		return fmt.Errorf("there is no user %s in %s", c.Name, c.File)
	}
	if user.Verifier, err = askVerifier(c.Name, std); err != nil {
		return err
	}
	return users.Write(c.File, list)
}

type userList struct{ usersFlag }

// Run lists the users.
func (c *userList) Run(std streams) error {
	list, err := users.Read(c.File)
	if err != nil {
		return err
	}
	for _, u := range list.Users {
		if _, err := fmt.Fprintln(std.out, u.Name); err != nil {
			return err
		}
	}
	return nil
}

// askVerifier asks for a password and returns its verifier.
func askVerifier(name string, std streams) (string, error) {
	password, err := askPassword(name, std)
	if err != nil {
		return "", err
	}
	return wire.Verifier(password, wire.DefaultIterations)
}

// askPassword asks twice at a terminal, and otherwise takes the first line of
// standard input.
func askPassword(name string, std streams) (string, error) {
	stdin := int(os.Stdin.Fd())
	if !term.IsTerminal(stdin) {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	ask := func(prompt string) (string, error) {
		fmt.Fprint(std.err, prompt)
		b, err := term.ReadPassword(stdin)
		fmt.Fprintln(std.err)
		return string(b), err
	}
	password, err := ask("Password for " + name + ": ")
	if err != nil {
		return "", err
	}
	again, err := ask("Again: ")
	if err != nil {
		return "", err
	}
	if again != password {
		return "", errors.New("these are two passwords")
	}
	return password, nil
}
