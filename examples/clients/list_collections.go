// List the collections that you may read. Go's standard library only.
//
//	go run list_collections.go HOST PORT CA CERTIFICATE KEY
//
// Signs in with a client certificate (SASL EXTERNAL) over TLS 1.3. The wire is
// JSON-RPC 2.0, one value a line; smsprovider-rpc(7) has the methods.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

const (
	page    = 500
	timeout = 30 * time.Second
)

type object map[string]any

type collection struct{ CollectionID, Name string }

type answer struct {
	ID     int
	Result json.RawMessage
	Error  *struct {
		Message string
		Data    struct{ Reason string }
	}
}

// provider is one connection: a line out, a line in.
type provider struct {
	conn   *tls.Conn
	lines  *bufio.Reader
	lastID int
}

func connect(host, port, ca, cert, key string) (*provider, error) {
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New(ca + " has no certificate")
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: timeout}
	conn, err := tls.DialWithDialer(dialer, "tcp", net.JoinHostPort(host, port),
		&tls.Config{
			RootCAs:      roots,
			Certificates: []tls.Certificate{pair},
			MinVersion:   tls.VersionTLS13,
			NextProtos:   []string{"smsprovider/1"},
		})
	if err != nil {
		return nil, err
	}
	return &provider{conn: conn, lines: bufio.NewReader(conn)}, nil
}

func (p *provider) call(method string, params object, result any) error {
	p.lastID++
	line, err := json.Marshal(object{"jsonrpc": "2.0", "id": p.lastID,
		"method": method, "params": params})
	if err != nil {
		return err
	}
	if err = p.conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	if _, err = p.conn.Write(append(line, '\n')); err != nil {
		return err
	}
	if line, err = p.lines.ReadBytes('\n'); err != nil {
		return err
	}
	var got answer
	if err = json.Unmarshal(line, &got); err != nil {
		return err
	}
	if got.Error != nil {
		return fmt.Errorf("%s [%s]", got.Error.Message, got.Error.Data.Reason)
	}
	if got.ID != p.lastID {
		return errors.New("the provider answers something else")
	}
	return json.Unmarshal(got.Result, result)
}

func printCollections(p *provider) error {
	params := object{"class": "SMS_Collection", "limit": page}
	for {
		var list struct {
			Items []collection
			Next  string
		}
		if err := p.call("object.list", params, &list); err != nil {
			return err
		}
		for _, item := range list.Items {
			// Names come from others: quoted, they steer no terminal.
			name := strconv.QuoteToGraphic(item.Name)
			fmt.Printf("%s\t%s\n", item.CollectionID, name[1:len(name)-1])
		}
		if list.Next == "" {
			return nil
		}
		params["after"] = list.Next
	}
}

func run(args []string) error {
	if len(args) != 5 {
		return errors.New("usage: HOST PORT CA CERTIFICATE KEY")
	}
	p, err := connect(args[0], args[1], args[2], args[3], args[4])
	if err != nil {
		return err
	}
	defer p.conn.Close()
	var signedIn struct{ Done bool }
	err = p.call("auth.start", object{"mechanism": "EXTERNAL", "data": ""},
		&signedIn)
	if err == nil && !signedIn.Done {
		err = errors.New("the sign-in did not end")
	}
	if err == nil {
		err = printCollections(p)
	}
	return err
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "list_collections:", err)
		os.Exit(1)
	}
}
